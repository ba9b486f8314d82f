import Foundation
import Mustache

/// Why a channel's template can't be used.
package struct TemplateProblem: Error, Sendable, CustomStringConvertible {
  /// `title`, `body`, or a setting that has a template.
  package var setting: String
  /// What is wrong, and where in the template: what follows the setting's name.
  package var reason: String

  package var description: String { "the template of \(setting) \(reason)" }
}

/// A Mustache template over the names of a notification's JSON.
package struct MessageTemplate: Sendable {
  private let template: MustacheTemplate
  private let setting: String

  /// Throws `TemplateProblem` where the template is invalid, with the position.
  package init(_ text: String, setting: String) throws(TemplateProblem) {
    self.setting = setting
    if let problem = TemplateBounds.problem(text) {
      throw TemplateProblem(setting: setting, reason: problem)
    }
    do {
      // Values are escaped for the channel's markup before they are filled in.
      template = try MustacheTemplate(string: Self.prefix + text)
    } catch {
      let reason = (error as? MustacheTemplate.ParserError).map(Self.reason) ?? "is broken"
      throw TemplateProblem(setting: setting, reason: reason)
    }
  }

  private static let prefix = "{{% CONTENT_TYPE:TEXT}}"

  /// The error, with its line and column as the user counts them.
  private static func reason(for error: MustacheTemplate.ParserError) -> String {
    let context = error.context
    let column =
      context.lineNumber == 1
      ? max(1, context.columnNumber - prefix.count) : context.columnNumber
    return
      "is broken at line \(context.lineNumber), column \(column): \(words(for: error.error))"
  }

  private static func words(for error: any Error) -> String {
    switch error as? MustacheTemplate.Error {
    case .sectionCloseNameIncorrect: "this closes a section other than the open one"
    case .unfinishedName:
      "a tag isn't closed with }}, or its name has characters other than a to z, A to Z, digits, ., - "
        + "and _"
    case .expectedSectionEnd: "a section that was opened with {{# or {{^ isn't closed"
    // Such tags are refused by their form before, except in a template of before.
    case .invalidSetDelimiter, .invalidConfigVariableSyntax, .unrecognisedConfigVariable,
      .transformAppliedToInheritanceSection, .illegalTokenInsideInheritSection,
      .textInsideInheritSection:
      "this kind of tag isn't supported here"
    case nil: "the template ends in the middle of a tag"
    }
  }

  /// Fills in values that escape themselves.
  func render(_ values: Any) -> String { template.render(values) }

  /// Fills in the values, each passed through `escape`. Addresses, whose names end in `_url`, are
  /// not: they are percent-encoded, and escaping would break them.
  func render(
    _ notification: DeploymentNotification, escaping escape: (String) -> String
  ) throws -> String {
    let values = try JSONTree(notification).filled { name, text in
      name.hasSuffix("_url") ? text : escape(text)
    }
    return template.render(values)
  }
}

extension JSONTree {
  /// The value as Mustache takes it.
  /// - Parameters:
  ///   - name: Of the member that the value is of, if any.
  ///   - write: What stands for a text, by the name of its member.
  func filled(named name: String = "", _ write: (_ name: String, _ text: String) -> Any) -> Any {
    switch self {
    case .text(let text): write(name, text)
    case .object(let members):
      FilledObject(
        members: Dictionary(
          uniqueKeysWithValues: members.map { ($0, $1.filled(named: $0, write)) }))
    case .list(let elements): FilledList(elements: elements.map { $0.filled(named: name, write) })
    case .number(let number): number
    case .decimal(let number): number
    case .flag(let flag): flag
    case .null: String?.none as Any
    }
  }
}
