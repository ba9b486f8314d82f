import CodeDeployNotifications

/// A mail's HTML part: one column that fits a phone and a wide window, in light and in dark.
///
/// Mail programs support little HTML and less CSS. So the layout is tables with inline styles, and
/// what isn't supported everywhere (dark colours and the narrow layout) is in a style sheet
/// (`MailStyle`). It loads nothing and has no scripts.
struct MailHTML {
  private typealias Style = MailStyle

  private let notification: DeploymentNotification
  private let title: String
  /// The result of a user's template, which replaces the story.
  private let body: String?

  init(_ notification: DeploymentNotification, title: String, body: String? = nil) {
    self.notification = notification
    self.title = title
    self.body = body
  }

  var document: String {
    Self.document(
      title: title, preview: preview, tone: tone, parts: parts,
      footer: "Sent by cdnotify for \(notification.application), deployment "
        + "\(notification.deploymentID) in \(notification.region).")
  }

  /// A mail whose parts are HTML; the other texts are plain.
  static func document(
    title: String, preview: String, tone: MailStyle.Tone, parts: [String], footer: String
  ) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="supported-color-schemes" content="light dark">
    <meta name="format-detection" content="telephone=no, date=no, address=no, email=no">
    <title>\(escape(title))</title>
    <style>
    \(Style.sheet)
    </style>
    </head>
    <body class="page" style="\(Style.page)">
    <div style="display:none;max-height:0;overflow:hidden">\(escape(preview))</div>
    <table role="presentation" class="page" \(plain) width="100%" style="\(Style.frame)"><tr>
    <td align="center" class="frame" style="padding:24px 12px">
    <!--[if mso]><table role="presentation" width="640"><tr><td><![endif]-->
    <table role="presentation" class="card" \(plain) width="100%" style="\(Style.card)">
    <tr><td class="bar" bgcolor="\(tone.light)" style="\(Style.bar(tone))">&nbsp;</td></tr>
    <tr><td class="inner text" align="left" style="\(Style.inner)">
    \(parts.joined(separator: "\n"))
    </td></tr>
    </table>
    <!--[if mso]></td></tr></table><![endif]-->
    <p class="muted" style="\(Style.footer)">\(escape(footer))</p>
    </td></tr></table>
    </body>
    </html>
    """
  }

  static let plain = #"cellpadding="0" cellspacing="0" border="0""#

  /// The most important part comes first.
  private var parts: [String] {
    var parts = [heading]
    if let body {
      parts.append(#"<div style="\#(Style.prose)">\#(Self.lines(body))</div>"#)
      parts.append(links)
    } else {
      parts += [causes, rollback, links, facts, log]
    }
    return parts.filter { !$0.isEmpty }
  }

  // MARK: The parts

  private var heading: String { Self.heading(title, tone, status) }

  static func heading(_ title: String, _ tone: MailStyle.Tone, _ status: String) -> String {
    """
    <p class="\(tone.name)" style="\(Style.label(tone))">\(tone.icon)&nbsp;\(escape(status))</p>
    <h1 class="text" style="\(Style.headline)">\(escape(title))</h1>
    """
  }

  private var causes: String {
    guard !notification.causes.isEmpty else { return "" }
    let lines = notification.causes.enumerated().map { index, cause in
      let text = Self.escape(cause.cut(to: 2000, .utf16))
      // The most direct cause says most; what follows is more general.
      return index == 0
        ? #"<p style="\#(Style.cause)">\#(text)</p>"#
        : #"<p class="muted" style="\#(Style.furtherCause)">\#(text)</p>"#
    }
    return """
      <div class="box \(tone.name)-box" style="\(Style.box(tone))">
      <p class="\(tone.name)" style="\(Style.boxTitle(tone))">Why</p>
      \(lines.joined(separator: "\n"))
      </div>
      """
  }

  private var rollback: String {
    guard let story = notification.rollbackStory else { return "" }
    return """
      <div class="box plain-box" style="\(Style.plainBox)">
      <p class="muted" style="\(Style.plainBoxTitle)">Rollback</p>
      <p style="\(Style.cause)">\(Self.escape(story.cut(to: 2000, .utf16)))</p>
      </div>
      """
  }

  private var links: String {
    let cells = notification.links.enumerated().compactMap { index, link -> String? in
      guard let url = Self.safe(link.url) else { return nil }
      let isFirst = index == 0
      return """
        <a class="button\(isFirst ? " first" : "")" href="\(url)" style="\(Style.button(isFirst))">\
        \(Self.escape(link.label))</a>
        """
    }
    guard !cells.isEmpty else { return "" }
    return #"<p style="margin:20px 0 0">\#(cells.joined(separator: "\n"))</p>"#
  }

  private var facts: String {
    let rows = notification.facts.map { fact in
      let text = Self.escape(fact.value.cut(to: 4000, .utf16))
      let url = fact.url.flatMap(Self.safe)
      let value = url.map { #"<a class="link" href="\#($0)" style="\#(Style.link)">\#(text)</a>"# }
      return """
        <tr>
        <th class="fact muted line" scope="row" align="left" style="\(Style.factLabel)">\
        \(Self.escape(fact.label))</th>
        <td class="fact text line value" align="left" style="\(Style.factValue)">\(value ?? text)</td>
        </tr>
        """
    }
    guard !rows.isEmpty else { return "" }
    return """
      <table class="facts" \(Self.plain) width="100%" style="\(Style.facts)">
      \(rows.joined(separator: "\n"))
      </table>
      """
  }

  private var log: String {
    guard let log = notification.logTail else { return "" }
    return """
      <p class="muted" style="\(Style.logTitle)">The last lines of the log</p>
      <pre class="log" style="\(Style.log)">\(Self.escape(Self.trimmed(log)))</pre>
      """
  }

  // MARK: The words

  /// The text that lists of mails show beside the subject.
  private var preview: String {
    let text = notification.causes.first ?? notification.rollbackStory ?? notification.description
    return (body?.oneLine ?? text ?? notification.deploymentID).cut(to: 200, .utf16)
  }

  private var status: String {
    let isRollback = notification.isRollback
    switch notification.event {
    case .started: return isRollback ? "Rollback started" : "Started"
    case .ready: return "Ready for traffic"
    case .overdue: return "Overdue"
    case .succeeded: return isRollback ? "Rolled back" : "Succeeded"
    case .failed: return isRollback ? "Rollback failed" : "Failed"
    case .stopped: return isRollback ? "Rollback stopped" : "Stopped"
    }
  }

  private var tone: Style.Tone { Style.Tone(notification.tone) }

  // MARK: Text as HTML

  /// Text without markup, for elements and attributes.
  static func escape(_ text: String) -> String { text.cleaned.escapedHTML }

  /// The same, with line ends kept.
  static func lines(_ text: String) -> String {
    escape(trimmed(text)).split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .joined(separator: "<br>\n")
  }

  /// Without empty lines at both ends.
  private static func trimmed(_ text: String) -> String {
    var text = text[...]
    while let first = text.first, first.isNewline { text.removeFirst() }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }

  /// The address if it is safe in a link: an http or https address, not a script.
  static func safe(_ url: String) -> String? {
    url.hasPrefix("https://") || url.hasPrefix("http://") ? escape(url) : nil
  }
}
