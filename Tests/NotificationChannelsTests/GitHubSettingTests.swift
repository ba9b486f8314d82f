import ChannelTesting
import CodeDeployNotifications
import Testing

@testable import NotificationChannels

/// What of GitHub's settings is refused, and what is warned of.
@Suite struct GitHubSettingTests {
  @Test("Names that are never filled in are told") func unknownNames() {
    let values = SettingValues(
      [
        "token": ["t"], "environment": ["{{aplication}}"],
        "ref": ["v{{version}}{{#labels}}{{x}}{{/labels}}"],
      ],
      settings: GitHubChannel.settings)
    #expect(
      GitHubChannel.warnings(values) == [
        "environment: there is no value named aplication; did you mean {{application}}?"
      ])
  }

  @Test(
    "Refuses settings that can't be meant",
    arguments: [
      ("token", "a b"), ("repository", "checkout"), ("repository", "../x"),
      ("repository", "a/b/c"), ("ref", "{{#x}}"), ("environment_url", "{{>x}}"),
      ("base_url", "https://a.example/?x"), ("context", "x"),
      ("environment_url", "checkout.example.com"), ("environment_url", "{{labels.url}}"),
      ("environment_url", "ftp://a.example/"), ("environment_url", "https://"),
    ])
  func problems(setting: String, value: String) {
    let settings = ["token": ["t"]].merging([setting: [value]]) { $1 }
    #expect(throws: SettingProblem.self) { try channel("github", settings) }
  }
}
