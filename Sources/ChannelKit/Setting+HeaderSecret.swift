import CodeDeployNotifications

extension Setting where Value == Secret {
  /// A required secret for a header field: one word of visible ASCII, as the keys of all providers
  /// are.
  public static func headerSecret(
    _ name: String, required: Requirement, _ summary: String = ""
  ) -> Self {
    secret(name, required: required, summary).reading { secret throws(SettingProblem) in
      let text = secret.revealed.utf8
      guard !text.isEmpty, text.allSatisfy({ (33...126).contains($0) }) else {
        throw SettingProblem("must be one word of visible ASCII characters")
      }
      return secret
    }
  }
}
