import Foundation

/// Values in the form that a report has. Every external text passes through `html`.
enum ReportText {
  /// Text without markup: cleaned and escaped.
  static func html(_ text: String) -> String { text.cleaned.escapedHTML }

  /// `2026-11-23 05:42`.
  static func time(_ date: Date) -> String {
    String(date.iso8601.prefix(16)).replacing("T", with: " ")
  }

  /// `2026-11-23`.
  static func day(_ date: Date) -> String { String(date.iso8601.prefix(10)) }

  /// With one decimal: `4.5`.
  static func number(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }

  static func percent(_ value: Double) -> String { "\(Int((value * 100).rounded())) %" }

  /// The outcome as a word that is also coloured.
  static func outcome(_ deployment: ReportedDeployment) -> String {
    let name =
      switch deployment.outcome {
      case .succeeded: "good"
      case .failed: "bad"
      case .stopped: "stopped"
      case .inFlight: "open"
      }
    var words = deployment.outcome.rawValue
    if deployment.isRollback { words += " (rollback)" }
    if deployment.wasRolledBack { words += ", rolled back" }
    return "<span class=\"\(name)\">\(words)</span>"
  }

  /// The deployment's id, linked to AWS's console if its page is known.
  static func link(_ deployment: ReportedDeployment) -> String {
    let id = html(deployment.deployment.id)
    guard let url = deployment.consoleURL, url.hasPrefix("https://") else {
      return "<code>\(id)</code>"
    }
    return "<a href=\"\(html(url))\" rel=\"noreferrer\"><code>\(id)</code></a>"
  }
}
