import CodeDeployNotifications
import Foundation

/// What is accepted and yet worth a word.
enum RegistrationWarnings {
  static func of(_ registration: Registration, catalog: ChannelCatalog) -> [String] {
    registration.channels.flatMap { channel in
      of(channel, catalog: catalog).map {
        "\(registration.application), channel \(channel.name): \($0)"
      }
    }
  }

  static func of(_ channel: ChannelConfiguration, catalog: ChannelCatalog) -> [String] {
    guard let type = catalog.type(named: channel.type) else { return [] }
    let values = SettingValues(channel.settings, settings: type.settings)
    let open = type.settings.filter { $0.kind == .url }.flatMap { setting in
      (channel.settings[setting.name] ?? []).filter(isOpenHTTP).map { _ in
        "\(setting.name) is plain http, so what is sent can be read on the way; use https"
      }
    }
    return open + type.warnings(values)
  }

  private static func isOpenHTTP(_ text: String) -> Bool {
    guard case .literal(let literal) = SettingReference.read(text),
      let parts = URLComponents(string: literal), parts.scheme?.lowercased() == "http"
    else { return false }
    let host = (parts.host ?? "").lowercased().trimmingCharacters(in: ["[", "]"])
    return
      !(host == "localhost" || host.hasSuffix(".localhost") || host.hasPrefix("127.")
      || host == "::1")
  }
}
