import ChannelKit
import CodeDeployNotifications

/// An Apprise API server (https://github.com/caronc/apprise-api), which stores the addresses.
struct AppriseServer: Sendable {
  private let address: WebAddress
  private let tags: [String]
  private let secrets: [Secret]

  init(_ server: WebAddress, key: Secret, tags: [String]) {
    address = server.appending("/notify/\(key.revealed)")
    self.tags = tags
    secrets = address.secrets + [key]
  }

  /// The characters that the Apprise API accepts in a key.
  static func key(_ key: Secret) throws(SettingProblem) -> Secret {
    guard key.revealed.wholeMatch(of: /[A-Za-z0-9_-]{1,128}/) != nil else {
      throw SettingProblem("must have up to 128 letters, digits, _ and -")
    }
    return key
  }

  static func tag(_ tag: String) throws(SettingProblem) -> String {
    guard !tag.isEmpty, !tag.contains(where: { $0.isWhitespace || $0 == "," }) else {
      throw SettingProblem("must be words without spaces or commas")
    }
    return tag
  }

  func deliver(
    _ message: ChannelMessage, with services: ChannelServices
  ) async throws -> String {
    var body: [String: JSONTree] = [
      "title": .text(message.title.text.oneLine), "body": .text(message.body.text.cleaned),
      "type": .text(AppriseChannel.kind(message.notification)), "format": "text",
    ]
    if !tags.isEmpty { body["tag"] = .text(tags.joined(separator: ",")) }
    let request = HTTPRequest(
      .post, address.url,
      headers: [
        HTTPField("Content-Type", "application/json"), HTTPField("Accept", "application/json"),
      ], body: try JSONTree.object(body).encoded(), timeout: services.timeout)
    let response: HTTPResponse
    do {
      response = try await services.http.send(request)
    } catch let failure as HTTPFailure {
      throw DeliveryFailure(failure, redacting: secrets)
    }
    switch response.status {
    case 204:
      throw DeliveryFailure(
        .refused,
        "\(address.host) has no service to notify (204): it keeps no address under key, or none "
          + "with one of the tags")
    case 424:
      let text = Redaction(secrets).line(response.body)
      throw DeliveryFailure(
        .tryAgain(after: nil),
        "\(address.host) answered 424: a service didn't accept it"
          + (text.isEmpty ? "" : ": \(text)")
      )
    default:
      try HTTPVerdict.check(
        response, from: address.host, now: services.now, redacting: secrets,
        hints: [404: "check base_url", 403: "the server doesn't allow sending with this key"])
    }
    try HTTPVerdict.checkIsNoPage(response, from: address.host, redacting: secrets)
    return "sent by \(address.host)"
  }
}
