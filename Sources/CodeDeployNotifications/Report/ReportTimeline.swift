import Foundation

/// Outcomes over time as a strip of marks, in SVG. Shape tells what colour tells. Places are parts
/// of the width, so that marks have the same size on a phone.
struct ReportTimeline {
  let since: Date
  let now: Date

  /// The most marks of a strip: more would overlap.
  private static let marks = 360

  /// The legend of the marks.
  static let key = ReportedDeployment.Outcome.allCases.map { outcome in
    """
    <span><svg viewBox="-8 0 16 20" width="16" height="20" aria-hidden="true">\
    \(mark(outcome))</svg>\(outcome.rawValue)</span>
    """
  }.joined(separator: " ")

  /// The strip of a group's deployments, with the number of each outcome in words.
  func strip(_ deployments: [ReportedDeployment]) -> String {
    let counts = ReportedDeployment.Outcome.allCases.compactMap { outcome -> String? in
      let count = deployments.count { $0.outcome == outcome }
      return count == 0 ? nil : "\(count) \(outcome.rawValue)"
    }
    // Of marks at the same place the worst is drawn last, so that it is visible.
    let places = Dictionary(grouping: deployments) { Int(place(of: $0) * Double(Self.marks)) }
    let marks = places.sorted { $0.key < $1.key }.compactMap { _, deployments -> String? in
      guard
        let shown = deployments.max(by: { Self.weight($0.outcome) < Self.weight($1.outcome) })
      else { return nil }
      let label = [
        ReportText.time(shown.time), shown.outcome.rawValue,
        ReportText.html(shown.deployment.revision?.label ?? ""),
        deployments.count > 1 ? "and \(deployments.count - 1) more" : "",
      ].filter { !$0.isEmpty }.joined(separator: ", ")
      let x = (place(of: shown) * 10_000).rounded() / 100
      return "<svg x=\"\(x)%\"><title>\(label)</title>\(Self.mark(shown.outcome))</svg>"
    }
    return """
      <svg role="img" aria-label="\(counts.joined(separator: ", "))">\
      <line class="axis" y1="10" x2="100%" y2="10"/>\
      \(marks.joined())</svg>
      """
  }

  /// From 0, the beginning, to 1, now.
  private func place(of deployment: ReportedDeployment) -> Double {
    let span = max(1, now.timeIntervalSince(since))
    return min(1, max(0, deployment.time.timeIntervalSince(since) / span))
  }

  private static func weight(_ outcome: ReportedDeployment.Outcome) -> Int {
    switch outcome {
    case .succeeded: 0
    case .inFlight: 1
    case .stopped: 2
    case .failed: 3
    }
  }

  private static func mark(_ outcome: ReportedDeployment.Outcome) -> String {
    switch outcome {
    case .succeeded: "<circle class=\"good\" cy=\"10\" r=\"4\"/>"
    case .failed: "<path class=\"bad\" d=\"M0 10m-5 -5l10 10m0 -10l-10 10\"/>"
    case .stopped: "<path class=\"stopped\" d=\"M0 10m-4 -4h8v8h-8z\"/>"
    case .inFlight: "<circle class=\"open\" cy=\"10\" r=\"4\"/>"
    }
  }
}
