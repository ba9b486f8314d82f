import CodeDeployNotifications
import Foundation

/// A provider that gives its answers in order, repeats the last one, and keeps the requests.
package actor Provider {
  /// The time that its services allow for one exchange.
  package static let timeout = Duration.seconds(7)

  private var answers: [Result<HTTPResponse, HTTPFailure>] = []
  private var awsAnswers: [Result<[UInt8], AWSFailure>] = []
  private var mailAnswers: [Result<MailAnswer, HTTPFailure>] = []
  package private(set) var mails: [MailRequest] = []
  package private(set) var notes: [String: String] = [:]
  package private(set) var requests: [HTTPRequest] = []
  package private(set) var calls: [AWSCall] = []

  package init(_ answers: [Result<HTTPResponse, HTTPFailure>] = []) { self.answers = answers }

  package init(bodies: [String]) {
    self.init(bodies.map { .success(HTTPResponse(status: 200, body: Array($0.utf8))) })
  }

  package init(aws answers: [Result<[UInt8], AWSFailure>]) { awsAnswers = answers }

  /// A mail server; after these answers it accepts everything.
  package init(mail answers: [Result<MailAnswer, HTTPFailure>]) { mailAnswers = answers }

  private func answer(_ request: MailRequest) throws -> MailAnswer {
    mails.append(request)
    guard mailAnswers.isEmpty else { return try mailAnswers.removeFirst().get() }
    let ok = MailReply(250, "2.0.0 OK id=1")
    return MailAnswer(.taken(ok), recipients: request.recipients.map { .init($0, ok) })
  }

  private func keep(_ note: String, _ id: String) { notes[id] = note }

  package func forget(_ id: String) { notes[id] = nil }

  package func answer(_ request: HTTPRequest) throws -> HTTPResponse {
    requests.append(request)
    guard let answer = answers.first else {
      throw HTTPFailure(.unreachable, "no answer was prepared")
    }
    if answers.count > 1 { answers.removeFirst() }
    return try answer.get()
  }

  private func answer(_ call: AWSCall) throws -> [UInt8] {
    calls.append(call)
    guard let answer = awsAnswers.first else {
      throw AWSFailure(.unreachable, "no answer was prepared")
    }
    if awsAnswers.count > 1 { awsAnswers.removeFirst() }
    return try answer.get()
  }

  /// What a channel gets, with the provider behind it.
  package nonisolated func services(
    now: Date = Sample.now, deployer: @escaping @Sendable () async throws -> String? = { nil }
  ) -> ChannelServices {
    ChannelServices(
      http: HTTPClient { try await self.answer($0) },
      aws: AWSCaller { try await self.answer($0) },
      mail: MailClient { try await self.answer($0) },
      region: "eu-west-1", now: now, timeout: Self.timeout,
      memory: ChannelMemory(
        recall: { await self.notes[$0] }, keep: { await self.keep($0, $1) }),
      deployerAddress: deployer, followsOpenAlert: { true })
  }
}
