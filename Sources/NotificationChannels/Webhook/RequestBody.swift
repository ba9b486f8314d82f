import CodeDeployNotifications
import Foundation

/// A request body that is made by the user's template.
struct RequestBody: Sendable {
  static let standardLogLimit = 1_500

  let contentType: String
  private let format: RequestFormat
  private let template: RequestTemplate
  /// Whether anything is filled in.
  private let hasTags: Bool
  private let logLimit: Int

  /// - Parameter logLimit: How many characters of a log's end are filled in.
  init(_ text: String, contentType: String, logLimit: Int) throws(SettingProblem) {
    format = try RequestFormat(contentType: contentType)
    self.contentType = contentType
    self.logLimit = logLimit
    hasTags = text.contains("{{")
    template = try RequestTemplate(text, setting: "request_body")
  }

  /// Renders it for samples of what can be announced, and checks the results.
  func check(secrets names: [String], samples: [RequestSamples.Sample]) throws(SettingProblem) {
    let secrets = Dictionary(names.map { ($0, "secret") }) { $1 }
    for (name, sample) in samples {
      guard format == .json, let text = try? text(of: sample, secrets: secrets),
        let problem = JSONSyntax.problem(in: text)
      else { continue }
      let words = Self.words(for: problem, in: text)
      throw SettingProblem(
        "request_body",
        hasTags
          ? "is not valid JSON when filled in for \(name): \(words). Unknown values are left out; "
            + "{{#name}}…{{/name}} is there only if name has a value"
          : "is not valid JSON: \(words)")
    }
  }

  /// The body. Throws a failure that is final.
  func bytes(
    of message: ChannelMessage, secrets: [String: String]
  ) throws -> [UInt8] {
    let text = try text(of: message, secrets: secrets)
    if format == .json, let problem = JSONSyntax.problem(in: text) {
      throw DeliveryFailure(
        .refused,
        "request_body is not valid JSON when filled in for this notification: line "
          + "\(problem.line), column \(problem.column): \(problem.reason); nothing was sent")
    }
    return Array(text.utf8)
  }

  private func text(of message: ChannelMessage, secrets: [String: String]) throws -> String {
    let values = try RequestValues(message.fittingRequests(logLimit: logLimit), secrets: secrets)
    return template.render(values, escaping: format.escape)
  }

  /// The position of the problem, and the end of the preceding line, since the position is in the
  /// result and not in the template.
  private static func words(for problem: JSONSyntax.Problem, in text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let line = problem.line <= lines.count ? lines[problem.line - 1] : ""
    let before = line.unicodeScalars.prefix(problem.column - 1).suffix(30)
    let near = String(String.UnicodeScalarView(before)).oneLine
    let place = "line \(problem.line), column \(problem.column)"
    return near.isEmpty
      ? "\(place): \(problem.reason)" : "\(place), after “\(near)”: \(problem.reason)"
  }
}
