import Foundation

/// Tells which channels lead to the same place, so that they share its trouble and nobody else's.
enum Destination {
  /// The host or the program that the settings name; else the type and what a reference refers to.
  /// Secrets in a URL's path stay out of it.
  static func of(_ channel: ChannelConfiguration, _ type: (any Channel.Type)?) -> String {
    let places = (type?.settings ?? []).filter { $0.kind == .url || $0.kind == .path }
      .compactMap { channel.settings[$0.name]?.first }
    for place in places {
      switch SettingReference.read(place) {
      case .literal(let text):
        if text.hasPrefix("/") { return "\(channel.type) \(text)" }
        if let parts = URLComponents(string: text), let host = parts.host {
          return "\(host):\(parts.port.map(String.init) ?? parts.scheme ?? "")"
        }
      case .reference(let reference): return "\(channel.type) \(reference)"
      }
    }
    return channel.type
  }
}
