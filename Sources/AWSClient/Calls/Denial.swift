import CodeDeployNotifications

/// What AWS says about a call that IAM denied: the principal, the action and the kind of policy.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
struct Denial: Sendable, Equatable {
  /// The action, such as `codedeploy:ListDeployments`.
  var action: String
  /// Who was denied, in words; `nil` where AWS doesn't say.
  var principal: String?
  /// The kind of policy that doesn't allow the action, such as `session policy`.
  var silentPolicy: String?
  /// Whether a policy denies it explicitly, so that allowing it elsewhere doesn't help.
  var isExplicit: Bool

  /// AWS's messages have some hundred characters.
  private static let messageLimit = 4096

  /// `nil` where the message names no action.
  init?(_ message: String) {
    let words = Words(message.utf8.prefix(Self.messageLimit))
    guard
      let name = words.after("ot authorized to perform: ")
        ?? words.after("ot authorized to perform ")
    else {
      return nil
    }
    action = String(name.prefix { $0.isASCIIAlphanumeric || ":*-".contains($0) })
    let parts = action.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
    let arn = words.after("User: ").flatMap { $0.hasPrefix("arn:") ? $0 : nil }
    principal = arn.map(Self.name)
    silentPolicy = words.between("because no ", " allows").flatMap {
      $0.hasSuffix("policy") || $0.hasSuffix("boundary") ? $0 : nil
    }
    isExplicit = words.contains("explicit deny")
  }

  /// What has to be changed.
  var remedy: String {
    let whose = principal.map { " of \($0)" } ?? ""
    if isExplicit {
      return "A policy\(whose) denies \(action) explicitly: remove that statement, since no other "
        + "policy overrides it."
    }
    guard let silentPolicy, silentPolicy != "identity-based policy" else {
      return "Allow \(action) in an IAM policy\(whose)."
    }
    return "Allow \(action) in the \(silentPolicy)\(whose)."
  }

  /// `the role reader` for `arn:aws:sts::123456789012:assumed-role/reader/session`.
  private static func name(_ arn: String) -> String {
    let parts = arn.split(separator: ":", maxSplits: 5).last?.split(separator: "/") ?? []
    guard parts.count > 1 else { return arn.inSentence(upTo: 200) }
    switch parts[0] {
    case "assumed-role": return "the role \(String(parts[1]).inSentence(upTo: 100))"
    case "user": return "the user \(String(parts[parts.count - 1]).inSentence(upTo: 100))"
    default: return arn.inSentence(upTo: 200)
    }
  }
}

/// Finds the text beside known words, in one pass for each.
private struct Words {
  let bytes: [UInt8]

  init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

  func contains(_ text: StaticString) -> Bool { end(of: text) != nil }

  /// The word after a text, up to the next blank.
  func after(_ text: StaticString) -> String? {
    end(of: text).map { String(decoding: bytes[$0...].prefix { $0 > 0x20 }, as: UTF8.self) }
  }

  /// The text between two others, if it is short and in lower case.
  func between(_ first: StaticString, _ second: StaticString) -> String? {
    guard let begin = end(of: first) else { return nil }
    let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
    let words = bytes[begin...].prefix(64).prefix { letters.contains($0) || " -".utf8.contains($0) }
    let text = String(decoding: words, as: UTF8.self)
    return text.range(of: "\(second)").map { String(text[..<$0.lowerBound]) }
  }

  private func end(of text: StaticString) -> Int? {
    text.withUTF8Buffer { wanted in
      var index = 0
      while let found = bytes[index...].firstIndex(of: wanted[0]) {
        let end = found + wanted.count
        guard end <= bytes.count else { return nil }
        if bytes[found..<end].elementsEqual(wanted) { return end }
        index = found + 1
      }
      return nil
    }
  }
}
