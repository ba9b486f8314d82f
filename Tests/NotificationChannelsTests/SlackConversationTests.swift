import ChannelTesting
import CodeDeployNotifications
import Foundation
import Synchronization
import Testing

@testable import NotificationChannels

/// One message for each deployment, whatever happens between its steps.
@Suite struct SlackConversationTests {
  /// A channel's notes, and a Slack with scripted answers.
  private final class Scene: Sendable {
    private let notes = Mutex<[String: String]>([:])
    let channel: String

    init(channel: String = "C1") { self.channel = channel }

    var memory: ChannelMemory {
      ChannelMemory(
        recall: { id in self.notes.withLock { $0[id] } },
        keep: { note, id in self.notes.withLock { $0[id] = note } })
    }

    func note(of id: String) -> String? { notes.withLock { $0[id] } }
    func set(_ note: String?, of id: String) { notes.withLock { $0[id] = note } }

    /// Delivers while Slack gives these answers; returns the outcome and the requests.
    func deliver(
      _ message: ChannelMessage, to setting: String? = nil, _ answers: String...
    ) async throws -> (Outcome, [SlackCall]) {
      let provider = Provider(
        answers.map { answer in
          answer == "lost"
            ? .failure(HTTPFailure(.timedOut, "slack.com: no answer"))
            : .success(HTTPResponse(status: 200, body: Array(answer.utf8)))
        })
      var services = provider.services()
      services.memory = memory
      let slack = try NotificationChannelsTests.channel(
        "slack", ["token": ["xoxb-1"], "channel": [setting ?? channel]])
      let outcome = try await Outcome.of { [services] in
        try await slack.deliver(message, with: services)
      }
      return (outcome, try await provider.requests.map(SlackCall.init))
    }
  }

  /// A request with its method.
  private struct SlackCall {
    var method: String
    var sent: SlackSent

    init(_ request: HTTPRequest) throws {
      method = String(request.url.split(separator: "/").last?.prefix { $0 != "?" } ?? "")
      sent = request.body.isEmpty ? SlackSent() : try SlackSent(request)
    }
  }

  private static func posted(_ ts: String) -> String {
    #"{"ok":true,"channel":"C1","ts":"\#(ts)"}"#
  }
  private static func refused(_ code: String) -> String { #"{"ok":false,"error":"\#(code)"}"# }
  private static let link = #"{"ok":true,"permalink":"https://e.slack.com/archives/C1/p1"}"#

  private static func message(
    _ event: DeploymentEvent, id: String = "d-1",
    _ change: (inout DeploymentNotification) -> Void = { _ in }
  ) -> ChannelMessage {
    Sample.message { notification in
      notification.deploymentID = id
      notification.event = event
      if event == .failed {
        notification.error = .init(code: "HEALTH_CONSTRAINTS", message: "too many failed")
      }
      change(&notification)
    }
  }

  @Test("A start is updated to a success, and nothing is posted twice") func success() async throws
  {
    let scene = Scene()
    let (first, posts) = try await scene.deliver(Self.message(.started), Self.posted("1.1"))
    #expect(first == .sent("posted in C1"))
    #expect(posts.map(\.method) == ["chat.postMessage"])
    let (second, updates) = try await scene.deliver(Self.message(.succeeded), Self.posted("1.1"))
    #expect(second == .sent("updated in C1"))
    #expect(updates.map(\.method) == ["chat.update"])
    #expect(updates[0].sent["ts"] as? String == "1.1")
    #expect(updates[0].sent["channel"] as? String == "C1")
    // `chat.update` doesn't have these.
    #expect(updates[0].sent["unfurl_links"] == nil)
  }

  @Test("A failure has its cause in the thread", arguments: [true, false])
  func failure(wasAnnounced: Bool) async throws {
    let scene = Scene()
    if wasAnnounced { _ = try await scene.deliver(Self.message(.started), Self.posted("1.1")) }
    let (outcome, calls) = try await scene.deliver(
      Self.message(.failed), Self.posted("1.1"), Self.posted("2.2"))
    #expect(outcome.verdict == nil && outcome.text.hasSuffix("in C1, cause in its thread"))
    #expect(
      calls.map(\.method) == [
        wasAnnounced ? "chat.update" : "chat.postMessage", "chat.postMessage",
      ])
    let reply = calls[1].sent
    #expect(reply["thread_ts"] as? String == "1.1")
    #expect(reply.lines.last == "HEALTH_CONSTRAINTS: too many failed")
    // An update is silent: people notice the reply.
    #expect(reply["reply_broadcast"] as? Bool == (wasAnnounced ? true : nil))
    #expect(reply.lines.count == (wasAnnounced ? 2 : 1))
  }

