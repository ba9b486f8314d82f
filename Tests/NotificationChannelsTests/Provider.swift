import CodeDeployNotifications
import Foundation

@testable import NotificationChannels

/// A provider that gives its answers in order, repeats the last one, and keeps the requests.
actor Provider {
  private var answers: [Result<HTTPResponse, HTTPFailure>]
  private var awsAnswers: [Result<[UInt8], AWSFailure>]
  private var mailAnswers: [Result<MailAnswer, HTTPFailure>] = []
  private(set) var mails: [MailRequest] = []
  private(set) var notes: [String: String] = [:]
  private(set) var requests: [HTTPRequest] = []
  private(set) var calls: [AWSCall] = []

  init(_ answers: [Result<HTTPResponse, HTTPFailure>] = []) {
    self.answers = answers
    awsAnswers = []
  }

  init(bodies: [String]) {
    self.init(bodies.map { .success(HTTPResponse(status: 200, body: Array($0.utf8))) })
  }

  init(aws answers: [Result<[UInt8], AWSFailure>]) {
    self.answers = []
    awsAnswers = answers
  }

  /// A mail server; after these answers it accepts everything.
  init(mail answers: [Result<MailAnswer, HTTPFailure>]) {
    self.answers = []
    awsAnswers = []
    mailAnswers = answers
  }

  private func answer(_ request: MailRequest) throws -> MailAnswer {
    mails.append(request)
    guard mailAnswers.isEmpty else { return try mailAnswers.removeFirst().get() }
    let ok = MailReply(250, "2.0.0 OK id=1")
    return MailAnswer(.taken(ok), recipients: request.recipients.map { .init($0, ok) })
  }

  private func keep(_ note: String, _ id: String) { notes[id] = note }

  func forget(_ id: String) { notes[id] = nil }

  private func answer(_ request: HTTPRequest) throws -> HTTPResponse {
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

  nonisolated func services(
    now: Date = Sample.now, deployer: @escaping @Sendable () async throws -> String? = { nil }
  ) -> ChannelServices {
    ChannelServices(
      http: HTTPClient { try await self.answer($0) },
      aws: AWSCaller { try await self.answer($0) },
      mail: MailClient { try await self.answer($0) },
      region: "eu-west-1", now: now, timeout: .seconds(7),
      memory: ChannelMemory(
        recall: { await self.notes[$0] }, keep: { await self.keep($0, $1) }),
      deployerAddress: deployer, followsOpenAlert: { true })
  }
}

/// A deployment to announce.
enum Sample {
  static let now = Date(timeIntervalSince1970: 1_800_000_000)

  static func notification(_ change: (inout DeploymentNotification) -> Void = { _ in })
    -> DeploymentNotification
  {
    var deployment = Deployment(
      id: "d-A1B2C3D4E", application: "checkout", deploymentGroup: "production",
      status: .succeeded, creator: "user", createdAt: now.addingTimeInterval(-300))
    deployment.completedAt = now.addingTimeInterval(-60)
    deployment.description = "Faster carts"
    deployment.revision = Revision(
      type: "GitHub", repository: "example/checkout",
      commit: "0123456789abcdef0123456789abcdef01234567")
    var notification = DeploymentNotification(
      id: "key-1", event: .succeeded, of: deployment, region: "eu-west-1")
    notification.deployer = DeploymentNotification.Deployer(name: "Ada", email: "ada@example.com")
    change(&notification)
    return notification
  }

  static func message(
    title: String = "checkout succeeded", body: String = "checkout is live.\nIt took 4m.",
    _ change: (inout DeploymentNotification) -> Void = { _ in }
  ) -> ChannelMessage {
    ChannelMessage(
      notification: notification(change), title: .init(title), body: .init(body))
  }
}

extension Sample {
  /// What an attacker, or a script's log, may put into every text.
  static let hostile = """
    <!channel> @everyone <\u{301}script> "\u{301} *\u{301}b*\u{301} `\u{301}``\u{301} <script>alert(1)</script> *b* _i_ [a](http://e.example) `x` </b> & "q" \
    {{event}} \u{0}\u{1B}[31mred\u{7}\u{202E}\r\nBcc: eve@example.com\r\n\r\nX
    """

  static var hostileNotification: DeploymentNotification {
    notification { notification in
      notification.event = .failed
      notification.status = .failed
      notification.deploymentGroup = hostile
      notification.deploymentConfig = hostile
      notification.description = hostile
      notification.revision = Revision(type: "S3", bucket: hostile, key: hostile, version: hostile)
      notification.error = Deployment.ErrorInformation(code: hostile, message: hostile)
      notification.failure = DeploymentNotification.Failure(
        target: hostile, lifecycleEvent: hostile, errorCode: hostile, script: hostile,
        message: hostile, logTail: hostile)
      notification.rollback = Deployment.RollbackInformation(
        triggeredBy: "d-0", message: hostile)
      notification.deployer = DeploymentNotification.Deployer(name: hostile, email: nil)
    }
  }

  /// The same as a channel gets it.
  static var hostileMessage: ChannelMessage {
    ChannelMessage(
      notification: hostileNotification.cleaned,
      title: .init(hostileNotification.cleaned.headline),
      body: .init(hostileNotification.cleaned.story))
  }
}

/// Sets a channel of the catalog up as the program does.
func channel(_ type: String, _ settings: [String: [String]]) throws -> any Channel {
  guard let type = ChannelCatalog.all.type(named: type) else {
    throw SettingProblem(nil, "no channel '\(type)'")
  }
  let values = SettingValues(settings, settings: type.settings)
  try type.checkAll(values)
  return try type.init(settings: values)
}

/// The outcome of a delivery, in a comparable form.
enum Outcome: Equatable {
  case sent(String)
  case failed(DeliveryFailure.Verdict, String)

  static func of(_ deliver: () async throws -> String) async throws -> Outcome {
    do {
      return .sent(try await deliver())
    } catch let failure as DeliveryFailure {
      return .failed(failure.verdict, failure.description)
    }
  }

  var verdict: DeliveryFailure.Verdict? {
    if case .failed(let verdict, _) = self { verdict } else { nil }
  }

  var text: String {
    switch self {
    case .sent(let text), .failed(_, let text): text
    }
  }
}
