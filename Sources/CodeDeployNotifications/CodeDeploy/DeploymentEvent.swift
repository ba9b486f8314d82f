/// What a deployment can reach and a channel can announce.
public enum DeploymentEvent: String, CaseIterable, Sendable, Codable, Comparable {
  /// Its first lifecycle events are running.
  case started
  /// Its replacement instances are waiting for traffic to be rerouted (blue/green).
  case ready
  /// It has been in flight for longer than its registration permits.
  case overdue
  case succeeded
  case failed
  case stopped

  /// Orders by the course of a deployment.
  public static func < (left: Self, right: Self) -> Bool { left.position < right.position }

  /// The position in the course of a deployment. The three ends exclude each other. A deployment
  /// can become overdue before or after it is ready.
  public var position: Int {
    switch self {
    case .started: 0
    case .ready, .overdue: 1
    case .succeeded, .failed, .stopped: 2
    }
  }

  /// Whether it is the end of a deployment.
  public var isEnd: Bool { Self.ends.contains(self) }

  /// The default events of a channel: how deployments end.
  public static let ends: Set<Self> = [.succeeded, .failed, .stopped]
}
