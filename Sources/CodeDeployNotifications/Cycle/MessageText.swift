import Foundation
import Mustache

/// A template of a channel that can't be used.
public struct TemplateProblem: Error, Sendable, CustomStringConvertible {
  /// `title` or `body`.
  public var setting: String
  public var description: String
}

extension ChannelMessage {
  /// Words a notification: by the channel's own templates, else in the default way.
  public init(_ notification: DeploymentNotification, templates: ChannelConfiguration) throws {
    self.init(
      notification: notification,
      title: try Self.render(templates.title, "title", notification) ?? notification.headline,
      body: try Self.render(templates.body, "body", notification) ?? notification.story)
  }

  private static func render(
    _ template: String?, _ setting: String, _ notification: DeploymentNotification
  ) throws -> String? {
    guard let template else { return nil }
    let parsed = try MessageTemplate(template, setting: setting)
    return try parsed.render(notification)
  }
}

/// A Mustache template over a notification's JSON names.
public struct MessageTemplate: Sendable {
  private let template: MustacheTemplate
  private let setting: String

  /// Throws `TemplateProblem` where the template is broken.
  public init(_ text: String, setting: String) throws {
    self.setting = setting
    do {
      // The text goes into channels that escape it themselves, so HTML's escaping is off.
      template = try MustacheTemplate(string: "{{% CONTENT_TYPE:TEXT}}" + text)
    } catch {
      throw TemplateProblem(
        setting: setting, description: "the template of \(setting) is broken: \(error)")
    }
  }

  func render(_ notification: DeploymentNotification) throws -> String {
    let json = try JSONCoding.encoder().encode(notification)
    let values = try JSONSerialization.jsonObject(with: json)
    return template.render(values)
  }
}

extension DeploymentNotification {
  /// One line: what, which version, where, how it ended.
  public var headline: String {
    var line = application
    if let revision { line += " \(revision.label)" }
    line += ": "
    line += rollback?.triggeredBy == nil ? "deployment" : "rollback"
    if let deploymentGroup { line += " to \(deploymentGroup)" }
    switch event {
    case .started: line += " started"
    case .ready: line += " is ready for its traffic"
    case .succeeded: line += " succeeded"
    case .failed: line += " failed"
    case .stopped: line += " was stopped"
    }
    if event.isEnd, let durationSeconds {
      line += event == .succeeded ? " in " : " after "
      line += Duration.seconds(durationSeconds).inWords
    }
    return line
  }

  /// Some lines of plain text: the headline and the facts behind it.
  public var story: String {
    var lines = [headline]
    func add(_ label: String, _ value: String?) {
      if let value, !value.isEmpty { lines.append("\(label): \(value)") }
    }
    add("Why", failureLine)
    add("Rollback of", rollback?.triggeredBy)
    add("Rolled back by", rollback?.rolledBackBy)
    add("Description", description)
    add("Deployed by", deployer?.email ?? deployer?.name)
    add("Deployment", deploymentID)
    add("Region", region)
    add("Created by", creator)
    add("Changes", compareURL)
    add("Console", consoleURL)
    return lines.joined(separator: "\n")
  }

  private var failureLine: String? {
    let parts = [error?.code, error?.message].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: ": ")
  }
}
