import CodeDeployNotifications
import Foundation
import Testing

@testable import DeploymentNotifier

/// Which mutes an import accepts.
@Suite("The rules of imported mutes") struct ImportRuleTests {
  private static let now = Date(timeIntervalSince1970: 1_800_000_000)

  @Test(
    "A mute that can't be meant is refused, with what is wrong",
    arguments: [
      ("", 60, "mute.channel must be a channel's name, with 1 to 64 characters"),
      (
        String(repeating: "x", count: 65), 60,
        "mute.channel must be a channel's name, with 1 to 64 characters"
      ),
      ("hook", -60, "the mute of checkout ends before it began"), ("hook", 60, nil), (nil, 60, nil),
    ] as [(String?, TimeInterval, String?)])
  func mutes(channel: String?, lasting: TimeInterval, problem: String?) {
    let mute = Mute(
      identity: Registration.Identity(
        application: "checkout", scope: AWSScope(region: "eu-west-1")),
      channel: channel, since: Self.now, until: Self.now + lasting)
    var found: String?
    do { try ImportRules(catalog: ChannelCatalog([]), references: .none).check(mute) } catch {
      found = error.problem
    }
    #expect(found == problem)
  }
}
