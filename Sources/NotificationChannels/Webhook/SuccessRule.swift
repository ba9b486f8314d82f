import ChannelKit
import CodeDeployNotifications
import Foundation

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
    guard let answer = try? ReceivedJSON.decode(Answer.self, from: response.body),
      let found = answer.scalar(at: steps[...])
    else { throw HTTPVerdict.oddAnswer(response, from: provider, redacting: secrets) }
    guard found != value else { return }
    let text = Redaction(secrets).line(response.body)
    throw DeliveryFailure(
      .refused,
      "\(provider) answered \(response.status), but \(pointer) isn't \(value): \(text)")
  }
}

/// An answer's JSON. Its scalars are kept as JSON writes them.
private indirect enum Answer: Decodable {
  case object([String: Answer])
  case list([Answer])
  case scalar(String)

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let object = try? container.decode([String: Answer].self) {
      self = .object(object)
    } else if let list = try? container.decode([Answer].self) {
      self = .list(list)
    } else if let flag = try? container.decode(Bool.self) {
      self = .scalar(flag ? "true" : "false")
    } else if let number = try? container.decode(Decimal.self) {
      self = .scalar("\(number)")
    } else if container.decodeNil() {
      self = .scalar("null")
    } else {
      self = .scalar(try container.decode(String.self))
    }
  }

  /// The scalar at the end of the path, strings without quotes; `nil` where there is none.
  func scalar(at steps: ArraySlice<String>) -> String? {
    switch self {
    case .scalar(let text): return steps.isEmpty ? text : nil
    case .object(let members):
      return steps.first.flatMap { members[$0] }?.scalar(at: steps.dropFirst())
    case .list(let elements):
      guard let index = steps.first.flatMap({ Int($0) }), elements.indices.contains(index) else {
        return nil
      }
      return elements[index].scalar(at: steps.dropFirst())
    }
  }
}
