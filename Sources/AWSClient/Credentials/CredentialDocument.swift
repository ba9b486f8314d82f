import CodeDeployNotifications
import Foundation

/// Credentials in the JSON format of containers, instances and programs.
struct CredentialDocument: Sendable, Decodable {
  /// A member that some sources require and others don't.
  enum Member: Sendable {
    case token
    case expiration
  }

  private struct Body: Sendable, Decodable {
    var version: Int?
    var id: String?
    var secret: String?
    var token: String?
    var sessionToken: String?
    var expiration: String?
    var code: String?
    var message: String?

    enum Key: String, CodingKey {
      case version = "Version"
      case id = "AccessKeyId"
      case secret = "SecretAccessKey"
      case token = "Token"
      case sessionToken = "SessionToken"
      case expiration = "Expiration"
      case code = "Code"
      case message = "Message"
    }

    /// A member of another type counts as missing.
    init(from decoder: any Decoder) throws {
      let keys = try decoder.container(keyedBy: Key.self)
      func text(_ key: Key) -> String? { try? keys.decode(String.self, forKey: key) }
      version = try? keys.decode(Int.self, forKey: .version)
      id = text(.id)
      secret = text(.secret)
      token = text(.token)
      sessionToken = text(.sessionToken)
      expiration = text(.expiration)
      code = text(.code)
      message = text(.message)
    }
  }

  private let body: Body
  /// Who sent it, for messages.
  private let origin: String
  /// Whether that is a server, and not a program of the user's.
  private let isAnswer: Bool

  /// Throws `AWSFailure` where the bytes aren't a JSON object. The message repeats nothing of them.
  init(_ bytes: [UInt8], from origin: String, isAnswer: Bool) throws {
    guard let body = try? ReceivedJSON.decode(Body.self, from: bytes) else {
      throw AWSFailure(.noCredentials, "What \(origin) returned is not a JSON object.")
    }
    self.body = body
    self.origin = origin
    self.isAnswer = isAnswer
  }

  /// Reads it as a part of another document.
  init(from decoder: any Decoder) throws {
    body = try Body(from: decoder)
    origin = "the document"
    isAnswer = false
  }

  /// The format's version, which only `credential_process` has.
  var version: Int? { body.version }

  /// Throws `AWSFailure` that names the missing member.
  func credentials(needs: [Member], source: String) throws -> AWSCredentials {
    guard let id = body.id, let secret = body.secret, !id.isEmpty, !secret.isEmpty else {
      // An instance whose role can't be assumed answers so with status 200.
      let said = [body.code, body.message].compactMap { $0 }.joined(separator: ": ")
      guard said.isEmpty else {
        throw failure("says \(said.inSentence(upTo: 200).withoutFullStop)")
      }
      throw failure("returned no \(body.id?.isEmpty == false ? "SecretAccessKey" : "AccessKeyId")")
    }
    let token = [body.token, body.sessionToken].compactMap { $0 }.first { !$0.isEmpty }
    guard token != nil || !needs.contains(.token) else { throw failure("returned no Token") }
    var credentials = AWSCredentials(
      accessKeyID: id, secretAccessKey: Secret(secret), sessionToken: token.map(Secret.init),
      source: source)
    if let text = body.expiration {
      guard let expiration = WireTime.iso8601(text) else {
        throw failure("returned an Expiration that is not a time")
      }
      credentials.expiration = expiration
    } else if needs.contains(.expiration) {
      throw failure("returned no Expiration")
    }
    return try credentials.checked(
      KeyPlaces(
        id: "The AccessKeyId of \(origin)", secret: "The SecretAccessKey of \(origin)",
        token: "The session token of \(origin)", areAnswered: isAnswer))
  }

  private func failure(_ what: String) -> AWSFailure {
    AWSFailure(.noCredentials, "\(origin.prefix(1).uppercased())\(origin.dropFirst()) \(what).")
  }
}
