import ChannelKit
import CodeDeployNotifications

/// What an answer must contain to be a success, where the status alone doesn't show it: a JSON
/// pointer (RFC 6901) and the value there, as in `/ok=true`.
struct SuccessRule: Sendable {
  private let pointer: String
  private let steps: [String]
  private let value: String

  init(_ text: String) throws(SettingProblem) {
    guard let equals = text.firstIndex(of: "="), text.hasPrefix("/") else {
      throw SettingProblem(
        "ok_when", "must be a JSON pointer and the value that means success, as in /ok=true")
    }
    pointer = String(text[..<equals])
    value = String(text[text.index(after: equals)...])
    steps = pointer.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
      .map { String($0).replacing("~1", with: "/").replacing("~0", with: "~") }
  }

  /// Throws unless the answer is a success.
  func check(
    _ response: HTTPResponse, from provider: String, redacting secrets: [Secret]
  ) throws(DeliveryFailure) {
    guard let answer = try? ReceivedJSON.decode(JSONTree.self, from: response.body) else {
      throw HTTPVerdict.oddAnswer(
        response, from: provider, redacting: secrets,
        "is not JSON, so ok_when finds no \(pointer) in it")
    }
    guard let found = answer.scalar(at: steps[...]) else {
      throw HTTPVerdict.oddAnswer(
        response, from: provider, redacting: secrets,
        "has no \(pointer), which ok_when requires for a success")
    }
    guard found != value else { return }
    let text = Redaction(secrets).line(response.body)
    throw DeliveryFailure(
      .refused,
      "\(provider) answered \(response.status), but \(pointer) isn't \(value): \(text)")
  }
}

extension JSONTree {
  /// The scalar at the end of the path, strings without quotes; `nil` where there is none.
  fileprivate func scalar(at steps: ArraySlice<String>) -> String? {
    guard let step = steps.first else { return scalar }
    switch self {
    case .object(let members): return members[step]?.scalar(at: steps.dropFirst())
    case .list(let elements):
      guard let index = Int(step), elements.indices.contains(index) else { return nil }
      return elements[index].scalar(at: steps.dropFirst())
    default: return nil
    }
  }
}
