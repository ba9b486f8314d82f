import CodeDeployNotifications
import DeploymentNotifier
import Foundation
import Testing

@Suite("The status within a service")
struct StatusReportTests {
  private let surroundings = Surroundings()

  @Test("What is pending, failed, in flight and muted is counted") func counts() async throws {
    let notifier = try surroundings.notifier()
    try await notifier.register("checkout", channels: ["echo,refuse=true"])
    let before = try await notifier.status()
    #expect(before.scopes.map(\.lastCompleteAt) == [nil] && before.scopes.map(\.age) == [nil])
    surroundings.put("d-1")
    await notifier.poll(.patient)
    try await notifier.mute("checkout", channels: ["echo"], for: .seconds(3600))
    let status = try await notifier.status()
    #expect(status.scopes.map(\.scope) == [AWSScope(region: "eu-west-1")])
    #expect(status.scopes.allSatisfy { $0.lastCompleteAt != nil && $0.age != nil })
    #expect(status.registrations.map(\.application) == ["checkout"])
    #expect((status.pending, status.failed, status.inFlight) == (0, 1, 0))
    #expect(status.mutes.map(\.channel) == ["echo"])
    #expect(status.polling == nil && status.storeFailure == nil)
  }

  @Test("A mute that is over is not shown") func endedMute() async throws {
    let notifier = try surroundings.notifier()
    try await notifier.register("checkout", channels: ["echo"])
    try await notifier.mute("checkout", for: .seconds(3600))
    try await notifier.unmute("checkout")
    #expect(try await notifier.status().mutes.isEmpty)
  }

  @Test("It encodes to the command's JSON, whatever an encoder does with dates")
  func encoding() async throws {
    let notifier = try surroundings.notifier()
    try await notifier.register("checkout", channels: ["echo"])
    surroundings.put("d-1")
    await notifier.poll(.patient)
    try await notifier.mute("checkout", for: .seconds(3600))
    let status = try await notifier.status()
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    encoder.dateEncodingStrategy = .secondsSince1970
    let scope = try #require(status.scopes.first)
    let age = try #require(scope.age).components.seconds
    let completed = try #require(scope.lastCompleteAt).formatted(.iso8601)
    let until = try #require(status.mutes.first).until.formatted(.iso8601)
    #expect(
      String(decoding: try encoder.encode(status), as: UTF8.self) == """
        {"failed":0,"in_flight":0,\
        "mutes":[{"application":"checkout","channel":null,"until":"\(until)"}],\
        "oldest_pending_at":null,"pending":0,"polling":null,\
        "registrations":[{"account_id":null,"application":"checkout","labels":{},\
        "region":"eu-west-1"}],\
        "scopes":[{"account_id":null,"age_seconds":\(age),"last_complete_at":"\(completed)",\
        "region":"eu-west-1","role_arn":null}]}
        """)
  }
}
