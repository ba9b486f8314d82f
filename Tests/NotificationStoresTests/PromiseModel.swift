import CodeDeployNotifications
import Foundation

/// What happened in a random run, in true time, and what the promises make of it.
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
  /// Channels that are registered now, since when.
  var registered: [Lane: Double] = [:]
  /// When each channel was registered first; it may have been removed since.
  var firstRegistered: [Lane: Double] = [:]

  /// A host's clock may be wrong by five minutes before AWS refuses it; so may be a baseline.
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

  /// What must have been accepted by now, as the provider writes it.
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

  /// What may have been accepted: nothing that was over before anybody registered.
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
