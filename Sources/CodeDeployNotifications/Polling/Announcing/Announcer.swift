import Foundation

/// Resolves a channel's settings, renders a notification's message and sends it once.
package struct Announcer: Sendable {
  let services: AnnouncingServices
  private(set) var channels: [Lane: (ChannelConfiguration, Registration)] = [:]
  /// The registrations whose channels were looked up.
  private var known: Set<Registration.Identity> = []
  let references: ReferenceCache
  let lookUps = LookUpMemory()
  private let ready: ReadyChannels
  let store: (any Store)?
  private let mutes: [Mute]

  typealias Lane = RegisteredChannel

  /// - Parameter store: Where channels keep notes; with `nil` they keep none.
  package init(
    services: AnnouncingServices, records: [RegistrationRecord] = [], mutes: [Mute] = [],
    store: (any Store)? = nil
  ) {
    self.services = services
    self.store = store
    self.mutes = mutes
    references = ReferenceCache(resolver: services.references)
    ready = ReadyChannels(services.secrets)
    add(records)
  }

  private mutating func add(_ records: [RegistrationRecord]) {
    for registration in records.map(\.registration) {
      known.insert(registration.identity)
      for channel in registration.channels {
        channels[Lane(identity: registration.identity, channel: channel.name)] = (
          channel, registration
        )
      }
    }
  }

  /// Looks up the registrations of claimed notifications, unless they are known. Where that fails,
  /// each is looked up again when it is sent.
  mutating func learn(of claimed: [ClaimedNotification]) async {
    let identities = Set(claimed.map { $0.lane.identity }).subtracting(known)
    guard let store, !identities.isEmpty else { return }
    if let found = try? await store.registrations(of: identities) { add(found.records) }
  }

  /// Where a channel's messages go.
  func route(of lane: Lane, deadline: Duration) -> Route {
    guard let (channel, registration) = channels[lane] else {
      // It was registered after the claim, or isn't registered at all.
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
    return type.attemptTime(channel.values(of: type))
  }

  /// Sends a notification once. Returns `nil` where the calling task was cancelled meanwhile.
  func announce(
    _ claimed: ClaimedNotification, timeout: Duration, _ watch: SendWatch
  ) async -> Attempt.Result? {
    await attempt { () async throws(SendFailure) -> Attempt.Result in
      guard let (channel, registration) = try await channel(of: claimed)
      else {
        return .skipped(
          .unregistered, "the channel was unregistered before it could be sent")
      }
      if let mute = mute(of: claimed) {
        return .skipped(
          .muted, "it was due while it was muted (until \(mute.until.iso8601))")
      }
      let answer = try await send(
        claimed.notification, through: channel, of: registration, timeout: timeout, watch: watch)
      return .sent(answer: answer)
    }
  }

  /// The mute because of which a due notification isn't sent.
  func mute(of claimed: ClaimedNotification) -> Mute? {
    let lane = claimed.lane
    return mutes.first { $0.covers(lane.channel, of: lane.identity, at: services.now()) }
  }

  /// Runs an attempt and sorts how it ended; `nil` where the calling task was cancelled meanwhile.
  func attempt(
    _ body: () async throws(SendFailure) -> Attempt.Result
  ) async -> Attempt.Result? {
    do { return try await body() } catch {
      switch error {
      case .delivery(let failure): return .failed(failure)
      case .left(let left): return .left(left)
      case .interrupted: return nil
      }
    }
  }

  /// The channel that a notification is for; `nil` where it isn't registered. It is looked up in
  /// the store if it is unknown here: another cycle may have recorded a notification for a channel
  /// that was registered after this cycle began.
  private func channel(
    of claimed: ClaimedNotification
  ) async throws(SendFailure) -> (ChannelConfiguration, Registration)? {
    let lane = claimed.lane
    if let known = channels[lane] { return known }
    let found: FoundRegistrations?
    do { found = try await store?.registrations(of: [lane.identity]) } catch {
      throw SendFailure(StoreFailure(wrapping: error))
    }
    // A registration that can't be read may have the channel. So its notifications aren't given up.
    if let failure = UnreadableRegistration.failure(found?.unreadable ?? []) {
      throw SendFailure(failure)
    }
    guard let registration = found?.records.first?.registration else { return nil }
    return registration.channels.first { $0.name == lane.channel }.map { ($0, registration) }
  }

  /// Sends `notification` through `channel` and returns the provider's answer. The title of a
  /// test's message says that it is a test.
  package func send(
    _ notification: DeploymentNotification, through configuration: ChannelConfiguration,
    of registration: Registration, isTest: Bool = false, timeout: Duration? = nil
  ) async throws(SendFailure) -> String {
    try await send(
      notification, through: configuration, of: registration, isTest: isTest, timeout: timeout,
      watch: SendWatch())
  }

  private func send(
    _ notification: DeploymentNotification, through configuration: ChannelConfiguration,
    of registration: Registration, isTest: Bool = false, timeout: Duration?, watch: SendWatch
  ) async throws(SendFailure) -> String {
    let timeout = timeout ?? attemptTime(of: configuration) ?? .seconds(10)
    let prepared = try await failing { () async throws -> Prepared in
      try await self.prepared(notification, configuration, registration)
    }
    var sample = prepared.message
    sample.isSample = isTest
    if isTest { sample.title.text = "Test: \(sample.title.text)" }
    let message = sample
    return try await cleanedAnswer { () async throws -> String in
      try await prepared.ready.channel.deliver(
        message,
        with: self.services(
          for: notification, configuration, registration, isTest: isTest, timeout, watch))
    }
  }

  /// Prepares to send `notification` without sending it: resolves the references, sets the channel
  /// up and renders the message.
  ///
  /// - Returns: Warnings about the values that references stand for, a sentence each.
  @discardableResult
  package func prepare(
    _ notification: DeploymentNotification, through configuration: ChannelConfiguration,
    of registration: Registration
  ) async throws(SendFailure) -> [String] {
    let prepared = try await failing { () async throws -> Prepared in
      try await self.prepared(notification, configuration, registration)
    }
    return ChannelAdvice.warnings(
      of: prepared.ready.settings, writtenAs: configuration,
      type(of: prepared.ready.channel).settings)
  }

  /// A rendered message and a channel that is set up.
  private typealias Prepared = (message: ChannelMessage, ready: ReadyChannel)

  private func prepared(
    _ notification: DeploymentNotification, _ configuration: ChannelConfiguration,
    _ registration: Registration
  ) async throws -> Prepared {
    guard let type = services.catalog.type(named: configuration.type) else {
      guard !services.leavesToOthers else {
        throw LeftToOthers("this program has no channel type \"\(configuration.type)\"")
      }
      throw failure(
        here: "this version knows no channel type \"\(configuration.type)\": run the version that "
          + "registered it, or register another channel in its place")
    }
    let message = try ChannelMessage(
      notification, templates: configuration, now: services.now(),
      overdueAfter: registration.overdueAfter, escaping: type.escape)
    return (message, try await channel(configuration, type, registration))
  }

  /// Sets a channel up with its resolved settings, or returns the one that was set up before.
  func channel(
    _ configuration: ChannelConfiguration, _ type: any Channel.Type, _ registration: Registration
  ) async throws -> ReadyChannel {
    let key = ReadyChannels.Key(configuration, registration)
    if let known = ready[key] { return known }
    let settings = try await resolve(configuration, type, registration)
    ready.know(settings.secrets)
    let channel = try await cleaned { () async throws -> any Channel in
      // The same rules apply to values that references stand for as to values in the registration.
      try type.check(settings)
      try permit(type, settings)
      return try type.init(settings: settings)
    }
    let new = ReadyChannel(channel: channel, settings: settings)
    ready.keep(new, for: key)
    return new
  }

  /// Removes secrets from a delivery's answer. Every answer passes through here, and nowhere else.
  func cleanedAnswer(_ body: () async throws -> String) async throws(SendFailure) -> String {
    ready.masked(try await cleaned(body))
  }

  /// Removes secrets from failures, including those that come before a delivery.
  func cleaned<Value: Sendable>(
    _ body: () async throws -> Value
  ) async throws(SendFailure) -> Value {
    do { return try await failing(body) } catch {
      guard case .delivery(var failure) = error else { throw error }
      failure.description = ready.masked(failure.description)
      throw .delivery(failure)
    }
  }

  /// Turns every error on the way to a provider into a failed delivery.
  func failing<Value>(
    _ body: () async throws -> Value
  ) async throws(SendFailure) -> Value {
    do { return try await body() } catch { throw SendFailure(error) }
  }
}
