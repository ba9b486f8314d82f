import Foundation
import Logging
import Synchronization
import Testing

@testable import CodeDeployNotifications

/// Enrichment: what is read of deployments that are about to be announced.
@Suite struct EnrichmentTests {
  /// A fake of CodeDeploy with a log of its requests.
  private final class Server: Sendable {
    private let calls = Mutex<[String]>([])
    let pages: [ListingPage]
    let failures: [String: AWSFailure]

    init(
      pages: [ListingPage] = [ListingPage(ids: ["i-1"])], failures: [String: AWSFailure] = [:]
    ) {
      self.pages = pages
      self.failures = failures
    }

    var asked: [String] { calls.withLock { $0 } }

    private func note(_ call: String, of id: String) throws {
      calls.withLock { $0.append("\(call) \(id)") }
      if let failure = failures[call] ?? failures["\(call) \(id)"] { throw failure }
    }

    var source: DetailSource {
      DetailSource(
        targetPage: { id, onlyFailed, token in
          try self.note(onlyFailed ? "failed" : "all", of: id)
          return self.pages[token.flatMap { Int($0) } ?? 0]
        },
        targets: { id, ids in
          try self.note("targets", of: "\(id) \(ids.count)")
          return [DeploymentTarget(name: "\(id)/\(ids[0])", status: "Failed")]
        },
        revision: { application, revision in
          try self.note("revision", of: "\(application) \(revision.sha256 ?? "")")
          var revision = revision
          revision.content = "content of \(revision.sha256 ?? "")"
          return revision
        })
    }

    func details(of events: [PlannedEvent]) async -> [PlannedEvent] {
      let found = events.map {
        FoundDeployment(.unread, id: $0.content.deploymentID, events: [$0])
      }
      return await Enrichment(
        scope: Example.scope, source: source,
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
      ).added(to: found).flatMap(\.events)
    }
  }

  private static func planned(
    _ event: DeploymentEvent = .failed, _ id: String = "d-1",
    decisions: [PlannedNotification.Decision] = [.deliver],
    edit: (inout Deployment) -> Void = { _ in }
  ) -> PlannedEvent {
    var deployment = Example.deployment(.failed, edit)
    deployment.id = id
    return PlannedEvent(
      at: Example.now,
      content: Example.notification(event, of: deployment),
      notifications: decisions.enumerated().map { index, decision in
        PlannedNotification(
          key: Example.key(id: id, event: event, channel: "channel-\(index)"), decision: decision,
          reason: "")
      })
  }

  private static func overview(failed: Int) -> (inout Deployment) -> Void {
    { $0.overview = .init(succeeded: 1, failed: failed) }
  }

  @Test(
    "Failed targets are asked for where there are some and it will be announced",
    arguments: [
      (planned(), true), (planned(.failed, decisions: [.skip(.creator), .deliver]), true),
      (planned(.succeeded, edit: overview(failed: 1)), true),
      (planned(.stopped, edit: overview(failed: 1)), true),
      (planned(.failed, edit: overview(failed: 0)), true),
      (planned(.succeeded, edit: overview(failed: 0)), false), (planned(.succeeded), false),
      (planned(.stopped), false), (planned(.started, edit: overview(failed: 1)), false),
      (planned(.ready, edit: overview(failed: 1)), false),
      (planned(.failed, decisions: [.skip(.expired), .skip(.creator)]), false),
      // It never started.
      (planned { $0.startedAt = nil }, false),
      (
        planned {
          $0.startedAt = nil
          $0.overview = .init(failed: 0)
        }, true
      ),
    ])
  func whenAsked(event: PlannedEvent, isAsked: Bool) async {
    let server = Server()
    let told = await server.details(of: [event])
    #expect(server.asked == (isAsked ? ["failed d-1", "targets d-1 1"] : []))
    #expect(told.map(\.content.failure?.target) == [isAsked ? "d-1/i-1" : nil])
  }

  @Test(
    "Functions and services are listed whatever their status",
    arguments: [.lambda, .ecs] as [ComputePlatform])
  func otherPlatforms(platform: ComputePlatform) async {
    let server = Server()
    _ = await server.details(of: [Self.planned { $0.computePlatform = platform }])
    #expect(server.asked == ["all d-1", "targets d-1 1"])
  }

