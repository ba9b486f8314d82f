import ChannelKit
import CodeDeployNotifications

extension DigestParts {
  /// The digest as a mail's plain text.
  var text: String {
    var texts = [title, ""]
    for line in lines {
      texts.append("\(line.icon) \(line.headline)")
      if let detail = line.detail { texts.append("   \(detail)") }
      texts.append("   \(line.url ?? line.deploymentID)")
    }
    if let leftOut { texts += ["", leftOut] }
    return texts.joined(separator: "\n")
  }
}

extension MailHTML {
  /// The HTML of a digest: the counts, and a row for each deployment in the colour of its tone.
  static func document(of digest: DigestParts) -> String {
    let tone = MailStyle.Tone(digest.tone)
    let rows = digest.lines.map(row).joined(separator: "\n")
    var parts = [
      heading(digest.title, tone, "Digest"),
      """
      <table class="facts" \(plain) width="100%" style="\(MailStyle.facts)">
      \(rows)
      </table>
      """,
    ]
    if let leftOut = digest.leftOut {
      parts.append(
        #"<p class="muted" style="\#(MailStyle.furtherCause)">\#(escape(leftOut))</p>"#)
    }
    return document(
      title: digest.title, preview: digest.lines.first?.headline ?? "", tone: tone, parts: parts,
      footer: "Sent by cdnotify as one mail, because more than digest_above were due at once.")
  }

  private static func row(_ line: DigestParts.Line) -> String {
    let tone = MailStyle.Tone(line.tone)
    let id = escape(line.deploymentID)
    let link = line.url.flatMap(safe).map {
      #"<a class="link" href="\#($0)" style="\#(MailStyle.link)">\#(id)</a>"#
    }
    let detail = line.detail.map {
      #"<p class="muted" style="\#(MailStyle.digestDetail)">\#(escape($0))</p>"#
    }
    return """
      <tr><td class="text line" align="left" style="\(MailStyle.digestRow)">\
      <span class="\(tone.name)" style="color:\(tone.light)">\(tone.icon)</span>&nbsp;\
      \(escape(line.headline)) · \(link ?? id)\(detail ?? "")</td></tr>
      """
  }
}
