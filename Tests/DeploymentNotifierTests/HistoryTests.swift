import CodeDeployNotifications
import DeploymentNotifier
import Foundation
import Testing

@Suite("The history within a service")
struct HistoryTests {
  private let surroundings = Surroundings()

  /// A notifier that has sent d-1 through `good`, and given it up on `bad`.
  private func notifier() async throws -> DeploymentNotifier {
    let notifier = try surroundings.notifier()
    try await notifier.register(
      "checkout", channels: ["echo,name=good", "echo,name=bad,refuse=true"])
    surroundings.put("d-1")
    await notifier.poll(.patient)
    return notifier
  }

  private func ids(_ history: DeploymentNotifier.History) async throws -> [String] {
    try await history.reduce(into: []) { $0.append($1.deployment.id) }
  }

  @Test("A deployment is there with the outcome of each notification") func outcomes() async throws
  {
    let history = try await notifier().history()
    let entries = try await history.reduce(into: []) { $0.append($1) }
    let entry = try #require(entries.first)
    #expect(entries.count == 1 && entry.deployment.id == "d-1")
    #expect(entry.scope.region == "eu-west-1")
    #expect(
      entry.notifications.map { "\($0.event) \($0.channel) \($0.state)" } == [
        "succeeded bad failed", "succeeded good sent",
      ])
    let bad = entry.notifications[0]
    #expect(bad.attempts == 1 && bad.failedAt != nil && bad.sentAt == nil)
    #expect(bad.lastAttempts.map(\.outcome) == [.failed])
    #expect(bad.lastAttempts.map(\.answer) == [bad.reason])
    #expect(bad.nextAttemptAt == nil)
  }

  @Test("Filters leave out notifications, and deployments of which none is left")
  func filters() async throws {
    let notifier = try await notifier()
    func channels(_ history: DeploymentNotifier.History) async throws -> [String] {
      try await history.reduce(into: []) { $0 += $1.notifications.map(\.channel) }
    }
    #expect(try await channels(notifier.history(states: [.sent])) == ["good"])
    #expect(try await channels(notifier.history(channels: ["bad"])) == ["bad"])
    #expect(try await channels(notifier.history(groups: ["prod*"])) == ["bad", "good"])
    #expect(try await channels(notifier.history(of: "checkout")) == ["bad", "good"])
    #expect(try await ids(notifier.history(states: [.pending])) == [])
    #expect(try await ids(notifier.history(groups: ["staging"])) == [])
    #expect(try await ids(notifier.history(of: "other")) == [])
    #expect(try await ids(notifier.history(deployments: ["d-2"])) == [])
    #expect(try await ids(notifier.history(createdSince: .distantFuture)) == [])
  }

  @Test("The limit counts the deployments that are left") func limit() async throws {
    let notifier = try await notifier()
    for number in 2...4 { surroundings.put("d-\(number)") }
    await notifier.poll(.patient)
    #expect(try await ids(notifier.history()).count == 4)
    #expect(try await ids(notifier.history(states: [.failed], limit: 2)).count == 2)
    #expect(try await ids(notifier.history(limit: 0)) == [])
  }

  @Test("Its JSON is the command's") func json() async throws {
    let notifier = try await notifier()
    let entries = try await notifier.history(states: [.sent]).reduce(into: []) { $0.append($1) }
    let text = notifier.document(ofHistory: entries)
    #expect(text.hasPrefix("[\n  {\n    \"application\": \"checkout\",\n"))
    #expect(text.contains("\"deployment_id\": \"d-1\""))
    #expect(text.contains("\"state\": \"sent\""))
    #expect(notifier.document(ofHistory: []) == "[]")
  }
}
