import Foundation

/// Turns a notification into a message and hands it to its channel, once.
public struct Announcer: Sendable {
  let services: AnnouncingServices
  let channels: [Lane: (ChannelConfiguration, Registration)]
  private let references: ReferenceCache
  private let store: (any Store)?
  private let mutes: [Mute]

  /// A channel of a registration.
  struct Lane: Hashable {
    var identity: Registration.Identity
    var channel: String
  }

  /// What channels keep goes into `store`; without one nothing is kept.
  public init(
    services: AnnouncingServices, records: [RegistrationRecord] = [], mutes: [Mute] = [],
    store: (any Store)? = nil
  ) {
    self.services = services
    self.store = store
    self.mutes = mutes
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

  /// Where a channel leads.
  func route(of lane: Lane, deadline: Duration) -> Route {
    guard let (channel, registration) = channels[lane] else {
      // Registered since the cycle began, or not at all.
      return Route(
        destination: "", limit: SendingLimit(hangsOn: []), time: AttemptTime(deadline: deadline))
    }
    let type = services.catalog.type(named: channel.type)
    let settings = SettingValues(channel.settings, settings: type?.settings ?? [])
    var limit = type?.limit(settings) ?? SendingLimit(hangsOn: [])
    limit.hangsOn.insert(channel.type, at: 0)
    return Route(
      destination: Destination.of(channel, type), limit: limit,
      time: AttemptTime(
        own: type?.attemptTime(settings),
        exchanges: (type?.exchanges(settings) ?? 1) + settings.exchangesForReferences,
        deadline: deadline), digest: DigestRule(channel, of: registration, type))
  }

  private func attemptTime(of channel: ChannelConfiguration) -> Duration? {
    guard let type = services.catalog.type(named: channel.type) else { return nil }
    return type.attemptTime(SettingValues(channel.settings, settings: type.settings))
  }

  func lane(of claimed: ClaimedNotification) -> Lane {
    Lane(
      identity: Registration.Identity(
        application: claimed.notification.application, scope: claimed.key.deployment.scope),
      channel: claimed.key.channel)
  }

  /// Sends a notification once. Returns `nil` where the calling task was cancelled meanwhile.
  func announce(
    _ claimed: ClaimedNotification, timeout: Duration, _ watch: SendWatch
  ) async -> Attempt.Result? {
    await attempt {
      guard let (channel, registration) = try await channel(of: claimed)
      else {
        return .skipped(
          .unregistered, "the channel was unregistered before it could be sent")
      }
      if let mute = mute(of: claimed) {
        return .skipped(
          .muted, "it was to be sent while it was muted (until \(mute.until.iso8601))")
      }
      let answer = try await send(
        claimed.notification, through: channel, of: registration, timeout: timeout, watch: watch)
      return .sent(answer: answer)
    }
  }

  /// Why a notification isn't sent now though it is due.
  func mute(of claimed: ClaimedNotification) -> Mute? {
    let lane = lane(of: claimed)
    return mutes.first { $0.covers(lane.channel, of: lane.identity, at: services.now()) }
  }

  /// What an attempt comes to; `nil` where the calling task was cancelled meanwhile.
  func attempt(_ body: () async throws -> Attempt.Result) async -> Attempt.Result? {
    do { return try await body() } catch let failure as DeliveryFailure {
      return .failed(failure)
    } catch let left as LeftToOthers {
      return .left(left)
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
    if record == nil, let store {
      // What can't be read may have the channel: it is no reason to give up what waits for it.
      let unreadable = try await store.unreadableRegistrations().filter {
        $0.identity == lane.identity
      }
      if let failure = UnreadableRegistration.failure(unreadable) { throw failure }
    }
    return record?.registration.channels.first { $0.name == lane.channel }
      .flatMap { channel in record.map { (channel, $0.registration) } }
  }

  /// Sends `notification` through `channel` and returns the provider's answer. A test says so in
  /// its title. Throws `DeliveryFailure`, or `CancellationError` when the calling task is cancelled.
  public func send(
    _ notification: DeploymentNotification, through configuration: ChannelConfiguration,
    of registration: Registration, isTest: Bool = false, timeout: Duration? = nil
  ) async throws -> String {
    try await send(
      notification, through: configuration, of: registration, isTest: isTest, timeout: timeout,
      watch: SendWatch())
  }

  private func send(
    _ notification: DeploymentNotification, through configuration: ChannelConfiguration,
    of registration: Registration, isTest: Bool = false, timeout: Duration?, watch: SendWatch
  ) async throws -> String {
    let timeout = timeout ?? attemptTime(of: configuration) ?? .seconds(10)
    let prepared = try await failing { () async throws -> Prepared in
      try await self.prepared(notification, configuration, registration)
    }
    var sample = prepared.message
    if isTest { sample.title.text = "Test: \(sample.title.text)" }
    let message = sample
    return try await cleaned(of: prepared.settings.secrets) { () async throws -> String in
      try await prepared.channel.deliver(
        message,
        with: self.services(
          for: notification, configuration, registration, isTest: isTest, timeout, watch))
    }
  }

  /// What a channel may use to tell of a notification.
  func services(
    for notification: DeploymentNotification, _ configuration: ChannelConfiguration,
    _ registration: Registration, isTest: Bool = false, _ timeout: Duration, _ watch: SendWatch
  ) -> ChannelServices {
    let ends = Self.ends(of: notification, in: registration.scope, isTest ? nil : store)
    return ChannelServices(
      http: watch.watching(services.http),
      aws: watch.watching(services.aws(registration.scope, registration.externalID)),
      mail: watch.watching(services.mail),
      region: registration.scope.region, now: services.now(), timeout: timeout,
      memory: isTest ? .none : memory(of: configuration, registration.scope),
      deployerAddress: { [services] in
        try await Self.deployerAddress(
          notification, registration, isTest ? .none : services.deployers)
      },
      deployerID: { [services] type in
        try await Self.deployerID(
          on: type, notification, registration, isTest ? .none : services.deployers)
      },
      laterEnd: { notification.laterEnd(in: try await ends(), toldBy: configuration.name) },
      followsOpenAlert: {
        notification.followsOpenAlert(in: try await ends(), toldBy: configuration.name)
      },
      noteAllowance: { watch.note($0) })
  }

  /// Does all that comes before `notification` would be sent, and sends nothing: finds what the
  /// settings refer to, sets the channel up and renders the message. Throws `DeliveryFailure`, or
  /// `CancellationError` when the calling task is cancelled.
  ///
  /// - Returns: What of the values that references stand for is worth a word, a sentence each.
  @discardableResult
  public func prepare(
    _ notification: DeploymentNotification, through configuration: ChannelConfiguration,
    of registration: Registration
  ) async throws -> [String] {
    let prepared = try await failing { () async throws -> Prepared in
      try await self.prepared(notification, configuration, registration)
    }
    return ChannelAdvice.warnings(
      of: prepared.settings, writtenAs: configuration, type(of: prepared.channel).settings)
  }

  /// All that it takes to send.
  private typealias Prepared = (
    message: ChannelMessage, channel: any Channel, settings: SettingValues
  )

  private func prepared(
    _ notification: DeploymentNotification, _ configuration: ChannelConfiguration,
    _ registration: Registration
  ) async throws -> Prepared {
    guard let type = services.catalog.type(named: configuration.type) else {
      guard !services.leavesToOthers else {
        throw LeftToOthers("this program has no channel type \"\(configuration.type)\"")
      }
      throw failure(here: "this version knows no channel type \"\(configuration.type)\"")
    }
    let message = try ChannelMessage(
      notification, templates: configuration, now: services.now(), escaping: type.escape)
    let (channel, settings) = try await channel(configuration, type, registration)
    return (message, channel, settings)
  }

  /// Sets a channel up with what its settings refer to.
  func channel(
    _ configuration: ChannelConfiguration, _ type: any Channel.Type, _ registration: Registration
  ) async throws -> (any Channel, SettingValues) {
    let settings = try await resolve(configuration, type, registration)
    let channel = try await cleaned(of: settings.secrets) { () async throws -> any Channel in
      // What holds for settings that are written out holds for what references stand for.
      try type.check(settings)
      try permit(type, settings)
      return try type.init(settings: settings)
    }
    return (channel, settings)
  }

  /// The one place through which passes whatever comes back of a delivery, an answer or a failure:
  /// no secret gets any further.
  func cleaned<Value: Sendable>(
    of secrets: [Secret], _ body: () async throws -> Value
  ) async throws -> Value {
    do {
      let value = try await failing(body)
      guard let answer = value as? String else { return value }
      return SecretMask(secrets).masked(answer) as? Value ?? value
    } catch var failure as DeliveryFailure {
      failure.description = SecretMask(secrets).masked(failure.description)
      throw failure
    }
  }

  /// Whatever fails on the way to a provider is a failed delivery.
  func failing<Value>(_ body: () async throws -> Value) async throws -> Value {
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

  /// What the ledger holds of a notification's deployment group; nothing for a test.
  private static func ends(
    of notification: DeploymentNotification, in scope: AWSScope, _ store: (any Store)?
  ) -> @Sendable () async throws -> [HistoryEntry] {
    {
      guard let store, let group = notification.deploymentGroup else { return [] }
      return try await store.ends(
        EndsQuery(
          scope: scope,
          group: DeploymentGroupName(application: notification.application, group: group)))
    }
  }

  /// Whoever the description names, else whom the sources find. Nobody pushed what a test tells of.
  private static func deployerAddress(
    _ notification: DeploymentNotification, _ registration: Registration,
    _ source: DeployerSource
  ) async throws -> String? {
    let named = notification.deployer.map { FoundDeployer(deployer: $0, identities: []) }
    var address = named?.address(by: registration.deployers)
    if address == nil {
      address = try await source.address(
        notification, registration.scope, registration.externalID, registration.deployers)
    }
    return address.flatMap { registration.mayWrite(to: $0) ? $0 : nil }
  }

  private static func deployerID(
    on channelType: String, _ notification: DeploymentNotification, _ registration: Registration,
    _ source: DeployerSource
  ) async throws -> String? {
    let ids = registration.mentions(on: channelType)
    guard !ids.isEmpty else { return nil }
    let named = notification.deployer.map { FoundDeployer(deployer: $0, identities: []) }
    if let id = named?.entry(in: ids) { return id }
    return try await source.known(notification, registration.scope, registration.externalID, ids)
  }

  private func resolve(
    _ configuration: ChannelConfiguration, _ type: any Channel.Type, _ registration: Registration
  ) async throws -> SettingValues {
    let settings = SettingValues(configuration.settings, settings: type.settings)
    return try await settings.resolved(declarations: type.settings) { name, value in
      let setting = type.settings.first { $0.names(name) }
      guard setting?.takesReferences ?? true else { return value }
      if setting?.isMasked(value) ?? false {
        throw SettingProblem(name, "is masked; register the channel again with the secret itself")
      }
      let found: String
      switch SettingReference.read(value) {
      case .literal(let literal): found = literal
      case .reference(let reference):
        try permit(name) { () throws(HostPermissions.Refusal) in
          try services.permissions.check(reference)
        }
        let text: String
        do {
          text = try await references.value(
            of: reference, for: name, in: registration.scope, registration.externalID)
        } catch let failure as ReferenceCache.NotHere {
          throw self.failure(here: failure.description)
        }
        // Editors and `echo` end a file with one; nobody means it.
        found = String(text.trimmingSuffix { $0.isNewline })
        if let setting, let problem = SettingRules.problem(found, setting) {
          throw SettingProblem(name, "\(reference) \(problem)")
        }
      }
      if setting?.kind == .program {
        try permit(name) { () throws(HostPermissions.Refusal) in
          try services.permissions.check(command: found)
        }
      }
      return found
    }
  }

  /// What this host lacks. Another that polls the same store may have it, so that it is left for it.
  private func failure(here sentence: String) -> DeliveryFailure {
    DeliveryFailure(
      services.permissions.isStoreShared ? Self.leftForOthers : .refused, sentence)
  }

  private static let leftForOthers = DeliveryFailure.Verdict.tryAgain(after: .seconds(60))

  /// Programs that a channel runs without a setting's naming them.
  private func permit(_ type: any Channel.Type, _ settings: SettingValues) throws {
    for program in type.programs(settings) {
      try permit(type.type) { () throws(HostPermissions.Refusal) in
        try services.permissions.check(command: program)
      }
    }
  }

  /// What another host may allow is left for it.
  private func permit(
    _ setting: String, _ check: () throws(HostPermissions.Refusal) -> Void
  ) throws {
    do { try check() } catch {
      let sentence = "\(setting): \(error)"
      switch error {
      case .never: throw DeliveryFailure(.refused, sentence)
      case .notHere where services.leavesToOthers: throw LeftToOthers(sentence)
      case .notHere: throw DeliveryFailure(Self.leftForOthers, sentence)
      }
    }
  }
}

extension SettingValues {
  /// AWS is asked for what such references stand for, all at once, before anything is sent.
  fileprivate var exchangesForReferences: Int {
    let isAsked = all.contains { value in
      guard case .reference(let reference) = SettingReference.read(value) else { return false }
      return reference.source == .parameterStore || reference.source == .secretsManager
    }
    return isAsked ? 1 : 0
  }
}

extension String {
  /// Without the characters at its end that `isDropped` names.
  fileprivate func trimmingSuffix(while isDropped: (Character) -> Bool) -> Substring {
    var rest = self[...]
    while let last = rest.last, isDropped(last) { rest.removeLast() }
    return rest
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
    case .throttled: self.init(.limited(after: wait), failure.description)
    case .unreachable:
      self.init(.tryAgain(after: wait), isAnswer: false, failure.description)
    default: self.init(.tryAgain(after: wait), failure.description)
    }
  }
}