  @Test("A bad end of which nothing more is known alerts people too", arguments: [true, false])
  func unexplained(wasAnnounced: Bool) async throws {
    let scene = Scene()
    if wasAnnounced { _ = try await scene.deliver(Self.message(.started), Self.posted("1.1")) }
    let (_, calls) = try await scene.deliver(
      Self.message(.stopped), Self.posted("1.1"), Self.posted("2.2"))
    #expect(calls.count == (wasAnnounced ? 2 : 1))
    guard wasAnnounced else { return }
    #expect(calls[1].sent["reply_broadcast"] as? Bool == true)
    #expect(
      calls[1].sent.lines == ["⚠️ checkout 0123456: deployment to production was stopped after 4m"])
  }

  @Test(
    "An attempt goes on where the last one ended",
    arguments: [refused("internal_error"), "lost", "{"])
  func resumes(trouble: String) async throws {
    let scene = Scene()
    let (first, calls) = try await scene.deliver(
      Self.message(.failed), Self.posted("1.1"), trouble)
    #expect(first.verdict == (trouble == "{" ? .oddAnswer : .tryAgain(after: nil)))
    #expect(calls.count == 2)
    let (second, rest) = try await scene.deliver(Self.message(.failed), Self.posted("2.2"))
    #expect(second == .sent("shown in C1, cause in its thread"))
    #expect(rest.map(\.method) == ["chat.postMessage"])
    #expect(rest[0].sent["thread_ts"] as? String == "1.1")
    // A third attempt has nothing left to do.
    let (third, none) = try await scene.deliver(Self.message(.failed), "lost")
    #expect(third == .sent("shown in C1"))
    #expect(none.isEmpty)
  }

  @Test(
    "Where the message is gone, it is posted anew",
    arguments: [
      "message_not_found", "channel_not_found", "cant_update_message", "edit_window_closed",
    ])
  func gone(code: String) async throws {
    let scene = Scene()
    _ = try await scene.deliver(Self.message(.started), Self.posted("1.1"))
    let (outcome, calls) = try await scene.deliver(
      Self.message(.succeeded), Self.refused(code), Self.posted("3.3"))
    #expect(outcome == .sent("posted in C1"))
    #expect(calls.map(\.method) == ["chat.update", "chat.postMessage"])
    #expect(scene.note(of: "d-1")?.contains("3.3") == true)
  }

  @Test("A channel that is gone altogether is a failure, and not for ever tried") func allGone()
    async throws
  {
    let scene = Scene()
    _ = try await scene.deliver(Self.message(.started), Self.posted("1.1"))
    let (outcome, calls) = try await scene.deliver(
      Self.message(.failed), Self.refused("channel_not_found"), Self.refused("channel_not_found"))
    #expect(outcome.verdict == .refused)
    #expect(calls.map(\.method) == ["chat.update", "chat.postMessage"])
    // A thread that is missing twice.
    scene.set(nil, of: "d-1")
    let (second, _) = try await scene.deliver(
      Self.message(.failed), Self.posted("1.1"), Self.refused("thread_not_found"),
      Self.posted("2.2"), Self.refused("thread_not_found"))
    #expect(second.verdict == .refused)
  }

  @Test("Where the setting names another channel now, it is posted there") func moved() async throws
  {
    let scene = Scene()
    _ = try await scene.deliver(Self.message(.started), Self.posted("1.1"))
    let (_, calls) = try await scene.deliver(
      Self.message(.succeeded), to: "#other", #"{"ok":true,"channel":"C2","ts":"5.5"}"#)
    #expect(calls.map(\.method) == ["chat.postMessage"])
    #expect(calls[0].sent["channel"] as? String == "#other")
  }

  @Test("A note that can't be read is none", arguments: ["", "{}", "null", #"{"place":1}"#])
  func nonsense(note: String) async throws {
    let scene = Scene()
    scene.set(note, of: "d-1")
    let (outcome, _) = try await scene.deliver(Self.message(.succeeded), Self.posted("1.1"))
    #expect(outcome == .sent("posted in C1"))
  }

  @Test("A late start doesn't undo an end") func late() async throws {
    let scene = Scene()
    _ = try await scene.deliver(Self.message(.succeeded), Self.posted("1.1"))
    let (outcome, calls) = try await scene.deliver(Self.message(.started), "lost")
    #expect(outcome == .sent(#"the message shows "succeeded" already"#))
    #expect(calls.isEmpty)
  }

  @Test("A rollback is told of in the thread of what it rolls back, and follows it there")
  func rollback() async throws {
    let scene = Scene()
    let rollback = Deployment.RollbackInformation(triggeredBy: "d-1", message: "d-1 failed")
    func message(_ event: DeploymentEvent) -> ChannelMessage {
      Self.message(event, id: "d-2") { $0.rollback = rollback }
    }
    _ = try await scene.deliver(Self.message(.failed), Self.posted("1.1"), Self.posted("1.2"))
    let (first, calls) = try await scene.deliver(
      message(.started), Self.link, Self.posted("2.1"), Self.link, Self.posted("2.2"))
    #expect(first == .sent("posted in C1, linked in the thread of d-1"))
    #expect(
      calls.map(\.method) == [
        "chat.getPermalink", "chat.postMessage", "chat.getPermalink", "chat.postMessage",
      ])
    #expect(calls[1].sent.lines[1].hasPrefix("Rolls back <https://e.slack.com/archives/C1/p1|d-1>"))
    #expect(calls[3].sent["thread_ts"] as? String == "1.1")
    #expect(
      calls[3].sent.lines == [
        "⏪ checkout 0123456: rollback to production started\n"
          + "<https://e.slack.com/archives/C1/p1|d-2>"
      ])
    // A message is sent even without its permalink.
    let (second, rest) = try await scene.deliver(
      message(.succeeded), "lost", Self.posted("2.1"), "lost", Self.posted("2.2"))
    #expect(second == .sent("updated in C1, linked in the thread of d-1"))
    #expect(
      rest.map(\.method).filter { $0 != "chat.getPermalink" } == ["chat.update", "chat.update"])
    #expect(rest[3].sent["ts"] as? String == "2.2")
    #expect(rest[3].sent.lines[0].contains("rollback to production succeeded"))
  }

  @Test("A rollback's own message is enough where the thread isn't there") func rollbackAlone()
    async throws
  {
    let scene = Scene()
    _ = try await scene.deliver(Self.message(.failed), Self.posted("1.1"), Self.posted("1.2"))
    let message = Self.message(.succeeded, id: "d-2") { $0.rollback = .init(triggeredBy: "d-1") }
    let (outcome, _) = try await scene.deliver(
      message, Self.link, Self.posted("2.1"), Self.link, Self.refused("thread_not_found"))
    #expect(outcome.verdict == nil && outcome.text.contains("but not in the thread of d-1"))
    // A failure that may pass is worth another attempt, which repeats only that step.
    scene.set(nil, of: "d-2")
    let (again, _) = try await scene.deliver(
      message, Self.link, Self.posted("2.1"), Self.link, Self.refused("ratelimited"))
    #expect(again.verdict == .limited(after: nil))
    let (last, calls) = try await scene.deliver(message, Self.link, Self.posted("2.2"))
    #expect(last == .sent("shown in C1, linked in the thread of d-1"))
    #expect(calls.map(\.method) == ["chat.getPermalink", "chat.postMessage"])
  }

  @Test("A failure says what rolled it back, in Slack where that is there") func rolledBack()
    async throws
  {
    let scene = Scene()
    let message = Self.message(.failed) { $0.rollback = .init(rolledBackBy: "d-2") }
    let (_, calls) = try await scene.deliver(message, Self.posted("1.1"), Self.posted("1.2"))
    #expect(
      calls[0].sent.lines.contains { $0.contains("Rolled back by <https://eu-west-1.console.") })
    scene.set(nil, of: "d-1")
    _ = try await scene.deliver(Self.message(.succeeded, id: "d-2"), Self.posted("2.1"))
    let (_, linked) = try await scene.deliver(
      message, Self.link, Self.posted("1.1"), Self.posted("1.2"))
    #expect(
      linked[1].sent.lines.contains("Rolled back by <https://e.slack.com/archives/C1/p1|d-2>"))
  }

  @Test("What Slack took is kept also when the attempt's time is up") func timeUp() async throws {
    let scene = Scene()
    var services = Provider().services()
    services.memory = ChannelMemory(
      recall: scene.memory.recall,
      keep: { note, id in
        try Task.checkCancellation()
        try await scene.memory.keep(note, id)
      })
    services.http = HTTPClient { _ in
      // The time is up while the answer is on its way.
      withUnsafeCurrentTask { $0?.cancel() }
      return HTTPResponse(status: 200, body: Array(Self.posted("1.1").utf8))
    }
    let slack = try channel("slack", SlackChannelTests.app)
    let task = Task { [services] in
      try await slack.deliver(Self.message(.succeeded), with: services)
    }
    _ = try? await task.value
    #expect(scene.note(of: "d-1")?.contains("1.1") == true)
  }
}
