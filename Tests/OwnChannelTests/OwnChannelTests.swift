import ChannelTesting
import DeploymentNotifier
import Testing

@Suite("A channel of one's own")
struct OwnChannelTests {
  private let address = "https://mattermost.example.com/hooks/xkcd1234xkcd1234xkcd1234ab"

  @Test("keeps what every channel has to") func rules() async {
    let rules = ChannelRules(
      MattermostChannel.self, settings: ["webhook_url": [address]],
      secrets: ["xkcd1234xkcd1234xkcd1234ab"], successes: ["ok"])
    #expect(await rules.violations() == [])
  }

  @Test("is registered with a notifier, which sends through it") func sends() async throws {
    let trial = try ChannelTrial([MattermostChannel.self], answering: [.init(200, "ok")])
    try await trial.notifier.register(
      "checkout", channels: ["mattermost,webhook_url=\(address)"])
    await trial.deploy("d-1", of: "checkout", failing: "exit code 1")
    let report = await trial.notifier.poll()
    #expect(report.failures.isEmpty)
    #expect(report.notifications.map(\.outcome) == [.sent])
    let requests = await trial.requests
    #expect(requests.map(\.url) == [address])
    #expect(requests.map(\.text).allSatisfy { $0.hasPrefix(#"{"text":"**checkout"#) })
  }

  @Test("that is refused is told of without its address") func refused() async throws {
    let trial = try ChannelTrial(
      [MattermostChannel.self], answering: [.init(404, "no hook xkcd1234xkcd1234xkcd1234ab")])
    try await trial.notifier.register(
      "checkout", channels: ["mattermost,webhook_url=\(address)"])
    await trial.deploy("d-1", of: "checkout")
    let report = await trial.notifier.poll()
    #expect(
      report.failures.map(\.description).filter { !$0.contains("Mattermost answered 404") } == [])
    #expect(report.failures.count == 1)
    #expect(!report.failures.contains { $0.description.contains("xkcd") })
  }

  @Test("can't be registered without its address") func registering() async throws {
    let trial = try ChannelTrial([MattermostChannel.self])
    await #expect(throws: DocumentProblem.self) {
      try await trial.notifier.register("checkout", channels: ["mattermost"])
    }
    await #expect(throws: DocumentProblem.self) {
      try await trial.notifier.register(
        "checkout", channels: ["mattermost,webhook_url=mattermost.example.com"])
    }
  }
}
