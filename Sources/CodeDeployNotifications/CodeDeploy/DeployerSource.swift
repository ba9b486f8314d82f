import Foundation

/// Finds out who pushed a deployment whose description doesn't say.
///
/// A struct of closures, so that sources can be combined.
package struct DeployerSource: Sendable {
  /// Returns `nil` where this source doesn't know. Throws `DeliveryFailure` where it may know
  /// later, or `CancellationError` when the calling task is cancelled.
  package typealias Find =
    @Sendable (DeploymentNotification, ScopeAccess) async throws ->
    FoundDeployer?
  /// Finds the address to write to: the one in `deployers` for whoever is found, else their own.
  package typealias Address =
    @Sendable (
      DeploymentNotification, ScopeAccess, _ deployers: [String: String]
    ) async throws -> String?

  /// Finds the entry in a map of identities for whom a message mentions. It never asks to wait.
  package typealias Entry =
    @Sendable (
      DeploymentNotification, ScopeAccess, _ entries: [String: String], QuickLookUps
    ) async throws -> String?

  package var find: Find
  package var address: Address
  package var entry: Entry

  /// - Parameter remembered: What `find` would find without asking anybody.
  package init(
    find: @escaping Find,
    remembered: @escaping @Sendable (DeploymentNotification, ScopeAccess) async -> FoundDeployer? =
      { _, _ in nil }
  ) {
    let source = UUID()
    self.init(find: find) { notification, access, deployers in
      try await find(notification, access)?.address(by: deployers)
    } entry: { notification, access, entries, lookUps in
      if let known = await remembered(notification, access) { return known.entry(in: entries) }
      let deployment = DeploymentKey(scope: access.scope, id: notification.deploymentID)
      return try await lookUps.found(by: source, for: deployment) {
        try await find(notification, access)
      }?.entry(in: entries)
    }
  }

  init(find: @escaping Find, address: @escaping Address, entry: @escaping Entry) {
    self.find = find
    self.address = address
    self.entry = entry
  }

  /// Finds nobody.
  package static let none = Self { _, _ in nil }

  /// The first source that finds somebody; for an address, the first that finds an address. A
  /// pipeline's role, for example, is found and has no address, but the author of the deployed
  /// commit has one.
  package static func first(of sources: [DeployerSource]) -> Self {
    Self { notification, access in
      for source in sources {
        if let found = try await source.find(notification, access) { return found }
      }
      return nil
    } address: { notification, access, deployers in
      for source in sources {
        let address = try await source.address(notification, access, deployers)
        if let address { return address }
      }
      return nil
    } entry: { notification, access, entries, lookUps in
      // All at once: a source that hangs takes no time from the others.
      try await withThrowingTaskGroup(of: (Int, String?).self) { group in
        for (index, source) in sources.enumerated() {
          group.addTask {
            (index, try await source.entry(notification, access, entries, lookUps))
          }
        }
        defer { group.cancelAll() }
        var entries: [Int: String?] = [:]
        var next = 0
        while let (index, entry) = try await group.next() {
          entries[index] = entry
          while let ended = entries[next] {
            if let ended { return ended }
            next += 1
          }
        }
        return nil
      }
    }
  }
}

extension DeployerSource {
  /// This source, with a rollback replaced by the deployment that it undoes: whoever pushed that
  /// has to know. Nobody is found for other automatic deployments.
  ///
  /// - Parameters:
  ///   - read: Reads a deployment; `nil` where there is none.
  package func behindRollbacks(
    now: @escaping @Sendable () -> Date,
    read:
      @escaping @Sendable (_ deploymentID: String, ScopeAccess) async throws ->
      Deployment?
  ) -> Self {
    @Sendable func named(_ notification: DeploymentNotification) -> FoundDeployer? {
      notification.deployer.map { FoundDeployer(deployer: $0, identities: []) }
    }
    let described = Self { notification, _ in
      named(notification)
    } remembered: { notification, _ in
      named(notification)
    }
    let reader = UUID()
    let inner = Self.first(of: [described, self])
    @Sendable func pushed(
      _ notification: DeploymentNotification, _ access: ScopeAccess
    ) async throws -> DeploymentNotification? {
      let creator = notification.creator ?? .user
      if creator.isAutomatic { return nil }
      guard creator == .rollback else { return notification }
      guard let id = notification.rollback?.triggeredBy else { return nil }
      do {
        guard let deployment = try await read(id, access) else { return nil }
        let undone = DeploymentNotification(
          event: notification.event, of: deployment, region: access.scope.region)
        // For a rollback of a rollback nobody pushed the undone one either.
        let undoneCreator = undone.creator ?? .user
        return undoneCreator.isAutomatic || undoneCreator == .rollback ? nil : undone
      } catch let failure as AWSFailure {
        switch failure.kind {
        case .accessDenied, .refused, .nonsense: return nil
        default:
          try notification.askLaterWhoPushed(
            now: now(), after: failure.retryAfter, failure.description)
          return nil
        }
      }
    }
    return Self { notification, access in
      guard let pushed = try await pushed(notification, access) else { return nil }
      return try await inner.find(pushed, access)
    } address: { notification, access, deployers in
      guard let pushed = try await pushed(notification, access) else { return nil }
      return try await inner.address(pushed, access, deployers)
    } entry: { notification, access, entries, lookUps in
      // Only for a rollback somebody is asked.
      guard notification.creator == .rollback else {
        guard let pushed = try await pushed(notification, access) else { return nil }
        return try await inner.entry(pushed, access, entries, lookUps)
      }
      let deployment = DeploymentKey(scope: access.scope, id: notification.deploymentID)
      let undone = try await lookUps.found(by: reader, for: deployment) {
        try await pushed(notification, access)
      }
      guard let undone else { return nil }
      return try await inner.entry(undone, access, entries, lookUps)
    }
  }
}

