import CodeDeployNotifications
import Foundation

/// The rules for combinations of a webhook's settings and for single ones. Values may be
/// references.
enum WebhookRules {
  private typealias Known = WebhookChannel

  static func check(_ settings: SettingValues) throws(SettingProblem) {
    for (name, value) in settings.family(Known.header.name) {
      try WebhookFields.check(name, value: SettingValues.literal(value))
    }
    try checkWhatNeedsABody(settings)
    try checkSecrets(settings)
    try checkBody(settings, for: RequestSamples.usual)
  }

  /// What is asked of a new registration only: one of before may be right for all that it
  /// announces.
  static func checkNew(_ settings: SettingValues) throws(SettingProblem) {
    for (setting, text) in templates(settings) where text.contains("{{") {
      if let problem = TemplateRules.problem(of: text, ofRequest: true) {
        throw SettingProblem(setting, problem)
      }
    }
    try checkBody(settings, for: RequestSamples.all)
  }

  private static func checkBody(
    _ settings: SettingValues, for samples: @autoclosure () -> [RequestSamples.Sample]
  ) throws(SettingProblem) {
    guard let body = settings.literal(Known.requestBody) else { return }
    // A type that is kept elsewhere can be any, so that there is nothing to hold a result to.
    let isElsewhere =
      settings.isSet(Known.contentType) && settings.literal(Known.contentType) == nil
    try Self.body(
      body, contentType: isElsewhere ? "text/plain" : settings.literal(Known.contentType),
      logLimit: settings.known(Known.logLimit) ?? nil
    )
    .check(secrets: settings.family(Known.secret.name).map(\.name), samples: samples())
  }

  private static func checkWhatNeedsABody(_ settings: SettingValues) throws(SettingProblem) {
    if settings.isSet(Known.requestBody) {
      if settings.isSet(Known.format) {
        throw SettingProblem(Known.format, "excludes request_body, which is the whole body")
      }
      return
    }
    guard !settings.isSet(Known.contentType) else {
      throw SettingProblem(
        Known.contentType, "needs request_body; without that the body is cdnotify's JSON")
    }
    // An address that is kept elsewhere may have placeholders.
    let isFilledIn =
      settings.literal(Known.url.name) == nil
      || templates(settings).contains { $0.text.contains("{{") }
    guard !settings.isSet(Known.logLimit) || isFilledIn else {
      throw SettingProblem(
        Known.logLimit,
        "has nothing to cut: neither request_body nor url nor a header field has a {{…}} to fill in"
      )
    }
  }

  /// Every secret that a template uses must be set, and have a name that a template can use.
  private static func checkSecrets(_ settings: SettingValues) throws(SettingProblem) {
    let known = settings.family(Known.secret.name).map(\.name)
    for name in known where name.wholeMatch(of: /[A-Za-z0-9_-]+/) == nil {
      throw SettingProblem(
        Known.secret.name + name,
        "can't be used in a template: NAME in secret.NAME has letters, digits, _ and - only")
    }
    for (setting, text) in templates(settings) {
      for name in RequestTemplate.secretNames(in: text) where !known.contains(name) {
        throw SettingProblem(
          setting,
          NearestName.of(name, among: known).map {
            "uses {{secret.\(name)}}, which isn't set; did you mean {{secret.\($0)}}? Otherwise add "
              + "secret.\(name)=env:NAME"
          } ?? "uses {{secret.\(name)}}, which isn't set; set it with secret.\(name)=env:NAME")
      }
    }
  }

  /// Warnings about secrets that no template uses, and about placeholders that are never filled in.
  static func warnings(_ settings: SettingValues) -> [String] {
    let texts = templates(settings)
    let count = settings.texts(Known.signing).count
    let rotation =
      count > 2
      ? [
        "secret is given \(count) times, and every request gets that many signatures; a rotation "
          + "needs two, the new one and the old one"
      ] : []
    let warnings =
      rotation
      + texts.flatMap { setting, text in
        TemplateNames.warnings(setting, text, ofRequest: true)
      }
    guard
      single.allSatisfy({ !settings.isSet($0) || settings.literal($0) != nil })
    else { return warnings }
    let used = texts.flatMap { RequestTemplate.secretNames(in: $0.text) }
    return warnings
      + settings.family(Known.secret.name).map(\.name).filter { !used.contains($0) }
      .map { "secret.\($0) isn't used: there is no {{secret.\($0)}}" }
  }

  /// Without a body of the user's own there is room for the words of a message in templates only.
  static func unusedTemplates(_ settings: SettingValues) -> [String] {
    let hasReferences =
      single.contains { settings.isSet($0) && settings.literal($0) == nil }
      || settings.family(Known.header.name).contains { SettingValues.literal($0.value) == nil }
    guard !hasReferences else { return [] }
    let texts = templates(settings).map(\.text).filter { $0.contains("{{") }
    return ["title", "body"].filter { name in !texts.contains { $0.contains(name) } }
  }

  private static let single = [Known.url.name, Known.requestBody.name]

  private static func templates(_ settings: SettingValues) -> [(setting: String, text: String)] {
    let single = single.compactMap { name in
      settings.literal(name).map { (name, $0) }
    }
    return single
      + settings.family(Known.header.name).compactMap { name, value in
        SettingValues.literal(value).map { (Known.header.name + name, $0) }
      }
  }

  static func body(
    _ text: String, contentType: String?, logLimit: Int?
  ) throws(SettingProblem) -> RequestBody {
    try RequestBody(
      text, contentType: contentType ?? "application/json",
      logLimit: logLimit ?? RequestBody.standardLogLimit)
  }
}
