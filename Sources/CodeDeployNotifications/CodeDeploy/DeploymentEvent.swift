/// Something in a deployment's life that a channel can ask for.
public enum DeploymentEvent: String, CaseIterable, Sendable, Codable, Comparable {
  /// Its first lifecycle events run.
  case started
  /// Its replacement instances wait for traffic to be rerouted (blue/green).
  case ready
  /// It has been in flight for longer than its registration allows for.
  case overdue
  case succeeded
  case failed
  case stopped

  /// In the order of a deployment's life.
  public static func < (left: Self, right: Self) -> Bool { left.position < right.position }

  /// Where the event stands in a deployment's life; the three ends exclude each other, and a
  /// deployment can be overdue before or after it is ready.
  public var position: Int {
    switch self {
    case .started: 0
    case .ready, .overdue: 1
    case .succeeded, .failed, .stopped: 2
    }
  }

  /// Whether a deployment ends with it.
  public var isEnd: Bool { Self.ends.contains(self) }

  /// What a channel gets when its registration doesn't say: how deployments end.
  public static let ends: Set<Self> = [.succeeded, .failed, .stopped]
}
