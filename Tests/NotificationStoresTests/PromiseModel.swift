import CodeDeployNotifications
import Foundation

/// What happened in a random run, in true time, and what the promises require then.
struct PromiseModel {
  /// One event of one deployment.
  struct Event: Hashable {
    var application: String
    var id: String
    var event: DeploymentEvent
    var at: Double
  }

  /// A channel of an application and when it was registered.
  struct Lane: Hashable {
    var application: String
    var channel: String
  }

  var events: [Event] = []
  /// Channels that are registered now, with the time of registration.
  var registered: [Lane: Double] = [:]
  /// When each channel was first registered; it may have been removed since.
  var firstRegistered: [Lane: Double] = [:]

  /// In seconds. A host's clock, and so a baseline, may be wrong by five minutes before AWS refuses
  /// it.
  static let uncertainty = 600.0

  static func asksFor(_ channel: String, _ event: DeploymentEvent) -> Bool {
    event.isEnd || channel == "every"
  }

  mutating func register(_ application: String, _ channels: [String], at time: Double) {
    for channel in channels {
      let lane = Lane(application: application, channel: channel)
      if registered[lane] == nil { registered[lane] = time }
      if firstRegistered[lane] == nil { firstRegistered[lane] = time }
    }
  }

  mutating func unregister(_ application: String) {
    registered = registered.filter { $0.key.application != application }
  }

  /// What must have been accepted by now, in the provider's notation.
  var promised: Set<String> {
    var promised: Set<String> = []
    for event in events {
      for (lane, since) in registered
      where lane.application == event.application && Self.asksFor(lane.channel, event.event)
        && event.at > since + Self.uncertainty
      {
        promised.insert("\(lane.channel): \(event.event) \(event.id)")
      }
    }
    return promised
  }

  /// What may have been accepted: everything but events from before the registration.
  var allowed: Set<String> {
    var allowed: Set<String> = []
    for event in events {
      for (lane, since) in firstRegistered
      where lane.application == event.application && Self.asksFor(lane.channel, event.event)
        && event.at > since - Self.uncertainty
      {
        allowed.insert("\(lane.channel): \(event.event) \(event.id)")
      }
    }
    return allowed
  }
}
