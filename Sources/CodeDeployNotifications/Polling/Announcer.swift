import Foundation

/// Turns a notification into a message and hands it to its channel, once.
public struct Announcer: Sendable {
  private let services: AnnouncingServices
  private let channels: [Lane: (ChannelConfiguration, Registration)]
  private let references: ReferenceCache
  private let store: (any Store)?

  private struct Lane: Hashable {
    var identity: Registration.Identity
    var channel: String
  }

  /// What channels keep goes into `store`; without one nothing is kept.
  public init(
    services: AnnouncingServices, records: [RegistrationRecord] = [], store: (any Store)? = nil
  ) {
    self.services = services
    self.store = store
    references = ReferenceCache(resolver: services.references)
    var channels: [Lane: (ChannelConfiguration, Registration)] = [:]
    for registration in records.map(\.registration) {
      for channel in registration.channels {
        channels[Lane(identity: registration.identity, channel: channel.name)] = (
          channel, registration
        )
      }
    }
    self.channels = channels
  }

  /// What its channel leads to.
  func destination(of claimed: ClaimedNotification) -> String {
    let channel = channels[lane(of: claimed)]?.0
    return channel.map { Destination.of($0, services.catalog.type(named: $0.type)) } ?? ""
  }

  /// How long an attempt may take where the channel's settings say so.
  func attemptTime(of claimed: ClaimedNotification) -> Duration? {
    guard let (channel, _) = channels[lane(of: claimed)] else { return nil }
    return attemptTime(of: channel)
  }

  private func attemptTime(of channel: ChannelConfiguration) -> Duration? {
    guard let type = services.catalog.type(named: channel.type) else { return nil }
    return type.attemptTime(SettingValues(channel.settings, settings: type.settings))
  }

  private func lane(of claimed: ClaimedNotification) -> Lane {
    Lane(
      identity: Registration.Identity(
        application: claimed.notification.application, scope: claimed.key.deployment.scope),
      channel: claimed.key.channel)
  }

  /// Sends a notification once. Returns `nil` where the calling task was cancelled meanwhile.
  func announce(_ claimed: ClaimedNotification, timeout: Duration) async -> Delivery.Attempt? {
    do {
      guard let (channel, registration) = try await channel(of: claimed)
      else { return .unregistered }
      let answer = try await send(
        claimed.notification, through: channel, of: registration, timeout: timeout)
      return .sent(answer: answer)
    } catch let failure as DeliveryFailure {
      return .failed(failure)
    } catch let failure as StoreFailure {
      return .failed(DeliveryFailure(.tryAgain(after: nil), failure.description))
    } catch is CancellationError {
      return nil
    } catch {
      return .failed(DeliveryFailure(.refused, "\(error)"))
    }
  }

  /// The channel that a notification is for; `nil` where it isn't registered. Another cycle may have
  /// put in line what is for a channel that was registered after this one began.
  private func channel(
    of claimed: ClaimedNotification
  ) async throws -> (ChannelConfiguration, Registration)? {
    let lane = lane(of: claimed)
    if let known = channels[lane] { return known }
    let record = try await store?.registrations()
      .first { $0.registration.identity == lane.identity }
    return record?.registration.channels.first { $0.name == lane.channel }
      .flatMap { channel in record.map { (channel, $0.registration) } }
  }

  /// Sends `notification` through `channel` and returns the provider's answer. A test says so in
  /// its title. Throws `DeliveryFailure`, or `CancellationError` when the calling task is cancelled.
  public func send(
    _ notification: DeploymentNotification, through configuration: ChannelConfiguration,
    of registration: Registration, isTest: Bool = false, timeout: Duration? = nil
  ) async throws -> String {
    let timeout = timeout ?? attemptTime(of: configuration) ?? .seconds(10)
    return try await failing {
      var (message, channel) = try await prepared(notification, configuration, registration)
      if isTest { message.title.text = "Test: \(message.title.text)" }
      return try await channel.deliver(
        message,
        with: ChannelServices(
          http: services.http, aws: services.aws(registration.scope, registration.externalID),
          mail: services.mail,
          region: registration.scope.region, now: services.now(), timeout: timeout,
          memory: isTest ? .none : memory(of: configuration, registration.scope),
          deployerAddress: { [services] in
            try await Self.deployerAddress(
              notification, registration, isTest ? .none : services.deployers)
          },
          laterEnd: Self.laterEnd(
            of: notification, toldBy: configuration.name, in: isTest ? nil : store)))
    }
  }

