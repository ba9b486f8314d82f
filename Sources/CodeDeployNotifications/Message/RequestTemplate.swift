import Foundation
import Mustache

/// A Mustache template of a request body, an address or a header field. It knows the names of the
/// notification's JSON, `title`, `body` and `secret.NAME`.
package struct RequestTemplate: Sendable {
  private let template: MessageTemplate
  private let text: String

  /// Throws `SettingProblem` where the template is invalid, has a partial, a parent, a block, other
  /// delimiters or a pragma, or doesn't use each secret by its own name and as it is.
  package init(_ text: String, setting: String) throws(SettingProblem) {
    for kind in TemplateRules.unsupported where text.contains("{{\(kind)") {
      throw SettingProblem(setting, TemplateRules.usesUnsupported(kind))
    }
    do throws(TemplateProblem) {
      template = try MessageTemplate(text, setting: setting)
    } catch {
      throw SettingProblem(setting, error.reason)
    }
    self.text = text
    if let problem = Self.problem(of: text) { throw SettingProblem(setting, problem) }
  }

  /// Why a tag of the template can't be meant; `nil` for none. A secret that a function changed
  /// couldn't be found again in an answer, to be kept out of it.
  private static func problem(of text: String) -> String? {
    for tag in TemplateNames.tags(of: text) {
      if tag.isEmpty { return "has an empty tag, {{}}: name a value in it, such as {{title}}" }
      let steps = tag.name?.split(separator: ".") ?? []
      guard steps.first == "secret" else { continue }
      if steps.count == 1 {
        return "has {{\(tag.text)}}, which would be every secret: name one, as in {{secret.NAME}}"
      }
      if let function = tag.functions.first {
        return "has \(function)(…) around a secret: a secret can only be filled in as it is, with "
          + "{{\(tag.name ?? "")}}"
      }
    }
    return nil
  }

  /// Fills in the values; `nil` where one of its names comes to nothing, so that `v{{version}}` is
  /// never just `v`. Names within sections may, since a section is there for that.
  package func filled(
    _ values: RequestValues, escaping escape: @escaping @Sendable (String) -> String = { $0 }
  ) throws -> String? {
    for tag in TemplateNames.tagsOutsideSections(of: text) {
      let value = try RequestTemplate(tag, setting: "").render(values) { $0 }
      guard value.contains(where: { !$0.isWhitespace }) else { return nil }
    }
    let text = render(values, escaping: escape).oneLine
    return text.isEmpty ? nil : text
  }

  /// Fills in the values, each passed through `escape`.
  package func render(
    _ values: RequestValues, escaping escape: @escaping @Sendable (String) -> String
  ) -> String {
    var filled = values.members.mapValues { value in
      value.filled { FilledText(raw: $1, escape: escape) }
    }
    filled["secret"] = FilledSecrets(raw: values.secrets, escape: escape)
    return template.render(filled)
  }

  /// The names of the secrets that a template uses.
  package static func secretNames(in text: String) -> [String] {
    // A literal pattern is parsed again for each match, and most addresses aren't templates.
    guard text.contains("{{") else { return [] }
    return text.matches(of: /\{\{[^}]*?secret\.([A-Za-z0-9_-]+)/).map { String($0.1) }
  }
}

/// The values that a request's template is filled in with.
package struct RequestValues: Sendable {
  fileprivate var members: [String: JSONTree]
  fileprivate let secrets: [String: String]

  /// The notification's JSON, its title and body, and the secrets by name. Throws what encoding
  /// throws.
  package init(_ message: ChannelMessage, secrets: [String: String]) throws {
    members = try JSONTree(message.notification).members ?? [:]
    members["title"] = .text(message.title.text)
    members["body"] = .text(message.body.text)
    members["is"] = .object(Self.flags(of: message.notification))
    self.secrets = secrets
  }

  /// Flags for sections, since Mustache can't compare: `{{#is.failed}}…{{/is.failed}}`.
  private static func flags(of notification: DeploymentNotification) -> [String: JSONTree] {
    var flags: [String: JSONTree] = [notification.event.rawValue: .flag(true)]
    if notification.isRollback { flags["rollback"] = .flag(true) }
    return flags
  }

  /// The values with every text but the secrets changed.
  package func changed(_ change: (String) -> String) -> Self {
    var changed = self
    changed.members = members.mapValues { $0.changed(change) }
    return changed
  }
}

extension JSONTree {
  /// The value with every text in it changed.
  fileprivate func changed(_ change: (String) -> String) -> Self {
    switch self {
    case .text(let text): .text(change(text))
    case .list(let elements): .list(elements.map { $0.changed(change) })
    case .object(let members): .object(members.mapValues { $0.changed(change) })
    case .number, .decimal, .flag, .null: self
    }
  }
}

/// A text that is escaped after all of the template's functions.
private struct FilledText: CustomStringConvertible, MustacheTransformable, MustacheParent {
  let raw: String
  let escape: @Sendable (String) -> String

  var description: String { escape(raw) }

  /// A text has no members.
  func child(named: String) -> Any? { nil }

  func transform(_ name: String) -> Any? {
    switch name {
    case "epoch":
      return (try? Date(raw, strategy: .iso8601)).map { Int($0.timeIntervalSince1970) }
    case "plain": return FilledText(raw: raw.withoutCalls, escape: escape)
    default:
      let changed = raw.transform(name)
      guard let text = changed as? any StringProtocol else { return changed }
      return FilledText(raw: String(text), escape: escape)
    }
  }
}

/// The secrets, each to be filled in by its name; together they are nothing.
private struct FilledSecrets: CustomStringConvertible, MustacheParent {
  let raw: [String: String]
  let escape: @Sendable (String) -> String

  var description: String { "" }

  func child(named name: String) -> Any? {
    raw[name].map { FilledSecret(raw: $0, escape: escape) }
  }
}

/// A secret, which no function changes: in any other form it couldn't be kept out of an answer.
private struct FilledSecret: CustomStringConvertible, MustacheTransformable, MustacheParent {
  let raw: String
  let escape: @Sendable (String) -> String

  var description: String { escape(raw) }

  func child(named: String) -> Any? { nil }

  func transform(_ name: String) -> Any? { self }
}

extension String {
  /// The text without anything that a chat reads as a mention or as the end of a code block: an
  /// invisible character follows each `@` and `<`, and `'` replaces a backtick.
  fileprivate var withoutCalls: String {
    var text = UnicodeScalarView()
    for scalar in unicodeScalars {
      text.append(scalar == "`" ? "'" : scalar)
      if scalar == "@" || scalar == "<" { text.append("\u{200B}") }
    }
    return String(text)
  }
}
