import AWSClient
import ChannelKit
import CodeDeployNotifications
import DeploymentNotifier
import Foundation
import Logging

/// What a provider answers in a test.
public struct TrialAnswer: Sendable {
  var response: HTTPResponse

  /// An answer with a status and a body.
  ///
  /// - Parameter headers: Fields by their names, such as `Retry-After`.
  public init(_ status: Int, _ body: String = "", headers: [String: String] = [:]) {
    response = HTTPResponse(
      status: status, headers: headers.sorted { $0.key < $1.key }.map { HTTPField($0, $1) },
      body: Array(body.utf8))
  }
}

/// What a channel sent in a test.
public struct TrialRequest: Sendable {
  private let request: HTTPRequest

  init(_ request: HTTPRequest) { self.request = request }

  /// `GET`, `POST` or `PUT`.
  public var method: String { request.method.rawValue }
  /// The whole address, secrets among it.
  public var url: String { request.url }
  /// The body, as text.
  public var text: String { String(decoding: request.body, as: UTF8.self) }

  /// The first field of that name, or `nil`.
  public func header(_ name: String) -> String? {
    request.headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }
}

/// A notifier in memory, with a CodeDeploy and a provider that a test speaks for. Nothing leaves the
/// process.
///
/// ```swift
/// let trial = try ChannelTrial([MattermostChannel.self], answering: [.init(200, "ok")])
/// try await trial.notifier.register("checkout", channels: ["mattermost,webhook_url=https://…"])
/// await trial.deploy("d-1", of: "checkout")
/// let report = await trial.notifier.poll()
/// ```
public struct ChannelTrial: Sendable {
  /// The notifier, which has nothing registered yet.
  public let notifier: DeploymentNotifier
  private let world: TrialWorld

  /// - Parameters:
  ///   - channels: The types of channel that it has.
  ///   - answers: What the provider answers, one after the other, the last one for good; without any
  ///     it can't be reached.
  ///
  /// Throws `StoreFailure` where there is no memory for a store.
  public init(_ channels: [any Channel.Type], answering answers: [TrialAnswer] = []) throws {
    let world = TrialWorld(answers)
    let aws = AWSCaller { _ in throw AWSFailure(.unreachable, "there is no AWS here") }
    let source = DeploymentSource(
      listPage: { _, _ in ListingPage(ids: await world.deployments.keys.sorted()) },
      deployments: { ids in
        let all = await world.deployments
        return ids.compactMap { all[$0] }
      },
      groups: { _ in ["production"] }, applications: { Set($0) }, requestCount: { 1 })
    notifier = DeploymentNotifier(
      DeploymentNotifier.Parts(
        store: InMemoryStore(), source: { _, _ in source },
        announcing: AnnouncingServices(
          catalog: ChannelCatalog(channels), http: HTTPClient { try await world.answer($0) },
          aws: { _, _ in aws },
          references: ReferenceResolver { reference, _, _ in
            throw SettingProblem(nil, "\(reference) leads nowhere in a test")
          }),
        region: { _ in "eu-west-1" },
        logger: Logger(label: "trial") { _ in SwiftLogNoOpLogHandler() }, references: .none
      ))
    self.world = world
  }

  /// What was sent to the provider so far.
  public var requests: [TrialRequest] {
    get async { await world.requests.map(TrialRequest.init) }
  }

  /// A deployment that ends now: a success, or a failure with this reason.
  public func deploy(_ id: String, of application: String, failing reason: String? = nil) async {
    var deployment = Deployment(
      id: id, application: application, deploymentGroup: "production",
      status: reason == nil ? .succeeded : .failed, creator: "user", createdAt: Date())
    deployment.completedAt = Date().addingTimeInterval(1)
    if let reason {
      deployment.error = Deployment.ErrorInformation(code: "HEALTH_CONSTRAINTS", message: reason)
    }
    await world.put(deployment)
  }
}

/// What a test says that CodeDeploy has and the provider answers.
actor TrialWorld {
  private var answers: [TrialAnswer]
  private(set) var requests: [HTTPRequest] = []
  private(set) var deployments: [String: Deployment] = [:]

  init(_ answers: [TrialAnswer]) { self.answers = answers }

  func put(_ deployment: Deployment) { deployments[deployment.id] = deployment }

  func answer(_ request: HTTPRequest) throws -> HTTPResponse {
    requests.append(request)
    guard let answer = answers.first else {
      throw HTTPFailure(.unreachable, "the provider can't be reached")
    }
    if answers.count > 1 { answers.removeFirst() }
    return answer.response
  }
}
