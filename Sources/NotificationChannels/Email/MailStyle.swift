import CodeDeployNotifications

/// The style of a mail's HTML part. The inline styles are for light colours and a wide window,
/// which every mail program shows; the style sheet makes it dark or narrow where it is supported.
enum MailStyle {
  /// The colours of a message, each with enough contrast to its background (WCAG 2.1, AA).
  struct Tone {
    let name: String
    let icon: String
    let light: String
    let lightGround: String
    let dark: String
    let darkGround: String

    init(_ tone: DeploymentNotification.Tone) {
      switch tone {
      case .good: self = Self("good", "&#10003;", "#1a7f37", "#dafbe1", "#3fb950", "#12261e")
      case .bad: self = Self("bad", "&#10005;", "#cf222e", "#ffebe9", "#ff7b72", "#2c1618")
      case .doubtful:
        self = Self("doubtful", "&#9888;&#65038;", "#9a6700", "#fff8c5", "#d29922", "#272115")
      case .neutral: self = Self("neutral", "&#9679;", "#0969da", "#ddf4ff", "#58a6ff", "#121d2f")
      }
    }

    private init(
      _ name: String, _ icon: String, _ light: String, _ lightGround: String, _ dark: String,
      _ darkGround: String
    ) {
      self.name = name
      self.icon = icon
      self.light = light
      self.lightGround = lightGround
      self.dark = dark
      self.darkGround = darkGround
    }
  }

  private static let font =
    "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"
  private static let fixed =
    "ui-monospace,SFMono-Regular,Menlo,Consolas,'Liberation Mono',monospace"
  private static let breaking = "overflow-wrap:anywhere;word-break:break-word"

  static let page =
    "margin:0;padding:0;background:#f6f8fa;color:#1f2328;font-family:\(font);"
    + "-webkit-text-size-adjust:100%;text-size-adjust:100%"
  static let frame = "background:#f6f8fa"
  static let card =
    "max-width:640px;background:#ffffff;border:1px solid #d1d9e0;border-radius:10px;"
    + "border-collapse:separate;overflow:hidden;table-layout:fixed"
  static func bar(_ tone: Tone) -> String {
    "height:6px;line-height:6px;font-size:0;background:\(tone.light);border-radius:9px 9px 0 0"
  }
  static let inner =
    "padding:24px 32px 28px;font-family:\(font);font-size:15px;line-height:1.5;color:#1f2328;"
    + breaking
  static func label(_ tone: Tone) -> String {
    "margin:0 0 6px;font-size:13px;font-weight:600;line-height:1.4;color:\(tone.light)"
  }
  static let headline =
    "margin:0;font-size:20px;line-height:1.35;font-weight:600;color:#1f2328;text-wrap:balance;"
    + breaking
  static let prose = "margin:16px 0 0;\(breaking)"
  static func box(_ tone: Tone) -> String {
    "margin:20px 0 0;padding:12px 16px;background:\(tone.lightGround);"
      + "border-left:3px solid \(tone.light);border-radius:4px;\(breaking)"
  }
  static func boxTitle(_ tone: Tone) -> String {
    "margin:0 0 4px;font-size:13px;font-weight:600;color:\(tone.light)"
  }
  static let plainBox =
    "margin:16px 0 0;padding:12px 16px;background:#f6f8fa;border-left:3px solid #afb8c1;"
    + "border-radius:4px;\(breaking)"
  static let plainBoxTitle = "margin:0 0 4px;font-size:13px;font-weight:600;color:#59636e"
  static let cause = "margin:0"
  static let furtherCause = "margin:8px 0 0;font-size:14px;color:#59636e"
  static func button(_ isFirst: Bool) -> String {
    "display:inline-block;margin:0 8px 8px 0;padding:9px 18px;border-radius:6px;font-size:14px;"
      + "font-weight:600;line-height:1.4;text-decoration:none;"
      + (isFirst
        ? "background:#1f2328;border:1px solid #1f2328;color:#ffffff"
        : "background:#ffffff;border:1px solid #d1d9e0;color:#1f2328")
  }
  static let facts = "margin:16px 0 0;border-collapse:collapse;table-layout:fixed"
  static let factLabel =
    "width:150px;padding:8px 12px 8px 0;border-top:1px solid #e6eaef;font-size:14px;"
    + "font-weight:400;color:#59636e;vertical-align:top"
  static let factValue =
    "padding:8px 0;border-top:1px solid #e6eaef;font-size:14px;color:#1f2328;"
    + "vertical-align:top;\(breaking)"
  static let digestRow =
    "padding:8px 0;border-top:1px solid #e6eaef;font-size:14px;color:#1f2328;\(breaking)"
  static let digestDetail = "margin:4px 0 0 20px;font-size:13px;color:#59636e"
  static let link = "color:#0969da;text-decoration:underline"
  static let logTitle = "margin:20px 0 6px;font-size:13px;font-weight:600;color:#59636e"
  static let log =
    "margin:0;padding:14px 16px;background:#f6f8fa;border:1px solid #e6eaef;border-radius:6px;"
    + "font-family:\(fixed);font-size:12px;line-height:1.5;color:#1f2328;white-space:pre-wrap;"
    + "overflow-x:auto;\(breaking)"
  static let footer =
    "max-width:640px;margin:16px auto 0;padding:0 12px;font-family:\(font);font-size:12px;"
    + "line-height:1.5;color:#59636e;text-align:center;\(breaking)"

  /// Mail programs ignore rules that they don't support. Every rule has to override an inline
  /// style.
  static let sheet: String = {
    let tones = [
      DeploymentNotification.Tone.good, .bad, .doubtful, .neutral,
    ].map(Tone.init)
    let colours = tones.flatMap { tone in
      [
        ".\(tone.name) { color: \(tone.dark) !important; }",
        ".\(tone.name)-box { background: \(tone.darkGround) !important;"
          + " border-left-color: \(tone.dark) !important; }",
      ]
    }
    return """
      :root { color-scheme: light dark; supported-color-schemes: light dark; }
      @media (prefers-color-scheme: dark) {
      .page { background: #0d1117 !important; color: #e6edf3 !important; }
      .card { background: #161b22 !important; border-color: #30363d !important; }
      .text { color: #e6edf3 !important; }
      .muted { color: #9198a1 !important; }
      .line { border-top-color: #2a313a !important; }
      .link { color: #58a6ff !important; }
      .plain-box { background: #21262d !important; border-left-color: #6e7681 !important; }
      .log { background: #0d1117 !important; border-color: #30363d !important; \
      color: #e6edf3 !important; }
      .button { background: #21262d !important; border-color: #3d444d !important; \
      color: #e6edf3 !important; }
      .first { background: #e6edf3 !important; border-color: #e6edf3 !important; \
      color: #161b22 !important; }
      \(colours.joined(separator: "\n"))
      }
      @media (max-width: 480px) {
      .frame { padding: 8px 6px 20px !important; }
      .inner { padding: 18px 16px 20px !important; }
      .fact { display: block !important; width: auto !important; }
      .fact.muted { padding: 8px 0 0 !important; font-size: 12px !important; }
      .value { padding: 0 0 8px !important; border-top: 0 !important; }
      .button { display: block !important; margin-right: 0 !important; \
      text-align: center !important; }
      }
      """
  }()
}
