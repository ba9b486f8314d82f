import CodeDeployNotifications

/// A registration to remove, or channels of it.
package struct UnregisterRequest: Sendable {
  package var application: String
  package var scopes: ScopeSelection
  /// Empty for the whole registration.
  package var channels: Set<String>

  package init(_ application: String, _ scopes: ScopeSelection, channels: Set<String>) {
    self.application = application
    self.scopes = scopes
    self.channels = channels
  }

  /// What was removed.
  package enum Outcome: Sendable, Hashable {
    case registration
    /// The registration couldn't be read.
    case unreadable
    case channels([String])
    /// The registration as well, because it had no other channel.
    case lastChannels([String])
  }

  /// Removes it. If somebody else changes the registration at the same time, it is looked up again.
  /// Throws `SelectionProblem`, `RegistrationRefusal` and `StoreFailure`.
  package func remove(from store: any Store) async throws -> Outcome {
    try await store.changing {
      if try await removeUnreadable(from: store) { return .unreadable }
      let record = try RegistrationSelection.one(
        application, scopes, in: try await store.registrations())
      let (change, outcome) = try change(record)
      return try await store.change([change]) ? outcome : nil
    }
  }

  /// Removes all that is meant, in whatever scopes, also what can't be read. Returns how many
  /// registrations there were. Throws `RegistrationRefusal` and `StoreFailure`.
  package func removeAll(from store: any Store) async throws -> Int {
    try await store.changing {
      let unreadable = try await store.unreadableRegistrations().filter {
        $0.identity.application == application && scopes.allows($0.identity.scope)
      }
      let records = try await store.registrations().filter {
        $0.registration.application == application && scopes.allows($0.registration.scope)
      }
      guard try await store.change(records.map(RegistrationChange.remove)) else { return nil }
      for one in unreadable { _ = try await store.remove(one) }
      return records.count + unreadable.count
    }
  }

  /// Removes the registration where it can't be read, even if a channel was named: none of it is
  /// usable.
  private func removeUnreadable(from store: any Store) async throws -> Bool {
    let unreadable = try await store.unreadableRegistrations().filter {
      $0.identity.application == application && scopes.allows($0.identity.scope)
    }
    let readable = try await store.registrations().contains {
      $0.registration.application == application && scopes.allows($0.registration.scope)
    }
    guard unreadable.count == 1, !readable, let one = unreadable.first else { return false }
    return try await store.remove(one)
  }

  private func change(_ record: RegistrationRecord) throws -> (RegistrationChange, Outcome) {
    guard !channels.isEmpty else { return (.remove(record), .registration) }
    var rest = record
    let channels = channels.sorted()
    for channel in channels {
      _ = try RegistrationSelection.channel(channel, of: record.registration)
      rest.registration.channels.removeAll { $0.name == channel }
      rest.baselines[channel] = nil
    }
    guard !rest.registration.channels.isEmpty else {
      return (.remove(record), .lastChannels(channels))
    }
    return (.put(rest, over: record), .channels(channels))
  }
}

extension Store {
  /// Repeats `change` while it returns `nil`, which means that somebody else has changed the same
  /// registration meanwhile. Throws what `change` throws, and `RegistrationRefusal` after ten
  /// attempts.
  func changing<Result>(_ change: () async throws -> Result?) async throws -> Result {
    for _ in 0..<10 { if let result = try await change() { return result } }
    throw RegistrationRefusal.conflict
  }
}

extension DeploymentNotifier {
  /// Removes an application's registrations, in every scope and also one that can't be read; what was
  /// announced stays known. Returns how many there were. Throws `StoreFailure`, or `NotifierProblem`
  /// where others keep changing them.
  @discardableResult
  public func unregister(_ application: String) async throws -> Int {
    let request = UnregisterRequest(application, ScopeSelection(), channels: [])
    do { return try await request.removeAll(from: parts.store) } catch is RegistrationRefusal {
      throw NotifierProblem.conflict
    }
  }
}
