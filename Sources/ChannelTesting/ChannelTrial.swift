import AWSClient
import ChannelKit
import CodeDeployNotifications
import DeploymentNotifier
import Foundation
import Logging

/// A provider's answer in a test.
public struct TrialAnswer: Sendable {
  var response: HTTPResponse

  /// An answer with a status and a body.
  ///
  /// - Parameter headers: Header fields by name, such as `Retry-After`.
  public init(_ status: Int, _ body: String = "", headers: [String: String] = [:]) {
    response = HTTPResponse(
      status: status, headers: headers.sorted { $0.key < $1.key }.map { HTTPField($0, $1) },
      body: Array(body.utf8))
  }
}

/// A request of a channel in a test.
public struct TrialRequest: Sendable {
  private let request: HTTPRequest

  init(_ request: HTTPRequest) { self.request = request }

  /// `GET`, `POST` or `PUT`.
  public var method: String { request.method.rawValue }
  /// The whole address, including secrets.
  public var url: String { request.url }
  /// The body, as text.
  public var text: String { String(decoding: request.body, as: UTF8.self) }

  /// The first header field of that name, or `nil`.
  public func header(_ name: String) -> String? {
    request.headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }
}

/// A notifier in memory. The test decides what CodeDeploy and the provider answer, and nothing
/// leaves the process.
///
/// ```swift
/// let trial = try ChannelTrial([MattermostChannel.self], answering: [.init(200, "ok")])
/// try await trial.notifier.register("checkout", channels: ["mattermost,webhook_url=https://…"])
/// await trial.deploy("d-1", of: "checkout")
/// let report = await trial.notifier.poll()
/// ```
public struct ChannelTrial: Sendable {
  /// The notifier, without registrations.
  public let notifier: DeploymentNotifier
  private let provider: Provider
  private let codeDeploy: TrialCodeDeploy

  /// - Parameters:
  ///   - channels: The types of channel that the notifier has.
  ///   - answers: The provider's answers, one after the other; the last one is repeated. If there
  ///     are none, the provider can't be reached.
  ///
  /// Throws `StoreFailure` where a store in memory can't be created.
  public init(_ channels: [any Channel.Type], answering answers: [TrialAnswer] = []) throws {
    let provider = Provider(answers.map { .success($0.response) })
    let codeDeploy = TrialCodeDeploy()
    let aws = AWSCaller { _ in throw AWSFailure(.unreachable, "there is no AWS here") }
    let source = DeploymentSource(
      listPage: { _, _ in ListingPage(ids: await codeDeploy.deployments.keys.sorted()) },
      deployments: { ids in
        let all = await codeDeploy.deployments
        return ids.compactMap { all[$0] }
      },
      groups: { _ in ["production"] }, applications: { Set($0) }, requestCount: { 1 })
    notifier = DeploymentNotifier(
      DeploymentNotifier.Parts(
        store: InMemoryStore(), source: { _ in source },
        announcing: AnnouncingServices(
          catalog: ChannelCatalog(channels), http: HTTPClient { try await provider.answer($0) },
          aws: { _ in aws },
          references: ReferenceResolver { reference, _ in
            throw SettingProblem(nil, "\(reference) leads nowhere in a test")
          }),
        region: { _ in "eu-west-1" },
        logger: Logger(label: "trial") { _ in SwiftLogNoOpLogHandler() }, references: .none
      ))
    self.provider = provider
    self.codeDeploy = codeDeploy
  }

  /// The requests to the provider so far.
  public var requests: [TrialRequest] {
    get async { await provider.requests.map(TrialRequest.init) }
  }

  /// Adds a deployment that ends now: a success, or a failure with `reason`.
  public func deploy(_ id: String, of application: String, failing reason: String? = nil) async {
    var deployment = Deployment(
      id: id, application: application, deploymentGroup: "production",
      status: reason == nil ? .succeeded : .failed, creator: "user", createdAt: Date())
    deployment.completedAt = Date().addingTimeInterval(1)
    if let reason {
      deployment.error = Deployment.ErrorInformation(code: "HEALTH_CONSTRAINTS", message: reason)
    }
    await codeDeploy.put(deployment)
  }
}

/// The deployments that CodeDeploy has in a test.
private actor TrialCodeDeploy {
  private(set) var deployments: [String: Deployment] = [:]

  func put(_ deployment: Deployment) { deployments[deployment.id] = deployment }
}