extension DeploymentNotification {
  /// How long it may take, in seconds, until it is known who pushed: CloudTrail delivers events
  /// within about 15 minutes.
  /// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html
  package static let deployerPatience: TimeInterval = 20 * 60

  /// Throws a failure that makes the channel try again later, because the source can't answer at
  /// the moment. It doesn't throw for an event that is older than `deployerPatience`: then whoever
  /// pushed stays unknown.
  package func askLaterWhoPushed(
    now: Date, after wait: Duration?, _ reason: String
  ) throws(DeliveryFailure) {
    let happened = completedAt ?? startedAt ?? createdAt
    guard now.timeIntervalSince(happened) < Self.deployerPatience else { return }
    let wait = min(max(wait ?? .seconds(60), .seconds(1)), .seconds(Self.deployerPatience))
    throw DeliveryFailure(
      .tryAgain(after: wait),
      "who pushed \(deploymentID) can't be found out yet: \(reason.asClause)")
  }
}

/// A person or role that pushed a deployment.
package struct FoundDeployer: Sendable, Hashable {
  package var deployer: DeploymentNotification.Deployer
  /// All names of the person or role, the most precise first: an ARN, a user's or session's name, a
  /// login. A registration's `deployers` can map any of them.
  package var identities: [String]

  package init(deployer: DeploymentNotification.Deployer, identities: [String]) {
    self.deployer = deployer
    self.identities = identities
  }

  /// The e-mail address: the one in `deployers` for one of the names, else its own.
  package func address(by deployers: [String: String]) -> String? {
    entry(in: deployers)
      ?? ([deployer.email].compactMap { $0 } + identities).first(where: Self.isMailbox)
  }

  /// The map's entry for one of its names.
  func entry(in deployers: [String: String]) -> String? {
    let names = identities + [deployer.email, deployer.name].compactMap { $0 }
    for name in names {
      if let address = deployers[name] { return address }
    }
    // Logins and addresses aren't case-sensitive; an exact match is preferred.
    let folded = Dictionary(
      deployers.sorted { $0.key < $1.key }.map { ($0.key.lowercased(), $0.value) },
      uniquingKeysWith: { first, _ in first })
    for name in names {
      if let address = folded[name.lowercased()] { return address }
    }
    return nil
  }

  /// Whether a text is an e-mail address that somebody reads. It comes from commits and sessions,
  /// which may contain anything, and goes into a mail's header.
  static func isMailbox(_ text: String) -> Bool {
    guard text.utf8.count <= 254,
      let parts = text.wholeMatch(
        of:
          /([^\s@<>(),;:\\"\[\]\p{Cc}\p{Cf}]+)@([^\s@<>(),;:\\"\[\]\p{Cc}\p{Cf}]+\.[^\s@<>(),;:\\"\[\]\p{Cc}\p{Cf}.]+)/
      )
    else { return false }
    // GitHub's addresses for users who hide theirs:
    // https://docs.github.com/en/account-and-profile/reference/email-addresses-reference
    let mute = ["noreply", "no-reply", "donotreply", "do-not-reply"]
    return !mute.contains(parts.1.lowercased())
      && !parts.2.lowercased().hasPrefix("users.noreply.")
  }
}
