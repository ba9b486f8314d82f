import Foundation

/// This host's name as mail servers want to be told it: whole, with its domain.
enum HostName {
  /// Looked up once: where only the first part is set, the rest takes a look into the hosts file or a
  /// request to the name server.
  static let own = full(system: system, canonical: canonical)

  /// The host's own name where that is whole, else what it resolves to, else the name as it is; `nil`
  /// where there is none that a greeting could hold.
  ///
  /// - Parameters:
  ///   - canonical: What a name resolves to.
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
