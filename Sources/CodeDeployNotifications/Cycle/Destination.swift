import Foundation

/// Tells which channels lead to the same server, so that they share its trouble and nobody else's.
enum Destination {
  /// The host that the settings name; else the type and what a reference refers to. Secrets in a
  /// URL's path stay out of it.
  static func of(_ channel: ChannelConfiguration, _ type: (any Channel.Type)?) -> String {
    let urls = (type?.settings ?? []).filter { $0.kind == .url }
      .compactMap { channel.settings[$0.name]?.first }
    for url in urls {
      switch SettingReference.read(url) {
      case .literal(let text):
        if let parts = URLComponents(string: text), let host = parts.host {
          return "\(host):\(parts.port.map(String.init) ?? parts.scheme ?? "")"
        }
      case .reference(let reference): return "\(channel.type) \(reference)"
      }
    }
    return channel.type
  }
}
