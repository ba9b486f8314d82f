import ChannelKit
import CodeDeployNotifications

// For the channels whose settings are still read by their names.

extension WebAddress {
  /// A provider's public address, or the same path on another server: `base` replaces scheme,
  /// host and port, and the path comes after its own.
  static func of(
    _ path: String, on publicOrigin: String, movedTo base: String?
  ) throws(SettingProblem) -> WebAddress {
    guard let base else {
      return try WebAddress(publicOrigin, setting: "base_url").appending(path)
    }
    let address = try WebAddress(base, setting: "base_url")
    guard !address.url.contains("?"), !address.url.contains("#") else {
      throw SettingProblem("base_url", "must not have a query or a fragment: a path is appended")
    }
    return address.appending(path)
  }
}

extension Secret {
  /// A secret that goes into a header field: visible ASCII, as every provider's keys are.
  init(forHeader text: String, setting: String) throws(SettingProblem) {
    guard !text.isEmpty, text.utf8.allSatisfy({ (33...126).contains($0) }) else {
      throw SettingProblem(setting, "must be one word of visible ASCII characters")
    }
    self.init(text)
  }
}
