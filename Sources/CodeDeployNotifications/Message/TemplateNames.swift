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
      "duration_seconds", "console_url",
    ] { known[name] = [] }
    return known
  }()

  /// What only a request's templates have besides.
  private static let ofRequests = [
    "is": DeploymentEvent.allCases.map(\.rawValue) + ["rollback"], "title": [], "body": [],
    "secret": [],
  ]

  /// Names whose members the user chooses.
  private static let open: Set = ["labels", "secret"]

  /// The members of a name that stands for an object, none where the user chooses them; `nil` for
  /// other names.
  static func members(of name: String, ofRequest isRequest: Bool) -> [String]? {
    if open.contains(name) { return isRequest || name != "secret" ? [] : nil }
    let members = known[name] ?? (isRequest ? ofRequests[name] : nil)
    return members.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The unknown names in a template's tags, each once, in order.
  package static func unknown(in template: String, ofRequest isRequest: Bool = false) -> [Unknown] {
    var scope = Scope(known: isRequest ? known.merging(ofRequests) { first, _ in first } : known)
    var unknown: [Unknown] = []
    for tag in tags(of: template) {
      if tag.kind == "/" { scope.close() }
      let name = tag.name
      if let name, let found = scope.unknownName(name), !unknown.contains(found) {
        unknown.append(found)
      }
      if tag.isSection { scope.open(tag.kind == "#" ? name.map(String.init) : nil) }
    }
    return unknown
  }

  /// Warnings about a setting's template, a sentence for each name that is never filled in and
  /// for each function that makes nothing of its value.
  package static func warnings(
    _ setting: String, _ template: String, ofRequest isRequest: Bool = false
  ) -> [String] {
    let functions = functionWarnings(setting, template, ofRequest: isRequest)
    return functions
      + unknown(in: template, ofRequest: isRequest).map { unknown in
        let hint = unknown.nearest.map { "; did you mean {{\($0)}}?" } ?? ""
        return "\(setting): there is no value named \(unknown.name)\(hint)"
      }
  }

  /// The tags with a name that stand in no section, as they are written.
  static func tagsOutsideSections(of template: String) -> [String] {
    var depth = 0
    var found: [String] = []
    for tag in tags(of: template) {
      if tag.kind == "/" { depth -= 1 }
      if tag.isSection { depth += 1 }
      guard depth == 0, tag.kind != "/", tag.name != nil else { continue }
      found.append(tag.text.hasPrefix("{") ? "{{\(tag.text)}}}" : "{{\(tag.text)}}")
    }
    return found
  }

  /// What a name can stand for at a place of a template: in a section names are first looked up in
  /// the section's value.
  private struct Scope {
    let known: [String: [String]]
    /// The names of the sections around the place, the innermost last; `nil` for one that has no
    /// value to look in.
    private var sections: [String?] = []

    init(known: [String: [String]]) { self.known = known }

    mutating func open(_ name: String?) { sections.append(name) }
    mutating func close() { _ = sections.popLast() }

    /// The members of the sections' values, the innermost first.
    private var members: [String] {
      sections.reversed().compactMap(\.self).flatMap { known[$0] ?? [] }
    }

    func unknownName(_ name: Substring) -> Unknown? {
      let steps = name.split(separator: ".").map(String.init)
      guard let first = steps.first, !isInOpenSection || known[first] != nil else { return nil }
      if known[first] != nil, TemplateNames.open.contains(first) {
        // Members of these are texts, which have no members.
        return steps.count > 2 ? Unknown(name: String(name)) : nil
      }
      if let members = known[first], steps.count > 1 {
        guard !members.contains(steps[1]) else { return nil }
        let nearest = NearestName.of(steps[1], among: members).map { "\(first).\($0)" }
        return Unknown(name: String(name), nearest: nearest)
      }
      if known[first] != nil || members.contains(first) { return nil }
      return Unknown(name: String(name), nearest: nearest(first, isWhole: steps.count == 1))
    }

    private var isInOpenSection: Bool {
      sections.contains { $0.map { known[$0] != nil && TemplateNames.open.contains($0) } ?? false }
    }

    /// The known name that is nearest, written as it is reached from here.
    private func nearest(_ name: String, isWhole: Bool) -> String? {
      var reached = Dictionary((known.keys + members).map { ($0, $0) }) { first, _ in first }
      if isWhole {
        // Several objects have a `message` or a `label`.
        let objects = ["failure", "revision"] + known.keys.sorted()
        for object in objects {
          for member in known[object] ?? [] where reached[member] == nil {
            reached[member] = "\(object).\(member)"
          }
        }
      }
      return NearestName.of(name, among: reached.keys.sorted()).flatMap { reached[$0] }
    }
  }
}
