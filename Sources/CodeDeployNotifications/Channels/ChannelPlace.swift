/// Where a channel shows a deployment, if there is room for one only, such as an environment of
/// GitHub.
public struct ChannelPlace: Sendable {
  /// Values of settings, which are compared and never shown.
  public var values: [String]
  /// What becomes of two channels with the same values, and what to do, for a warning.
  public var advice: String

  /// - Parameters:
  ///   - values: Values of settings; channels of one type with the same ones have the same place.
  ///   - advice: What becomes of two channels there, and what to do, in a few words.
  public init(_ values: [String], advice: String) {
    self.values = values
    self.advice = advice
  }
}

extension ChannelConfiguration {
  /// Whether both channels may show the same deployment.
  package func meets(_ other: Self) -> Bool {
    let (mine, theirs) = (deploymentGroups, other.deploymentGroups)
    guard !mine.isEmpty, !theirs.isEmpty else { return true }
    return mine.contains { one in
      theirs.contains { $0 == one || Glob($0).matches(one) || Glob(one).matches($0) }
    }
  }
}
