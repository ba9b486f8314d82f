import CodeDeployNotifications

extension Setting where Value == Secret {
  /// A secret that goes into a header field, to be set: one word of visible ASCII, as every provider's
  /// keys are.
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
