import Foundation
import Testing

@testable import CodeDeployNotifications

/// How values are shown, and what shown values mean when they are registered again.
@Suite struct SettingMaskTests {
  private static let address = ChannelSetting("base_url", .url, "a server")
  private static let secretAddress = ChannelSetting("webhook_url", .url, secret: true, "a hook")

  @Test(
    "An address is shown as far as its host",
    arguments: [
      ("https://example.com", "https://example.com", "https://example.com/********"),
      ("https://example.com/", "https://example.com/", "https://example.com/********"),
      ("https://example.com:8443", "https://example.com:8443", "https://example.com:8443/********"),
      ("https://example.com/a", "https://example.com/********", "https://example.com/********"),
      ("https://h?k=v", "https://h/********", "https://h/********"),
      ("https://h#k", "https://h/********", "https://h/********"),
      ("https://ada:pw@h:1", "https://h:1/********", "https://h:1/********"),
      ("https://ada@h", "https://h/********", "https://h/********"),
      ("https://[::1]:80/x", "https://[::1]:80/********", "https://[::1]:80/********"),
      ("literal:https://h/x", "https://h/********", "https://h/********"),
      ("env:URL", "env:URL", "env:URL"),
      ("https//pw@h", "********", "********"),
    ])
  func addresses(value: String, shown: String, secret: String) {
    #expect(Self.address.shown(value) == shown)
    #expect(Self.secretAddress.shown(value) == secret)
    for setting in [Self.address, Self.secretAddress] {
      let shown = setting.shown(value)
      #expect(setting.isMasked(shown) == (shown != value))
      #expect(setting.shown(shown) == shown)
    }
  }

  private static func merge(
    _ settings: [String: [String]], over old: [String: [String]]?
  ) throws -> [String: [String]] {
    func registration(_ settings: [String: [String]]) -> Registration {
      Planned.registration([ChannelConfiguration(type: "webhook", settings: settings)])
    }
    let merge = try RegistrationMerge(
      registration(settings),
      into: old.map { RegistrationRecord(registration: registration($0), baselines: [:]) },
      replacing: .same, since: nil, now: Example.now, catalog: .fake)
    return merge.record.registration.channels[0].settings
  }

  @Test("A masked value keeps what the channel has", arguments: ["********", "https://h/********"])
  func kept(mask: String) throws {
    for key in ["url", "secret_url"] {
      let merged = try Self.merge([key: [mask]], over: [key: ["https://ada:pw@h/x"]])
      #expect(merged[key] == ["https://ada:pw@h/x"])
      #expect(throws: DocumentProblem.self) { try Self.merge([key: [mask]], over: nil) }
      #expect(throws: DocumentProblem.self) { try Self.merge([key: [mask]], over: [:]) }
    }
  }

  @Test("A masked address on another host is none that the channel has") func otherHost() throws {
    let problem = #expect(throws: DocumentProblem.self) {
      try Self.merge(["url": ["https://other/********"]], over: ["url": ["https://h/x"]])
    }
    #expect(
      problem?.reason.hasPrefix("https://other/******** stands for the channel's present address")
        == true)
  }
}
