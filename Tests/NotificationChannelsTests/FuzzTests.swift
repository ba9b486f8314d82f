import ChannelTesting
import CodeDeployNotifications
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import NotificationChannels

/// Random answers of providers. None may crash a channel, count as another answer, or return more
/// text than may be shown.
@Suite struct FuzzTests {
  private static let statuses = [
    200, 201, 202, 204, 400, 401, 403, 404, 409, 410, 422, 424, 429, 500,
  ]

  @Test("Whatever a provider answers is a success or a failure", arguments: ChannelSample.overHTTP)
  func answers(sample: ChannelSample) async throws {
    var spoiler = Spoiler(seed: Spoiler.seed)
    let examples = sample.bodies + Self.errors
    for round in 0..<Spoiler.rounds {
      let position = spoiler.below(sample.bodies.count)
      let status = Self.statuses[spoiler.below(Self.statuses.count)]
      let body = spoiler.spoiltBytes(round.isMultiple(of: 2) ? [sample.bodies[position]] : examples)
      let headers = [
        HTTPField("Retry-After", spoiler.spoilt(["30", "Fri, 15 Jan 2027 08:02:00 GMT"]))
      ]
      let provider = sample.provider(
        failingAt: position,
        with: .success(HTTPResponse(status: status, headers: headers, body: body)))
      let outcome = try await sample.deliver(by: provider)
      let answer = "\(sample) \(position): \(status) \(String(decoding: body, as: UTF8.self))"
      check(outcome, answer)
      let isRead = await provider.requests.count > position
      guard isRead else { continue }
      if outcome.verdict == nil {
        #expect(status < 300, "\(answer)")
        let isJSON = (try? ReceivedJSON.decode(AnyJSON.self, from: body)) != nil
        let isText = sample.bodies[position].first.map { !"{[".contains($0) } ?? true
        #expect(!sample.readsBody || status >= 204 || isJSON || isText, "\(answer)")
      }
    }
  }

  @Test(
    "Whatever AWS answers to a channel is a success or a failure", arguments: ChannelSample.overAWS)
  func aws(sample: ChannelSample) async throws {
    guard case .aws(let body) = sample.transport else {
      Issue.record("\(sample) is sent by other means")
      return
    }
    var spoiler = Spoiler(seed: Spoiler.seed)
    for _ in 0..<Spoiler.rounds {
      let answer = spoiler.spoiltBytes([body])
      let outcome = try await sample.deliver(by: Provider(aws: [.success(answer)]))
      check(outcome, "\(sample): \(String(decoding: answer, as: UTF8.self))")
    }
  }

  @Test("A note that somebody spoilt is a note that isn't there", arguments: ChannelSample.overHTTP)
  func notes(sample: ChannelSample) async throws {
    // What the channel itself would keep.
    let kept = Mutex<[String]>([])
    var services = sample.provider().services()
    services.memory = ChannelMemory(
      recall: { _ in nil }, keep: { _, note in kept.withLock { $0.append(note) } })
    let channel = try channel(sample.type, sample.settings)
    _ = try await channel.deliver(Sample.message(), with: services)
    let notes = kept.withLock { $0 }
    guard !notes.isEmpty else { return }
    var spoiler = Spoiler(seed: Spoiler.seed)
    for _ in 0..<Spoiler.rounds {
      let note = spoiler.spoilt(notes)
      let provider = sample.provider()
      var services = provider.services()
      services.memory = ChannelMemory(recall: { _ in note }, keep: { _, _ in })
      let outcome = try await Outcome.of { [services] in
        try await channel.deliver(Sample.message(), with: services)
      }
      check(outcome, "\(sample): \(note)")
    }
  }

  private func check(_ outcome: Outcome, _ answer: String) {
    #expect(!outcome.text.isEmpty && outcome.text.count < 600, "\(outcome) of \(answer)")
    #expect(outcome.text.oneLine == outcome.text, "\(outcome) of \(answer)")
    switch outcome.verdict {
    case .tryAgain(let wait?), .limited(let wait?):
      #expect(wait >= .zero && wait <= .seconds(21_600), "\(outcome) of \(answer)")
    default: break
    }
  }

  private struct AnyJSON: Decodable {
    init(from decoder: any Decoder) throws {}
  }

  /// Errors as the providers document them.
  private static let errors = [
    #"{"ok":false,"error":"ratelimited","response_metadata":{"messages":["x"]}}"#,
    #"{"message":"You are being rate limited.","retry_after":1.5,"global":true,"code":50035}"#,
    #"{"status":"invalid event","message":"Event object is invalid","errors":["Length"]}"#,
    #"{"error":{"code":429,"message":"quota","status":"RESOURCE_EXHAUSTED","details":[{}]}}"#,
    #"{"data":{"x":null},"errors":[{"message":"no","extensions":{"errorClass":"TIMEOUT"}}]}"#,
    #"{"message":"Validation Failed","errors":[{"field":"ref"}],"documentation_url":"https://d"}"#,
    #"{"errors":["Forbidden"]}"#, "no_service", "1", "ok",
  ]
}
