import CodeDeployNotifications
import Foundation

extension AWSCaller {
  /// Makes a call of the AWS JSON protocol and decodes its answer. An answer that doesn't decode
  /// throws a failure of kind `nonsense` that names the field.
  func json<Answer: Decodable>(
    service: String, version: String, target: String, region: String, input: some Encodable,
    maximumAttempts: Int? = nil
  ) async throws -> Answer {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let form = AWSCall.Form.json(
      version: version, target: target, body: [UInt8](try encoder.encode(input)))
    let request = AWSCall(
      service: service, region: region, form: form, maximumAttempts: maximumAttempts)
    let answer = try await call(request)
    do {
      return try ReceivedJSON.decode(Answer.self, from: answer)
    } catch let error as DecodingError {
      throw AWSFailure(
        .nonsense,
        "AWS's answer to \(service) \(request.operation) in \(region) can't be used: "
          + "\(error.place).")
    }
  }
}

extension DecodingError {
  /// The field and the problem, without the value, which may be a secret.
  var place: String {
    switch self {
    case .keyNotFound(let key, let context): "\(Self.path(context.codingPath + [key])) is missing"
    case .valueNotFound(_, let context): "\(Self.path(context.codingPath)) is null"
    case .typeMismatch(_, let context): "\(Self.path(context.codingPath)) is of the wrong type"
    case .dataCorrupted(let context): "\(Self.path(context.codingPath)) is malformed"
    @unknown default: "it doesn't decode"
    }
  }

  private static func path(_ keys: [any CodingKey]) -> String {
    keys.isEmpty ? "it" : keys.place
  }
}
