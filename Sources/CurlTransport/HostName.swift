import Foundation

/// This host's fully qualified name, for greeting mail servers.
enum HostName {
  /// Looked up once: if only the short name is set, finding the rest reads the hosts file or asks
  /// the name server.
  static let own = full(system: system, canonical: canonical)

  /// The host's own name if it is fully qualified, else the name that it resolves to, else the
  /// short name; `nil` where none is valid in a greeting.
  ///
  /// - Parameter canonical: Resolves a name to its canonical one.
  static func full(system: () -> String?, canonical: (String) -> String?) -> String? {
    guard let name = system().map(withoutRoot), MailRules.isHello(name) else { return nil }
    guard !name.contains("."), let whole = canonical(name).map(withoutRoot) else { return name }
    return whole.contains(".") && MailRules.isHello(whole) ? whole : name
  }

  private static func withoutRoot(_ name: String) -> String {
    name.hasSuffix(".") ? String(name.dropLast()) : name
  }

  private static func system() -> String? {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return nil }
    return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  private static func canonical(_ name: String) -> String? {
    var hints = addrinfo()
    hints.ai_flags = AI_CANONNAME
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var found: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(name, nil, &hints, &found) == 0 else { return nil }
    defer { freeaddrinfo(found) }
    return found?.pointee.ai_canonname.map { String(cString: $0) }
  }
}
