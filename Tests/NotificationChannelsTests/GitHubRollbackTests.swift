import ChannelTesting
import CodeDeployNotifications
import Foundation
import Testing

@testable import NotificationChannels

/// A deployment and its rollback on GitHub, in whatever order they are announced.
@Suite struct GitHubRollbackTests {
  private static let token = ["token": ["ghp_x"]]

  private func deliver(
    _ provider: Provider, _ settings: [String: [String]] = [:], failed: Bool,
    _ event: DeploymentEvent, knowsRollback: Bool = false
  ) async throws -> Outcome {
    let channel = try channel("github", settings.merging(Self.token) { $1 })
    let message = Sample.message { notification in
      notification.deploymentID = failed ? "d-FAILED" : "d-ROLLBACK"
      notification.event = event
      if !failed {
        notification.rollback = .init(triggeredBy: "d-FAILED")
        notification.revision = Revision(
          type: "GitHub", repository: "example/checkout",
          commit: "fedcba98765432100123456789abcdef01234567")
      } else if knowsRollback {
        notification.rollback = .init(rolledBackBy: "d-ROLLBACK")
      }
    }
    return try await Outcome.of { try await channel.deliver(message, with: provider.services()) }
  }

  /// The statuses by GitHub's deployment, in order: `7 inactive`.
  private func statuses(_ provider: Provider) async throws -> [String] {
    try await provider.requests.filter { $0.method == .post && $0.url.hasSuffix("/statuses") }.map {
      request in
      let id = request.url.split(separator: "/").dropLast().last ?? ""
      return "\(id) \(try json(request)["state"] as? String ?? "")"
    }
  }

  private func json(_ request: HTTPRequest) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any])
  }

  @Test("A failure that is shown after its rollback stays inactive") func late() async throws {
    let provider = Provider(
      bodies: [
        "[]", #"{"id":7}"#, "{\"id\":1}", "[]", #"{"id":9}"#, #"{"id":1}"#, #"{"id":1}"#, "[]",
      ]
        + [#"{"id":1}"#])
    _ = try await deliver(provider, failed: true, .started)
    _ = try await deliver(provider, failed: false, .succeeded)
    let outcome = try await deliver(provider, failed: true, .failed)
    #expect(
      outcome
        == .sent(
          "deployment 7 of example/checkout is failure, and inactive, because it was rolled back"))
    #expect(
      try await statuses(provider) == [
        "7 in_progress", "9 success", "7 inactive", "7 failure", "7 inactive",
      ])
    let requests = await provider.requests
    let last = try json(requests[requests.count - 1])
    #expect(last["description"] as? String == "Rolled back by d-ROLLBACK (deployment 9)")
    #expect((last["log_url"] as? String)?.contains("/d-ROLLBACK?") == true)
  }

  @Test("It also is when nothing of it had been shown, or only CodeDeploy tells of the rollback")
  func neverShown() async throws {
    for forgets in [false, true] {
      let provider = Provider(
        bodies: ["[]", #"{"id":9}"#, "[]", #"{"id":1}"#, "[]", "[]", #"{"id":7}"#, #"{"id":1}"#])
      _ = try await deliver(provider, failed: false, .succeeded)
      #expect(try await statuses(provider) == ["9 success"])
      if forgets { await provider.forget("d-FAILED") }
      _ = try await deliver(provider, failed: true, .failed, knowsRollback: forgets)
      #expect(try await statuses(provider) == ["9 success", "7 failure", "7 inactive"])
    }
  }

  @Test("A rollback that hasn't succeeded makes nothing inactive") func unfinished() async throws {
    let provider = Provider(
      bodies: ["[]", #"{"id":9}"#, "[]", #"{"id":1}"#, "[]", #"{"id":7}"#, #"{"id":1}"#])
    _ = try await deliver(provider, failed: false, .started)
    _ = try await deliver(provider, failed: true, .failed, knowsRollback: true)
    #expect(try await statuses(provider) == ["9 in_progress", "7 failure"])
  }

  @Test("Where names have the revision in them, the rolled back one is found, and keeps its own")
  func byRevision() async throws {
    let settings = [
      "environment": ["{{deployment_group}}-{{revision.label}}"],
      "environment_url": ["https://{{revision.label}}.example.com"],
    ]
    let made = [#"{"id":7}"#, #"{"id":1}"#, "[]", #"{"id":9}"#, #"{"id":1}"#]
    let provider = Provider(bodies: ["[]"] + made)
    _ = try await deliver(provider, settings, failed: true, .failed)
    let outcome = try await deliver(provider, settings, failed: false, .succeeded)
    #expect(
      outcome == .sent("deployment 9 of example/checkout is success, deployment 7 inactive"))
    let requests = await provider.requests
    let status = try json(requests[5])
    #expect((status["description"] as? String)?.hasPrefix("Rolls back d-FAILED (deploy") == true)
    let inactive = try json(requests[6])
    #expect(requests[6].url.hasSuffix("/deployments/7/statuses"))
    #expect(inactive["state"] as? String == "inactive")
    #expect(inactive["environment"] == nil && inactive["environment_url"] == nil)
    let other = try await deliver(provider, settings, failed: true, .failed)
    #expect(other.text.hasPrefix("deployment 7 of example/checkout is failure"))
  }

  @Test("What GitHub would make twice isn't repeated by the transport") func once() async throws {
    let provider = Provider(bodies: ["[]", #"{"id":7}"#, #"{"id":1}"#])
    _ = try await deliver(provider, failed: true, .failed)
    let requests = await provider.requests
    #expect(requests.map(\.method) == [.get, .post, .post])
    #expect(requests.map(\.needsNewConnection) == [false, true, true])
  }
}
