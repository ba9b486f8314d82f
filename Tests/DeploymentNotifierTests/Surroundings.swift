import CodeDeployNotifications
import DeploymentNotifier
import Foundation
import Logging
import Synchronization

/// A CodeDeploy with the test's deployments, and a channel that records what it was sent.
final class Surroundings: Sendable {
  private struct State {
    var deployments: [String: Deployment] = [:]
    var failure: AWSFailure?
    var errors: [String] = []
  }

  /// How many ids a page of a listing has. CodeDeploy reads 25 deployments at once.
  static let pageSize = 60

  private let state = Mutex(State())
  let store = InMemoryStore()

  var errors: [String] { state.withLock { $0.errors } }

  func put(_ id: String, of application: String = "checkout") {
    var deployment = Deployment(
      id: id, application: application, deploymentGroup: "production", status: .succeeded,
      creator: "user", createdAt: Date())
    deployment.completedAt = Date().addingTimeInterval(1)
    state.withLock { [deployment] in $0.deployments[id] = deployment }
  }

  func fail(_ failure: AWSFailure?) { state.withLock { $0.failure = failure } }

  /// A notifier on this store; several can share it.
  func notifier(
    _ catalog: ChannelCatalog = ChannelCatalog([EchoChannel.self]),
    references: ReferenceChoice = .none, region: String? = "eu-west-1"
  ) throws -> DeploymentNotifier {
    let aws: @Sendable (ScopeAccess) -> AWSCaller = { _ in
      AWSCaller { _ in throw AWSFailure(.unreachable, "there is no AWS here") }
    }
    var logger = Logger(label: "test") { _ in ErrorLog { self.note($0) } }
    logger.logLevel = .error
    return DeploymentNotifier(
      DeploymentNotifier.Parts(
        store: store, source: { _ in self.source() },
        announcing: AnnouncingServices(
          catalog: catalog,
          http: HTTPClient { _ in throw HTTPFailure(.broken, "nothing is sent here") }, aws: aws,
          references: references.resolver(aws: aws)),
        region: { _ in region }, logger: logger, references: references))
  }

  private func note(_ error: String) { state.withLock { $0.errors.append(error) } }

  private func source() -> DeploymentSource {
    let counter = Counter()
    let answer: @Sendable () throws -> [String: Deployment] = {
      counter.add()
      return try self.state.withLock { state in
        if let failure = state.failure { throw failure }
        return state.deployments
      }
    }
    return DeploymentSource(
      listPage: { filter, token in
        let ids = try answer().values.filter { one in
          filter.group.map { $0.application == one.application } ?? true
        }.map(\.id).sorted()
        let start = token.flatMap { Int($0) } ?? 0
        let end = start + Self.pageSize
        return ListingPage(
          ids: Array(ids.dropFirst(start).prefix(Self.pageSize)),
          nextToken: end < ids.count ? "\(end)" : nil)
      },
      deployments: { ids in
        let all = try answer()
        return ids.compactMap { all[$0] }
      },
      groups: { _ in
        if let failure = self.state.withLock(\.failure) { throw failure }
        return ["production"]
      }, applications: { Set($0) },
      requestCount: { counter.value })
  }
}

final class Counter: Sendable {
  private let count = Mutex(0)
  var value: Int { count.withLock { $0 } }
  func add() { count.withLock { $0 += 1 } }
}

/// Collects logged errors for a test.
private struct ErrorLog: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.error
  let note: @Sendable (String) -> Void

  init(_ note: @escaping @Sendable (String) -> Void) { self.note = note }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) { note("\(event.message)") }
}

/// Answers what it was told; with `refuse=true` it refuses.
struct EchoChannel: Channel {
  static let type = "echo"
  static let token = Setting.secret("token", "comes back in the answer")
  static let refuse = Setting.flag("refuse", "whether it refuses")
  static let settings = [token.any, refuse.any]
  let token: Secret?
  let refuses: Bool

  init(settings: SettingValues) throws(SettingProblem) {
    token = try settings[Self.token]
    refuses = try settings[Self.refuse] ?? false
  }

  func deliver(_ message: ChannelMessage, with services: ChannelServices) async throws -> String {
    let text = "got \(message.title.text) with \(token?.revealed ?? "no token")"
    if refuses { throw DeliveryFailure(.refused, text) }
    return text
  }
}

extension PollOptions {
  /// For cycles whose time isn't tested: other tests may keep the machine busy for longer than a
  /// cycle's usual deadline.
  static var patient: Self {
    var options = Self()
    options.deadline = .seconds(3600)
    return options
  }
}
