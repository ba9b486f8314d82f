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
    for _ in 0..<DeploymentNotifier.patience {
      if try await removeUnreadable(from: store) { return .unreadable }
      let record = try RegistrationSelection.one(
        application, scopes, in: try await store.registrations())
      let (change, outcome) = try change(record)
      if try await store.change([change]) { return outcome }
    }
    throw RegistrationRefusal.conflict
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
