/// What AWS says of a call that IAM doesn't allow: who, what, and which policy it was.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
struct Denial: Sendable, Equatable {
  /// The action, such as `codedeploy:ListDeployments`.
  var action: String
  /// Who isn't allowed, as people call it; `nil` where AWS doesn't say.
  var principal: String?
  /// The kind of policy that says nothing of the action, such as `session policy`.
  var silentPolicy: String?
  /// Whether a policy forbids it, so that allowing it elsewhere doesn't help.
  var isExplicit: Bool

  /// `nil` where the message names no action.
  init?(_ message: String) {
    let pattern = /[Nn]ot authorized to perform:? ([A-Za-z0-9-]+:[A-Za-z0-9*]+)/
    guard let match = message.firstMatch(of: pattern) else { return nil }
    action = String(match.output.1)
    let arn = message.firstMatch(of: /User: (arn:[^ ]+)/).map { String($0.output.1) }
    principal = arn.map(Self.name)
    silentPolicy =
      message.firstMatch(of: /because no ([a-z -]+?(?:policy|boundary)) allows/)
      .map { String($0.output.1) }
    isExplicit = message.contains("explicit deny")
  }

  /// What has to be changed.
  var remedy: String {
    let whose = principal.map { " of \($0)" } ?? ""
    if isExplicit {
      return "A policy\(whose) denies \(action) explicitly: lift that, for no other policy can."
    }
    guard let silentPolicy, silentPolicy != "identity-based policy" else {
      return "Allow \(action) in an IAM policy\(whose)."
    }
    return "Allow \(action) in the \(silentPolicy)\(whose)."
  }

  /// `the role reader` for `arn:aws:sts::123456789012:assumed-role/reader/session`.
  private static func name(_ arn: String) -> String {
    let parts = arn.split(separator: ":", maxSplits: 5).last?.split(separator: "/") ?? []
    guard parts.count > 1 else { return printable(arn, limit: 200) }
    switch parts[0] {
    case "assumed-role": return "the role \(printable(String(parts[1]), limit: 100))"
    case "user": return "the user \(printable(String(parts[parts.count - 1]), limit: 100))"
    default: return printable(arn, limit: 200)
    }
  }
}
