import CodeDeployNotifications
import Foundation

extension Store {
  /// Mutes a registration, or some of its channels, until a time. Returns what is muted: names of
  /// channels, or `nil` for the whole registration. Throws `SelectionProblem` and `StoreFailure`.
  package func mute(
    _ channels: [String], of record: RegistrationRecord, from now: Date, until: Date
  ) async throws -> [String?] {
    for channel in channels {
      _ = try RegistrationSelection.channel(channel, of: record.registration)
    }
    let muted: [String?] = channels.isEmpty ? [nil] : Set(channels).sorted()
    try await put(
      Mute.muting(
        muted, of: record.registration.identity, from: now, until: until,
        over: try await mutes()))
    return muted
  }

  /// Ends the mutes of a registration, or of some of its channels. Returns the mutes that were
  /// active, and which of these were ended. Throws `SelectionProblem` and `StoreFailure`.
  package func unmute(
    _ channels: [String], of record: RegistrationRecord, now: Date
  ) async throws -> (active: [Mute], ended: [Mute]) {
    for channel in channels {
      _ = try RegistrationSelection.channel(channel, of: record.registration)
    }
    let active = try await mutes().filter {
      $0.identity == record.registration.identity && $0.isActive(at: now)
    }
    let wanted = active.filter { mute in
      channels.isEmpty || mute.channel.map(channels.contains) ?? false
    }
    try await put(Mute.ending(wanted, at: now))
    return (active, wanted)
  }
}

extension DeploymentNotifier {
  /// Mutes an application for a while, in every scope in which it is registered. Events that happen
  /// meanwhile, and notifications that would be tried meanwhile, are recorded as skipped: they
  /// aren't announced later either.
  ///
  /// - Parameters:
  ///   - application: A registered application.
  ///   - channels: The names of the channels to mute; empty for all.
  ///   - duration: How long to mute, from now. A mute that is already active ends at that time
  ///     instead.
  ///
  /// Throws `StoreFailure`, and `NotifierProblem` where the application isn't registered or has no
  /// such channel.
  public func mute(
    _ application: String, channels: [String] = [], for duration: Duration
  ) async throws {
    let now = parts.announcing.now()
    let until = now.addingTimeInterval(duration.inSeconds)
    for record in try await registered(application, channels: channels) {
      let mine = channels.filter { name in
        record.registration.channels.contains { $0.name == name }
      }
      guard channels.isEmpty || !mine.isEmpty else { continue }
      _ = try await parts.store.mute(mine, of: record, from: now, until: until)
    }
  }

  /// Ends mutes now. What was skipped meanwhile stays skipped.
  ///
  /// - Parameters:
  ///   - application: A registered application.
  ///   - channels: The names of the channels whose own mutes end; empty for the mutes of the
  ///     application and of all its channels.
  ///
  /// Throws `StoreFailure`, and `NotifierProblem` where the application isn't registered or has no
  /// such channel.
  public func unmute(_ application: String, channels: [String] = []) async throws {
    for record in try await registered(application, channels: channels) {
      let mine = channels.filter { name in
        record.registration.channels.contains { $0.name == name }
      }
      guard channels.isEmpty || !mine.isEmpty else { continue }
      _ = try await parts.store.unmute(mine, of: record, now: parts.announcing.now())
    }
  }

  /// An application's registrations. At least one of them has each of these channels.
  func registered(
    _ application: String, channels: [String]
  ) async throws -> [RegistrationRecord] {
    try registered(application, channels: channels, in: try await parts.store.registrations())
  }

  /// The same among these.
  func registered(
    _ application: String, channels: [String], in records: [RegistrationRecord]
  ) throws -> [RegistrationRecord] {
    do {
      let records = try RegistrationSelection.all(application, in: records)
      for name in channels {
        let holder = records.first { $0.registration.channels.contains { $0.name == name } }
        _ = try RegistrationSelection.channel(name, of: (holder ?? records[0]).registration)
      }
      return records
    } catch {
      throw NotifierProblem(error)
    }
  }
}
