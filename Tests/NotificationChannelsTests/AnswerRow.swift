import ChannelTesting
import CodeDeployNotifications
import Foundation
import Testing

@testable import NotificationChannels

/// A provider's answer, its meaning, and what has to be in the sentence about it.
struct AnswerRow: Sendable, CustomTestStringConvertible {
  var status: Int
  var body: String
  var headers: [HTTPField]
  var verdict: DeliveryFailure.Verdict?
  var says: String

  init(
    _ status: Int, _ body: String, _ verdict: DeliveryFailure.Verdict?, _ says: String = "",
    headers: [HTTPField] = []
  ) {
    self.status = status
    self.body = body
    self.headers = headers
    self.verdict = verdict
    self.says = says
  }

  var testDescription: String { "\(status) \(body.prefix(60))" }

  func check(_ type: String, _ settings: [String: [String]]) async throws {
    let answer = HTTPResponse(status: status, headers: headers, body: Array(body.utf8))
    let provider = Provider([.success(answer)])
    let channel = try channel(type, settings)
    let outcome = try await Outcome.of {
      try await channel.deliver(try Sample.story(), with: provider.services())
    }
    #expect(outcome.verdict == verdict, "\(outcome)")
    #expect(says.isEmpty || outcome.text.contains(says), "\(outcome)")
  }
}
