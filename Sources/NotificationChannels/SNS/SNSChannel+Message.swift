import CodeDeployNotifications
import Crypto
import Foundation

/// The parts of a message in the form that SNS accepts.
extension SNSChannel {
  /// The story. If it is empty, which SNS would refuse, the title replaces it.
  static func text(_ message: ChannelMessage) -> String {
    let body = message.bodyText(within: messageLimit, .utf8)
    return body.isBlank ? message.title.text.oneLine.cut(to: messageLimit, .utf8) : body
  }

  /// The notification as JSON, its long texts shortened as far as necessary, the least useful
  /// first.
  static func json(_ notification: DeploymentNotification) throws -> String {
    let encoder = JSONCoding.encoder()
    var shortened = notification
    var json = try encoder.encode(shortened)
    let texts: [WritableKeyPath<DeploymentNotification, String?>] = [
      \.logTail, \.description, \.content, \.previousContent,
    ]
    for (position, text) in texts.enumerated() {
      let excess = json.count - messageLimit
      guard excess > 0 else { break }
      guard let whole = shortened[keyPath: text] else { continue }
      // A byte of text is at least a byte of JSON, so cutting the excess is always enough.
      let room = max(0, whole.utf8.count - excess)
      let isLog = position == 0
      let rest = isLog ? whole.cutFront(to: room, .utf8) : whole.cut(to: room, .utf8)
      shortened[keyPath: text] = rest.isEmpty ? nil : rest
      json = try encoder.encode(shortened)
    }
    return String(decoding: json, as: UTF8.self)
  }

  /// SNS accepts subjects of fewer than 100 characters of UTF-8, without line ends
  /// (https://docs.aws.amazon.com/sns/latest/api/API_Publish.html). `nil` if nothing is left.
  static func subject(_ text: String) -> String? {
    let subject = text.oneLine.cut(to: 99, .utf16)
    return subject.isEmpty ? nil : subject
  }

  /// A FIFO topic keeps the order within one deployment group. The id has at most 128 printable
  /// ASCII characters without blanks; other characters become `_`.
  static func groupID(_ text: String) -> String {
    String(text.map { isIDCharacter($0) ? $0 : "_" }.prefix(128))
  }

  /// The idempotency key; its hash if it has characters that SNS refuses.
  static func deduplicationID(_ id: String) -> String {
    if !id.isEmpty, id.count <= 128, id.allSatisfy(isIDCharacter) { return id }
    return SHA256.hash(data: Array(id.utf8)).hex
  }

  private static func isIDCharacter(_ character: Character) -> Bool {
    guard let ascii = character.asciiValue else { return false }
    return (33...126).contains(ascii)
  }
}

extension DeploymentNotification {
  /// The texts that can be long, as properties of one type.
  fileprivate var logTail: String? {
    get { failure?.logTail }
    set { failure?.logTail = newValue }
  }
  fileprivate var content: String? {
    get { revision?.content }
    set { revision?.content = newValue }
  }
  fileprivate var previousContent: String? {
    get { previousRevision?.content }
    set { previousRevision?.content = newValue }
  }
}