  /// Does all that comes before `notification` would be sent, and sends nothing: finds what the
  /// settings refer to, sets the channel up and renders the message. Throws `DeliveryFailure`, or
  /// `CancellationError` when the calling task is cancelled.
  public func prepare(
    _ notification: DeploymentNotification, through configuration: ChannelConfiguration,
    of registration: Registration
  ) async throws {
    _ = try await failing { try await prepared(notification, configuration, registration) }
  }

  private func prepared(
    _ notification: DeploymentNotification, _ configuration: ChannelConfiguration,
    _ registration: Registration
  ) async throws -> (message: ChannelMessage, channel: any Channel) {
    guard let type = services.catalog.type(named: configuration.type) else {
      throw DeliveryFailure(
        .refused, "this version knows no channel type \"\(configuration.type)\"")
    }
    let message = try ChannelMessage(
      notification, templates: configuration, escaping: type.escape)
    let settings = try await resolve(configuration, type, registration)
    return (message, try type.init(settings: settings))
  }

  /// Whatever fails on the way to a provider is a failed delivery.
  private func failing<Value>(_ body: () async throws -> Value) async throws -> Value {
    do { return try await body() } catch let failure as DeliveryFailure {
      throw failure
    } catch let failure as HTTPFailure {
      throw DeliveryFailure(failure)
    } catch let failure as AWSFailure {
      throw DeliveryFailure(failure)
    } catch let problem as SettingProblem {
      throw DeliveryFailure(.refused, problem.description)
    } catch let problem as TemplateProblem {
      throw DeliveryFailure(.refused, problem.description)
    } catch let failure as StoreFailure {
      throw DeliveryFailure(.tryAgain(after: nil), failure.description)
    }
  }

  private func memory(of channel: ChannelConfiguration, _ scope: AWSScope) -> ChannelMemory {
    guard let store else { return .none }
    return ChannelMemory(
      recall: { try await store.note(of: DeploymentKey(scope: scope, id: $0), channel.name) },
      keep: { try await store.keep($0, of: DeploymentKey(scope: scope, id: $1), channel.name) })
  }

  private static func laterEnd(
    of notification: DeploymentNotification, toldBy channel: String, in store: (any Store)?
  ) -> @Sendable () async throws -> DeploymentEvent? {
    {
      guard let store else { return nil }
      let filter = NotificationFilter(applications: [notification.application])
      let history = try await store.history(
        HistoryQuery(filter: filter, since: notification.createdAt))
      return notification.laterEnd(in: history, toldBy: channel)
    }
  }

  /// Whoever the description names, else whom the sources find. Nobody pushed what a test tells of.
  private static func deployerAddress(
    _ notification: DeploymentNotification, _ registration: Registration,
    _ source: DeployerSource
  ) async throws -> String? {
    let named = notification.deployer.map { FoundDeployer(deployer: $0, identities: []) }
    if let address = named?.address(by: registration.deployers) { return address }
    return try await source.address(
      notification, registration.scope, registration.externalID, registration.deployers)
  }

  private func resolve(
    _ configuration: ChannelConfiguration, _ type: any Channel.Type, _ registration: Registration
  ) async throws -> SettingValues {
    let settings = SettingValues(configuration.settings, settings: type.settings)
    return try await settings.resolved { name, value in
      guard type.settings.first(where: { $0.names(name) })?.takesReferences ?? true else {
        return value
      }
      switch SettingReference.read(value) {
      case .literal(let literal): return literal
      case .reference(let reference):
        return try await references.value(
          of: reference, for: name, in: registration.scope, registration.externalID)
      }
    }
  }
}

extension DeliveryFailure {
  /// A transport's failure can pass, but for a request that can't be sent at all.
  public init(_ failure: HTTPFailure) {
    self.init(
      failure.kind == .invalidRequest ? .refused : .tryAgain(after: nil),
      isAnswer: failure.kind == .tooLarge || failure.kind == .invalidRequest, failure.description)
  }

  /// AWS's verdict on the request is final; trouble on the way to it, with the clock or with
  /// the credentials passes once it is mended.
  public init(_ failure: AWSFailure) {
    let wait = failure.retryAfter.map { min(max($0, .zero), RetryPolicy.longestRetryAfter) }
    switch failure.kind {
    case .accessDenied, .refused: self.init(.refused, failure.description)
    case .unreachable:
      self.init(.tryAgain(after: wait), isAnswer: false, failure.description)
    default: self.init(.tryAgain(after: wait), failure.description)
    }
  }
}
