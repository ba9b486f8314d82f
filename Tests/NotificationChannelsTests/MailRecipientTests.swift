import ChannelTesting
import CodeDeployNotifications
import Foundation
import Testing

@testable import NotificationChannels

/// A mail with several recipients, not all of whom are accepted at once.
@Suite struct MailRecipientTests {
  private let ok = MailReply(250, "OK id=1")
  private let later = MailReply(451, "4.7.1 Greylisted")
  private let never = MailReply(550, "5.1.1 No such user")

  /// Successive attempts, as a cycle makes them.
  private func attempts(
    _ count: Int, _ answers: [MailAnswer],
    id: @escaping @Sendable (Int) -> String = { _ in "key-1" }
  ) async throws -> (outcomes: [Outcome], recipients: [[String]], notes: [String: String]) {
    let provider = Provider(mail: answers.map { .success($0) })
    let channel = try channel(
      "email",
      [
        "host": ["smtp.example.com"], "from": ["ci@example.com"],
        "to": ["ada@example.com", "bob@example.com", "eve@example.com"],
      ])
    var outcomes: [Outcome] = []
    for number in 0..<count {
      outcomes.append(
        try await Outcome.of {
          try await channel.deliver(
            Sample.message { $0.id = id(number) }, with: provider.services())
        })
    }
    return (outcomes, await provider.mails.map(\.recipients), await provider.notes)
  }

  private func taken(_ replies: (String, MailReply)...) -> MailAnswer {
    MailAnswer(.taken(ok), recipients: replies.map { .init("\($0.0)@example.com", $0.1) })
  }

  @Test("Too many recipients are told of both settings") func tooMany() throws {
    let many = (0..<60).map { "ada\($0)@example.com" }
    let problem = #expect(throws: SettingProblem.self) {
      try channel(
        "email",
        ["host": ["smtp.example.com"], "from": ["ci@example.com"], "to": many, "cc": many])
    }
    #expect(problem?.description == "to: has more than 100 recipients together with cc")
  }

  @Test("Who is refused for good is named, and the mail counts as sent") func refused() async throws
  {
    let run = try await attempts(1, [taken(("ada", ok), ("bob", never), ("eve", ok))])
    #expect(
      run.outcomes == [
        .sent("refused for bob@example.com (550 5.1.1 No such user); 250 OK id=1")
      ])
    #expect(run.notes.isEmpty)
  }

  @Test("Who is refused for now is tried again alone") func deferred() async throws {
    let run = try await attempts(
      3,
      [
        taken(("ada", ok), ("bob", never), ("eve", later)),
        MailAnswer(
          .refused(later, at: .recipients), recipients: [.init("eve@example.com", later)]),
        taken(("eve", ok)),
      ])
    #expect(
      run.outcomes == [
        .failed(
          .tryAgain(after: nil),
          "smtp.example.com accepted the mail for ada@example.com, but not yet for eve@example.com "
            + "(451 4.7.1 Greylisted)"),
        .failed(
          .tryAgain(after: nil),
          "smtp.example.com refused eve@example.com (451 4.7.1 Greylisted)"),
        .sent("refused for bob@example.com (550 5.1.1 No such user); 250 OK id=1"),
      ])
    #expect(
      run.recipients == [
        ["ada@example.com", "bob@example.com", "eve@example.com"], ["eve@example.com"],
        ["eve@example.com"],
      ])
  }

  @Test("The last one refused for good doesn't undo what the others have") func refusedLate()
    async throws
  {
    let run = try await attempts(
      2,
      [
        taken(("ada", ok), ("bob", ok), ("eve", later)),
        MailAnswer(
          .refused(never, at: .recipients), recipients: [.init("eve@example.com", never)]),
      ])
    #expect(
      run.outcomes.last
        == .sent(
          "refused for eve@example.com (550 5.1.1 No such user); "
            + "sent to ada@example.com, bob@example.com"))
  }

  @Test(
    "Nobody accepted: refused where all are for good, else tried again", arguments: [true, false])
  func nobody(isFinal: Bool) async throws {
    let last = isFinal ? never : later
    let answer = MailAnswer(
      .refused(last, at: .recipients),
      recipients: [.init("ada@example.com", never), .init("bob@example.com", last)])
    let run = try await attempts(1, [answer])
    #expect(run.outcomes.map(\.verdict) == [isFinal ? .refused : .tryAgain(after: nil)])
    #expect(run.outcomes[0].text.contains("ada@example.com (550 5.1.1 No such user)"))
    #expect(run.notes.isEmpty)
  }

  @Test("What one notification has reached says nothing of the next") func nextNotification()
    async throws
  {
    let run = try await attempts(
      2, [taken(("ada", ok), ("bob", ok), ("eve", later))], id: { "key-\($0)" })
    #expect(run.recipients.map(\.count) == [3, 3])
  }

  @Test("A server that took the message back has it for nobody") func notTaken() async throws {
    let run = try await attempts(
      1,
      [
        MailAnswer(
          .refused(MailReply(554, "Spam"), at: .message),
          recipients: [.init("ada@example.com", ok), .init("bob@example.com", later)])
      ])
    #expect(run.outcomes == [.failed(.refused, "smtp.example.com refused the mail: 554 Spam")])
    #expect(run.notes.isEmpty)
  }

  @Test(
    "A note that isn't ours is none", arguments: ["", "{}", "[]", #"{"id":"key-2","sent":[]}"#])
  func strangeNote(note: String) async throws {
    let memory = ChannelMemory(recall: { _ in note }, keep: { _, _ in })
    let progress = try await MailProgress.recall(Sample.notification(), from: memory)
    #expect(progress == MailProgress(id: "key-1"))
  }
}
