/// What a channel may use to send a notification.
extension Announcer {
  /// The services for sending one notification.
  func services(
    for notification: DeploymentNotification, _ configuration: ChannelConfiguration,
    _ registration: Registration, isTest: Bool = false, _ timeout: Duration, _ watch: SendWatch
  ) -> ChannelServices {
    let lookUps = QuickLookUps(memory: lookUps, limit: services.lookUpLimit(timeout))
    let ends = Self.ends(of: notification, in: registration.scope, isTest ? nil : store)
    return ChannelServices(
      http: watch.watching(services.http),
      aws: watch.watching(services.aws(registration.access)),
      mail: watch.watching(services.mail),
      region: registration.scope.region, now: services.now(), timeout: timeout,
      memory: isTest ? .none : memory(of: configuration, registration.scope),
      deployerAddress: { [services] in
        try await Self.deployerAddress(
          notification, registration, isTest ? .none : services.deployers)
      },
      deployerID: { [services] type in
        try await Self.deployerID(
          on: type, notification, registration, isTest ? .none : services.deployers, lookUps)
      },
      laterEnd: { notification.laterEnd(in: try await ends(), toldBy: configuration.name) },
      followsOpenAlert: {
        notification.followsOpenAlert(in: try await ends(), toldBy: configuration.name)
      },
      noteAllowance: { watch.note($0) })
  }

  private func memory(of channel: ChannelConfiguration, _ scope: AWSScope) -> ChannelMemory {
    guard let store else { return .none }
    return ChannelMemory(
      recall: { try await store.note(of: DeploymentKey(scope: scope, id: $0), channel.name) },
      keep: { try await store.keep($0, of: DeploymentKey(scope: scope, id: $1), channel.name) })
  }

  /// The ended deployments of a notification's deployment group that the ledger holds; none for a
  /// test.
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

  /// The address that the description names, else the one that the sources find. A test has no
  /// deployer.
  private static func deployerAddress(
    _ notification: DeploymentNotification, _ registration: Registration,
    _ source: DeployerSource
  ) async throws -> String? {
    let named = notification.deployer.map { FoundDeployer(deployer: $0, identities: []) }
    var address = named?.address(by: registration.deployers)
    if address == nil {
      address = try await source.address(
        notification, registration.access, registration.deployers)
    }
    return address.flatMap { registration.mayWrite(to: $0) ? $0 : nil }
  }

  private static func deployerID(
    on channelType: String, _ notification: DeploymentNotification, _ registration: Registration,
    _ source: DeployerSource, _ lookUps: QuickLookUps
  ) async throws -> String? {
    let ids = registration.mentions(on: channelType)
    guard !ids.isEmpty else { return nil }
    let named = notification.deployer.map { FoundDeployer(deployer: $0, identities: []) }
    if let id = named?.entry(in: ids) { return id }
    return try await source.entry(notification, registration.access, ids, lookUps)
  }
}
