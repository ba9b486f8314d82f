import Foundation

/// The message that a channel sends.
public struct ChannelMessage: Sendable {
  /// The facts, free of control characters. `id` is the idempotency key, the same on every attempt.
  public var notification: DeploymentNotification
  /// One line: the default headline, or the result of the registration's `title` template.
  public var title: Wording
  /// Some lines: the default story, or the result of the registration's `body` template.
  public var body: Wording
  /// Whether it is the sample of a test: its deployment doesn't exist, and neither does its revision.
  public var isSample = false
  /// The result of the `body` template with at most this many UTF-16 units of the log's end; `nil`
  /// where there is no such template.
  package var bodyWithLog: (@Sendable (_ room: Int) -> String)?
  /// The same of the `title` template.
  package var titleWithLog: (@Sendable (_ room: Int) -> String)?

  /// A message from a notification and its wording.
  public init(notification: DeploymentNotification, title: Wording, body: Wording) {
    self.notification = notification
    self.title = title
    self.body = body
  }

  /// A text, and whether a user's template made it.
  public struct Wording: Sendable, Hashable {
    /// The text.
    public var text: String
    /// Whether a user's template made the text. Then the values in it are escaped for the channel's
    /// markup, and the template's own text is markup.
    public var isTemplate: Bool

    /// A text: plain, unless a template made it.
    public init(_ text: String, isTemplate: Bool = false) {
      self.text = text
      self.isTemplate = isTemplate
    }

    /// The text in the channel's markup: escaped unless a template made it.
    public func markup(_ escape: (String) -> String) -> String {
      isTemplate ? text : escape(text)
    }
  }
}

extension ChannelMessage {
  /// Words a notification for a type of channel: by the registration's own templates, else in the
  /// default form, which says so if the message is late at `now`. A template that comes to nothing
  /// gives way to the default form, since most providers refuse an empty text, and so does one that
  /// isn't accepted any more. Throws
  /// `TemplateProblem`.
  ///
  /// - Parameter overdueAfter: How long after its creation a deployment is overdue, for the message
  ///   about one that is.
  package init(
    _ notification: DeploymentNotification, templates: ChannelConfiguration, now: Date? = nil,
    overdueAfter: Duration? = nil,
    escaping escape: @escaping @Sendable (String) -> String = { $0 }
  ) throws {
    let clean = notification.cleaned
    let title = try Templated(templates.title, setting: "title", clean, escaping: escape)
    let body = try Templated(templates.body, setting: "body", clean, escaping: escape)
    var notification = clean
    notification.telling = now.map {
      DeploymentNotification.Telling(
        at: $0, hasOwnTitle: title != nil, overdueAfter: overdueAfter)
    }
    self.init(
      notification: notification,
      title: title?.wording ?? Wording(notification.headline),
      body: body?.wording ?? Wording(notification.story))
    guard notification.logTail != nil else { return }
    titleWithLog = title?.withLog
    bodyWithLog = body?.withLog
  }

  /// The result of a template that didn't come to nothing.
  private struct Templated {
    let wording: Wording
    /// The result with at most this many UTF-16 units of the log's end.
    let withLog: @Sendable (_ room: Int) -> String

    init?(
      _ template: String?, setting: String, _ notification: DeploymentNotification,
      escaping escape: @escaping @Sendable (String) -> String
    ) throws {
      // It may have been registered when this was still accepted.
      guard let written = template, TemplateRules.problem(ofStored: written) == nil
      else { return nil }
      let template = try MessageTemplate(written, setting: setting)
      let text = try template.render(notification, escaping: escape)
      guard !text.isBlank else { return nil }
      wording = Wording(text, isTemplate: true)
      withLog = { room in
        var shorter = notification
        shorter.failure?.logTail = notification.logTail?.cutFront(to: room, .utf16)
        // The whole log could be rendered, so a part of it can.
        return (try? template.render(shorter, escaping: escape)) ?? text
      }
    }
  }
}

extension DeploymentNotification {
  /// The notification with all texts freed of control characters. They come from the deployment's
  /// author, or from a script's log.
  package var cleaned: Self {
    var clean = self
    clean.application = application.cleaned
    clean.deploymentID = deploymentID.cleaned
    clean.deploymentGroup = deploymentGroup?.cleaned
    clean.deploymentConfig = deploymentConfig?.cleaned
    clean.computePlatform = computePlatform.map { ComputePlatform(rawValue: $0.rawValue.cleaned) }
    clean.creator = creator.map { DeploymentCreator(rawValue: $0.rawValue.cleaned) }
    clean.description = description?.cleaned
    clean.revision = revision?.cleaned
    clean.previousRevision = previousRevision?.cleaned
    clean.failure = failure?.cleaned
    clean.deployer = deployer.map { deployer in
      Deployer(
        name: deployer.name?.cleaned, email: deployer.email?.cleaned, source: deployer.source)
    }
    clean.error = error.map {
      Deployment.ErrorInformation(code: $0.code?.cleaned, message: $0.message?.cleaned)
    }
    clean.rollback?.message = rollback?.message?.cleaned
    return clean
  }
}

extension DeploymentNotification.Failure {
  fileprivate var cleaned: Self {
    Self(
      target: target?.cleaned, lifecycleEvent: lifecycleEvent?.cleaned,
      errorCode: errorCode?.cleaned, script: script?.cleaned, message: message?.cleaned,
      logTail: logTail?.cleaned)
  }
}

extension Revision {
  fileprivate var cleaned: Self {
    Self(
      type: RevisionType(rawValue: type.rawValue.cleaned), repository: repository?.cleaned,
      commit: commit?.cleaned,
      bucket: bucket?.cleaned, key: key?.cleaned, version: version?.cleaned, etag: etag?.cleaned,
      content: content?.cleaned, sha256: sha256?.cleaned)
  }
}
