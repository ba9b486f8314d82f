/// The names that a template can use, for finding unknown ones.
package enum TemplateNames {
  /// An unknown name, and the known one that may be meant.
  package struct Unknown: Sendable, Hashable {
    package var name: String
    package var nearest: String?
  }

  /// Names of the notification's JSON, each with the names of its members.
  private static let known: [String: [String]] = {
    let revision = [
      "type", "label", "repository", "commit", "bucket", "key", "version", "etag", "content",
      "sha256",
    ]
    var known: [String: [String]] = [
      "revision": revision, "previous_revision": revision,
      "overview": ["succeeded", "failed", "skipped", "in_progress", "pending", "ready"],
      "error": ["code", "message"],
      "failure": ["target", "lifecycle_event", "error_code", "script", "message", "log_tail"],
      "rollback": ["triggered_by", "rolled_back_by", "message"],
      "deployer": ["name", "email", "source"],
    ]
    for name in [
      "version", "id", "event", "status", "application", "deployment_group", "deployment_id",
      "account_id", "account_name", "region", "labels", "compute_platform", "deployment_config",
      "creator", "description", "compare_url", "created_at", "started_at", "completed_at",
      "duration_seconds", "console_url", "title", "body", "late",
    ] { known[name] = [] }
    return known
  }()

  /// Names that only a request's templates have.
  private static let flags = [
    "is": DeploymentEvent.allCases.map(\.rawValue) + ["rollback"]
  ]

  /// Names whose members the user chooses.
  private static let open: Set = ["labels", "secret"]

  /// The unknown names in a template's tags, each once, in order.
  package static func unknown(in template: String, ofRequest isRequest: Bool = false) -> [Unknown] {
    let known = isRequest ? known.merging(flags) { first, _ in first } : known
    var unknown: [Unknown] = []
    var rest = template[...]
    while let begin = rest.firstRange(of: "{{") {
      rest = rest[begin.upperBound...]
      guard let end = rest.firstRange(of: "}}") else { break }
      let tag = rest[..<end.lowerBound]
      rest = rest[end.upperBound...]
      guard let name = name(in: tag), let found = unknownName(name, known), !unknown.contains(found)
      else { continue }
      unknown.append(found)
    }
    return unknown
  }

  /// The name in a tag, without the function that is applied to it; `nil` for tags without a name.
  private static func name(in tag: Substring) -> Substring? {
    var text = tag.drop { " {#^/&\t\n\r".contains($0) }
    // Comments, partials, parents, pragmas and delimiters have no name of a value.
    guard let first = text.first, !"!><%$=.".contains(first) else { return nil }
    while let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")"), open < close {
      text = text[text.index(after: open)..<close]
    }
    let name = text.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }
    return name.isEmpty ? nil : name
  }

  private static func unknownName(
    _ name: Substring, _ known: [String: [String]]
  ) -> Unknown? {
    let steps = name.split(separator: ".").map(String.init)
    guard let first = steps.first else { return nil }
    if open.contains(first) { return nil }
    let within = Set(known.values.joined())
    guard let members = known[first] else {
      // Within a section, names are first looked up in the section's value.
      if steps.count == 1, within.contains(first) { return nil }
      let all = steps.count == 1 ? Set(known.keys).union(within) : Set(known.keys)
      return Unknown(name: String(name), nearest: NearestName.of(first, among: all.sorted()))
    }
    guard steps.count > 1, !members.contains(steps[1]) else { return nil }
    let nearest = NearestName.of(steps[1], among: members).map { "\(first).\($0)" }
    return Unknown(name: String(name), nearest: nearest)
  }
}