  @Test("At most 25 targets are read, and three pages to find them")
  func bounds() async {
    let many = Server(pages: [ListingPage(ids: (0..<100).map { "i-\($0)" }, nextToken: "1")])
    _ = await many.details(of: [Self.planned()])
    #expect(many.asked == ["failed d-1", "targets d-1 25"])

    let empty = Server(pages: (1...9).map { ListingPage(ids: [], nextToken: "\($0)") })
    let told = await empty.details(of: [Self.planned()])
    #expect(empty.asked == Array(repeating: "failed d-1", count: 3))
    #expect(told.map(\.content.failure) == [nil])

    let late = Server(pages: [ListingPage(ids: [], nextToken: "1"), ListingPage(ids: ["i-9"])])
    #expect(await late.details(of: [Self.planned()]).first?.content.failure?.target == "d-1/i-9")
  }

  @Test("Each deployment gets its own story, and each is read once")
  func several() async {
    let server = Server()
    let events = (1...20).map { Self.planned(.failed, "d-\($0)") }
    let started = Self.planned(.started, "d-1")
    let told = await server.details(of: events + [started])
    let targets = events.map { "\($0.content.deploymentID)/i-1" }
    #expect(told.map(\.content.failure?.target) == targets + [nil])
    #expect(server.asked.count == 40)
  }

  @Test(
    "What can't be read is left out, and asked no more than can help",
    arguments: [
      (AWSFailure.Kind.accessDenied, false), (.throttled, false), (.unreachable, false),
      (.refused, true), (.nonsense, true), (.serviceFault, true),
    ])
  func trouble(kind: AWSFailure.Kind, goesOn: Bool) async {
    let server = Server(failures: ["failed": AWSFailure(kind, "no")])
    let events = (1...20).map { Self.planned(.failed, "d-\($0)") }
    let told = await server.details(of: events)
    #expect(told.map(\.content) == events.map(\.content))
    let count = server.asked.count
    // The requests that were running when the first one failed.
    #expect(goesOn ? count == 20 : count < 20)
  }

  @Test("One deployment's trouble is its own")
  func oneFails() async {
    let server = Server(failures: ["failed d-1": AWSFailure(.refused, "not started")])
    let told = await server.details(of: [
      Self.planned(.failed, "d-1"), Self.planned(.failed, "d-2"),
    ])
    #expect(told.map(\.content.failure?.target) == [nil, "d-2/i-1"])
  }

  @Test("An AppSpec's text is read where it is missing, for the event that will be announced")
  func content() async {
    let missing = Revision(type: "AppSpecContent", sha256: "aa")
    let earlier = Revision(type: "String", sha256: "bb")
    let edit: (inout Deployment) -> Void = {
      $0.revision = missing
      $0.previousRevision = earlier
    }
    let server = Server()
    let told = await server.details(of: [
      Self.planned(.succeeded, edit: edit), Self.planned(.started, edit: edit),
      Self.planned(.succeeded, decisions: [.skip(.creator)], edit: edit),
    ])
    #expect(
      Set(server.asked) == ["revision checkout aa", "revision checkout bb"])
    #expect(server.asked.count == 2)
    #expect(
      told.map(\.content.revision?.content) == ["content of aa", "content of aa", nil])
    #expect(
      told.map(\.content.previousRevision?.content) == ["content of bb", "content of bb", nil])
  }

  @Test(
    "Nothing is asked of other versions",
    arguments: [
      nil, Revision(type: "GitHub", repository: "a/b", commit: "c"), Revision(type: "S3", key: "k"),
      Revision(type: "AppSpecContent"), Revision(type: "AppSpecContent", content: "x", sha256: "s"),
    ])
  func noContent(revision: Revision?) async {
    let server = Server()
    _ = await server.details(of: [Self.planned(.succeeded) { $0.revision = revision }])
    #expect(server.asked.isEmpty)
  }

  @Test("Denied targets don't keep an AppSpec from being read")
  func deniedTargets() async {
    let server = Server(failures: ["failed": AWSFailure(.accessDenied, "no")])
    let told = await server.details(of: [
      Self.planned { $0.revision = Revision(type: "AppSpecContent", sha256: "aa") }
    ])
    #expect(told.first?.content.failure == nil)
    #expect(told.first?.content.revision?.content == "content of aa")
  }
}
