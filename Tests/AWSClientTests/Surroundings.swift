import AWSClient
import CodeDeployNotifications
import Foundation
import Logging
import Synchronization
import TestSupport

/// The time of every test's clock until it is moved.
let noon = Date(timeIntervalSince1970: 1_767_268_800)

extension TestClock {
  convenience init() { self.init(noon) }
}

/// Records elements in order.
final class Recorder<Element: Sendable>: Sendable {
  private let elements = Mutex<[Element]>([])

  func record(_ element: Element) { elements.withLock { $0.append(element) } }

  var all: [Element] { elements.withLock { $0 } }
}

/// Keeps what is logged.
struct RecordingLog: LogHandler {
  let remarks: Recorder<String>
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.debug

  init(remarks: Recorder<String>) { self.remarks = remarks }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) { remarks.record("\(event.message)") }
}

extension AWSEnvironment {
  /// An environment that the test controls; sleeping takes no time and is recorded. It isn't an EC2
  /// instance unless the test says so.
  static func test(
    _ variables: [String: String] = ["AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "sk"],
    files: [String: String] = [:], clock: TestClock = TestClock(),
    sleeps: Recorder<Duration> = Recorder(), chance: Double = 0.5
  ) -> AWSEnvironment {
    AWSEnvironment(
      variables: ["AWS_EC2_METADATA_DISABLED": "true"].merging(variables) { $1 },
      homeDirectory: "/home/ada",
      readFile: { path in files[path].map { Array($0.utf8) } },
      replaceFile: { _, _ in throw CocoaError(.fileWriteNoPermission) },
      runProgram: ProgramRunner { _, _, _ in throw ProgramRunner.Failure.notFound },
      now: { clock.now },
      sleep: {
        try Task.checkCancellation()
        sleeps.record($0)
      },
      random: { chance })
  }
}

/// A server of recorded answers that keeps the requests.
final class TestServer: Sendable {
  typealias Answer = Result<HTTPResponse, HTTPFailure>

  private let requests = Recorder<HTTPRequest>()
  private let answers: @Sendable (_ request: HTTPRequest, _ index: Int) async throws -> Answer

  /// Answers by a closure, which gets the number of earlier requests.
  init(answer: @escaping @Sendable (HTTPRequest, Int) async throws -> Answer) { answers = answer }

  /// Answers one after the other, and then repeats the last one.
  convenience init(_ answers: Answer...) {
    self.init { _, index in answers[min(index, answers.count - 1)] }
  }

  var received: [HTTPRequest] { requests.all }

  var client: HTTPClient {
    HTTPClient { [self] request in
      try Task.checkCancellation()
      let index = requests.all.count
      requests.record(request)
      return try await answers(request, index).get()
    }
  }
}

extension TestServer.Answer {
  static func status(
    _ status: Int, _ body: String = "", headers: [HTTPField] = []
  ) -> TestServer.Answer {
    .success(HTTPResponse(status: status, headers: headers, body: Array(body.utf8)))
  }

  static func ok(_ body: String) -> TestServer.Answer { .status(200, body) }

  /// An error as the AWS JSON protocol has it.
  static func error(_ code: String, status: Int = 400) -> TestServer.Answer {
    .status(status, #"{"__type":"\#(code)","message":"So it is."}"#)
  }

  static func failure(_ kind: HTTPFailure.Kind) -> TestServer.Answer {
    .failure(HTTPFailure(kind, "codedeploy.example didn't answer"))
  }
}

/// Runs a body that has to throw an `AWSFailure`, and returns that.
func awsFailure<Value>(
  of body: () async throws -> Value
) async throws -> AWSFailure? {
  do {
    _ = try await body()
    return nil
  } catch let failure as AWSFailure {
    return failure
  }
}

extension AWSAccounts {
  /// With the usual test surroundings in Ireland.
  static func test(
    _ server: TestServer, environment: AWSEnvironment = .test()
  ) -> AWSAccounts {
    AWSAccounts(environment: environment, http: server.client)
  }
}

extension AWSScope {
  static let ireland = AWSScope(region: "eu-west-1")
}

extension AWSCall {
  /// Some call of the JSON protocol.
  static func listing(attempts: Int? = nil) -> AWSCall {
    AWSCall(
      service: "codedeploy", region: "eu-west-1",
      form: .json(
        version: "1.1", target: "CodeDeploy_20141006.ListDeployments", body: Array("{}".utf8)),
      maximumAttempts: attempts)
  }
}
