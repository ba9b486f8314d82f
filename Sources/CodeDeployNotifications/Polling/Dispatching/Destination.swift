import Foundation

/// Determines which channels lead to the same host or program, so that only these share its
/// trouble.
enum Destination {
  /// The host or program that the settings name; else the type and what its reference refers to.
  /// Secrets in a URL's path are left out.
  static func of(_ channel: ChannelConfiguration, _ type: (any Channel.Type)?) -> String {
    for setting in type?.settings ?? [] where [.url, .host, .program].contains(setting.kind) {
      guard let value = channel.settings[setting.name]?.first else { continue }
      switch (setting.kind, SettingReference.read(value)) {
      case (_, .reference(let reference)): return "\(channel.type) \(reference)"
      case (.host, .literal(let host)):
        return "\(host.lowercased()):\(channel.settings["port"]?.first ?? channel.type)"
      case (.program, .literal(let program)): return "\(channel.type) \(program)"
      case (_, .literal(let text)):
        if let parts = URLComponents(string: text), let host = parts.host {
          return "\(host):\(parts.port.map(String.init) ?? parts.scheme ?? "")"
        }
      }
    }
    return channel.type
  }
}
