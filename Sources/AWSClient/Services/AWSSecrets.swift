import CodeDeployNotifications
import Foundation

/// Reads settings that are kept in AWS. No error contains what was read. What is wrong with a secret
/// is told as a clause, which follows the setting.
package enum AWSSecrets {
  /// A parameter of the Parameter Store, decrypted.
  /// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
  package static func parameter(
    _ caller: AWSCaller, name: String, region: String
  ) async throws -> String {
    struct Input: Encodable {
      var name: String
      var withDecryption = true
      enum CodingKeys: String, CodingKey {
        case name = "Name"
        case withDecryption = "WithDecryption"
      }
    }
    struct Answer: Decodable {
      struct Parameter: Decodable {
        var value: String
        enum CodingKeys: String, CodingKey { case value = "Value" }
      }
      var parameter: Parameter
      enum CodingKeys: String, CodingKey { case parameter = "Parameter" }
    }
    let answer: Answer = try await caller.json(
      service: "ssm", version: "1.1", target: "AmazonSSM.GetParameter", region: region,
      input: Input(name: name))
    return answer.parameter.value
  }

  /// A secret of Secrets Manager; for `ID#key`, that key of a JSON secret.
  /// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
  package static func secret(
    _ caller: AWSCaller, name: String, region: String
  ) async throws -> String {
    struct Answer: Decodable {
      var text: String?
      enum CodingKeys: String, CodingKey { case text = "SecretString" }
    }
    // A secret's name may not hold a `#`.
    let parts = name.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    let id = String(parts[0])
    let answer: Answer = try await caller.json(
      service: "secretsmanager", version: "1.1", target: "secretsmanager.GetSecretValue",
      region: region, input: ["SecretId": id])
    guard let text = answer.text else {
      throw AWSFailure(
        .refused,
        "the secret \(id) in \(region) is binary, so it can't be a setting")
    }
    return parts.count == 1 ? text : try value(of: String(parts[1]), in: text, secret: id)
  }

  private static func value(of key: String, in text: String, secret id: String) throws -> String {
    guard let values = try? ReceivedJSON.decode([String: Value].self, from: Array(text.utf8)) else {
      throw AWSFailure(.refused, "the secret \(id) is not a JSON object, so it has no key \(key)")
    }
    guard let value = values[key] else {
      throw AWSFailure(.refused, "the secret \(id) has no key \(key)")
    }
    guard let text = value.text else {
      throw AWSFailure(.refused, "the key \(key) of the secret \(id) is not a string")
    }
    return text
  }

  /// A member of a JSON secret: a string, or another value, which isn't read.
  private struct Value: Decodable {
    var text: String?

    init(from decoder: any Decoder) throws {
      text = try? decoder.singleValueContainer().decode(String.self)
    }
  }
}
