import CodeDeployNotifications
import Foundation

/// The code and message of an error answer, in any of AWS's formats.
struct AWSErrorReport: Sendable, Equatable {
  var code: String?
  var message: String?
  /// Why DynamoDB cancelled a transaction: the codes of its cancellation reasons, without `None`.
  /// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CancellationReason.html
  var reasons: [String] = []

  /// Reads JSON errors (`__type` or `code`, with the header `x-amzn-errortype` before both, as
  /// the REST-JSON protocol has it) and Query errors (`<Error><Code>`). A proxy's page or an
  /// empty body has neither code nor message.
  /// https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html#operation-error-serialization
  ///
  /// A body of the maximum length was cut there. It is read all the same, because its code decides
  /// what happens next.
  init(_ response: HTTPResponse) {
    let body = Array(response.body.prefix(HTTPResponse.errorLimit))
    let isCut = body.count == HTTPResponse.errorLimit
    if body.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") {
      let json =
        try? ReceivedJSON.decode(JSONBody.self, from: isCut ? Self.closed(body) : body)
      code = json?.code.flatMap(Self.plain)
      message = json?.message
      reasons = json?.reasons ?? []
    } else if let error = XMLNode.parse(body, allowingCut: isCut)?.first("Error") {
      code = error.child("Code").flatMap { Self.plain($0.trimmedText) }
      message = error.child("Message")?.trimmedText
    }
    message = message.map(Self.withoutWorkings)
    if let header = response.header("x-amzn-errortype").flatMap(Self.plain) { code = header }
  }

  /// Closes a JSON object that was cut within a string, where a long one is most often cut.
  private static func closed(_ body: [UInt8]) -> [UInt8] {
    // An escape such as \u00e9 may have been cut, too.
    let end = body.suffix(6).firstIndex(of: UInt8(ascii: "\\")) ?? body.endIndex
    return body[..<end] + Array("\"}".utf8)
  }

  /// Drops what the signature was computed from. AWS adds it to the message about a wrong secret
  /// key, and it hides what is wrong.
  private static func withoutWorkings(_ message: String) -> String {
    message.range(of: "The Canonical String for this request").map {
      String(message[..<$0.lowerBound])
    } ?? message
  }

  /// A code without what some services put around it: `ns#Code`, `Code:http://…`. `nil` if the rest
  /// isn't a name.
  static func plain(_ code: String) -> String? {
    let name = code.split(separator: ":", maxSplits: 1).first?.split(separator: "#").last ?? ""
    let trimmed = name.trimmingSpace()
    let isName = trimmed.allSatisfy { $0.isASCIIAlphanumeric || "._-".contains($0) }
    guard isName, !trimmed.isEmpty, trimmed.count <= 128 else { return nil }
    return String(trimmed)
  }

  /// The keys that AWS's services use; a value of another type counts as missing.
  private struct JSONBody: Decodable {
    var code: String?
    var message: String?
    var reasons: [String]

    struct Reason: Decodable {
      var code: String?
      enum CodingKeys: String, CodingKey { case code = "Code" }
    }

    enum Key: String, CodingKey {
      case type = "__type"
      case code, message, errorMessage
      case capitalCode = "Code"
      case capitalMessage = "Message"
      // OAuth's, which IAM Identity Center has.
      case error
      case errorDescription = "error_description"
      case reasons = "CancellationReasons"
    }

    init(from decoder: any Decoder) throws {
      let keys = try decoder.container(keyedBy: Key.self)
      func first(_ names: Key...) -> String? {
        names.lazy.compactMap { try? keys.decode(String.self, forKey: $0) }.first
      }
      code = first(.type, .code, .capitalCode, .error)
      message = first(.message, .capitalMessage, .errorMessage, .errorDescription)
      reasons = ((try? keys.decode(Elements<Reason>.self, forKey: .reasons))?.values ?? [])
        .compactMap(\.code).filter { $0 != "None" }
    }
  }
}
