import CodeDeployNotifications
import Foundation

/// Which of a webhook's settings go together, and what each must be. Values may be references.
enum WebhookRules {
  static let times: ClosedRange<Duration> = .seconds(1) ... .seconds(30)

  static func check(_ settings: SettingValues) throws(SettingProblem) {
    if let url = settings.literal("url") { _ = try WebhookAddress(url) }
    for secret in settings.list("secret") {
      if let text = SettingValues.literal(secret), text != Secret.mask {
        _ = try WebhookSignature.key(text)
      }
    }
    for (name, value) in settings.family("header.") {
      try WebhookFields.check(name, value: SettingValues.literal(value))
    }
    if let time = settings.literal("timeout") { _ = try timeout(time) }
    if let rule = settings.literal("ok_when") { _ = try SuccessRule(rule) }
    if let type = settings.literal("content_type") { _ = try RequestFormat(contentType: type) }
    try checkWhatNeedsABody(settings)
    try checkSecrets(settings)
    if let body = settings.literal("request_body") {
      try Self.body(
        body, contentType: settings.literal("content_type"),
        logLimit: settings.literal("log_limit")
      )
      .check(secrets: settings.family("secret.").map(\.name))
    }
  }

  private static func checkWhatNeedsABody(_ settings: SettingValues) throws(SettingProblem) {
    if settings.isSet("request_body") {
      if settings.isSet("format") {
        throw SettingProblem("format", "excludes request_body, which is the whole body")
      }
      return
    }
    for name in ["content_type", "log_limit"] where settings.isSet(name) {
      throw SettingProblem(name, "needs request_body: without it the body is cdnotify's JSON")
    }
  }

  /// Every secret that a template asks for must be there.
  private static func checkSecrets(_ settings: SettingValues) throws(SettingProblem) {
    let known = settings.family("secret.").map(\.name)
    for (setting, text) in templates(settings) {
      for name in RequestTemplate.secretNames(in: text) where !known.contains(name) {
        let nearest = NearestName.of(name, among: known).map { "did you mean secret.\($0)? " } ?? ""
        throw SettingProblem(
          setting, "asks for {{secret.\(name)}}; \(nearest)set it with secret.\(name)=env:NAME")
      }
    }
  }

  /// A secret that no template asks for, and what nothing is filled in for.
  static func warnings(_ settings: SettingValues) -> [String] {
    let texts = templates(settings)
    let unknown = texts.flatMap { setting, text in
      TemplateNames.unknown(in: text, ofRequest: true).map { unknown in
        let hint = unknown.nearest.map { "; did you mean {{\($0)}}?" } ?? ""
        return "\(setting): there is nothing of the name \(unknown.name) to fill in\(hint)"
      }
    }
    guard
      ["url", "request_body"].allSatisfy({ !settings.isSet($0) || settings.literal($0) != nil })
    else { return unknown }
    let used = texts.flatMap { RequestTemplate.secretNames(in: $0.text) }
    return unknown
      + settings.family("secret.").map(\.name).filter { !used.contains($0) }
      .map { "secret.\($0) isn't used: {{secret.\($0)}} stands nowhere" }
  }

  private static func templates(_ settings: SettingValues) -> [(setting: String, text: String)] {
    let single = ["url", "request_body"].compactMap { name in
      settings.literal(name).map { (name, $0) }
    }
    return single
      + settings.family("header.").compactMap { name, value in
        SettingValues.literal(value).map { ("header.\(name)", $0) }
      }
  }

  static func body(
    _ text: String, contentType: String?, logLimit: String?
  ) throws(SettingProblem) -> RequestBody {
    try RequestBody(
      text, contentType: contentType ?? "application/json",
      logLimit: logLimit.flatMap { Int($0) } ?? RequestBody.standardLogLimit)
  }

  static func timeout(_ text: String) throws(SettingProblem) -> Duration {
    guard let time = Duration(written: text), times.contains(time) else {
      throw SettingProblem("timeout", "must be from 1s to 30s")
    }
    return time
  }
}
