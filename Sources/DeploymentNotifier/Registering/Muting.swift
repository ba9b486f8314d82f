import CodeDeployNotifications
import Foundation

extension Store {
  /// Mutes a registration, or channels of it, until a time. Returns what is muted: channels' names,
  /// or `nil` for all of them. Throws `SelectionProblem` and `StoreFailure`.
  package func mute(
    _ channels: [String], of record: RegistrationRecord, from now: Date, until: Date
  ) async throws -> [String?] {
    for channel in channels {
      _ = try RegistrationSelection.channel(channel, of: record.registration)
    }
    let places: [String?] = channels.isEmpty ? [nil] : Set(channels).sorted()
    try await put(
      Mute.muting(
        places, of: record.registration.identity, from: now, until: until,
        over: try await mutes()))
    return places
  }

  /// Ends the mutes of a registration, or of channels of it. Returns those that held, and of these
  /// those that were ended. Throws `SelectionProblem` and `StoreFailure`.
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
  /// Announces nothing of an application for a while, in every scope that it is registered in. What
  /// happens meanwhile, and what would be tried meanwhile, is recorded as skipped: it isn't announced
  /// later either.
  ///
  /// - Parameters:
  ///   - application: A registered application.
  ///   - channels: The names of the channels to mute; none for all.
  ///   - duration: For how long from now on. What is muted already is so until then.
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

  /// Ends mutes from now on: what happened meanwhile stays skipped.
  ///
  /// - Parameters:
  ///   - application: A registered application.
  ///   - channels: The names of the channels whose own mutes end; none for the mutes of the
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

  /// An application's registrations, of which at least one has each of these channels.
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
