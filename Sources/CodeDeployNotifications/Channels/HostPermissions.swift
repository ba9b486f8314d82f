/// What the host that polls lets channels use. Whoever can write the store decides what channels
/// do; the host decides what they may run and read on it.
package struct HostPermissions: Sendable, Hashable {
  /// Absolute paths of programs and of folders with programs; `nil` for all.
  private var commands: [String]?
  private var isCommandsSet = false
  /// Kinds and patterns of references; `nil` for all.
  private var references: [Pattern]?
  /// Whether other hosts poll the same store, and may have what this one lacks. Then files may be
  /// read only if `references` allows them.
  let isStoreShared: Bool

  private struct Pattern: Sendable, Hashable {
    var source: SettingReference.Source
    var name: String
  }

  /// Everything that is safe on any host.
  package static let all = Self()

  private init() { isStoreShared = false }

  /// Reads `CDNOTIFY_ALLOW_EXEC` and `CDNOTIFY_ALLOW_REFERENCES`. If they aren't set, a store that
  /// other hosts write to allows no command and no file, and any other store allows all.
  ///
  /// Throws `DocumentProblem` with the variable's name.
  package init(environment: [String: String], isStoreShared: Bool) throws(DocumentProblem) {
    self.isStoreShared = isStoreShared
    if let text = environment[Self.commandsName] {
      commands = try Self.commands(text)
      isCommandsSet = true
    } else if isStoreShared {
      commands = []
    }
    if let text = environment[Self.referencesName] { references = try Self.patterns(text) }
  }

  private static let commandsName = "CDNOTIFY_ALLOW_EXEC"
  private static let referencesName = "CDNOTIFY_ALLOW_REFERENCES"

  private static func commands(_ text: String) throws(DocumentProblem) -> [String] {
    let commands = text.split(separator: ":").map(String.init)
    for command in commands where !command.hasPrefix("/") || hasSteps(command) {
      throw DocumentProblem(
        commandsName,
        "\"\(command)\" is not an absolute path; write paths of programs or folders, separated by "
          + "colons")
    }
    return commands.map { $0.count > 1 && $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
  }

  private static func patterns(_ text: String) throws(DocumentProblem) -> [Pattern] {
    var patterns: [Pattern] = []
    for part in text.split(separator: ",") {
      let entry = part.trimmingPrefix(while: \.isWhitespace)
      guard case .reference(let reference) = SettingReference.read(String(entry)),
        !reference.name.isEmpty, Glob.problem(in: reference.name) == nil,
        reference.source != .file || reference.name.hasPrefix("/")
      else {
        throw DocumentProblem(
          referencesName,
          "\"\(entry)\" is not a pattern for references; write patterns such as env:NAME, "
            + "file:/PATH, credential:*, ssm:* and secretsmanager:*, separated by commas")
      }
      patterns.append(Pattern(source: reference.source, name: reference.name))
    }
    return patterns
  }

  /// Why something may not be used.
  package enum Refusal: Error, Sendable, Hashable, CustomStringConvertible {
    /// Not on any host.
    case never(String)
    /// Not on this host; others may allow it.
    case notHere(String)

    /// The reason, a sentence.
    package var description: String {
      switch self {
      case .never(let reason), .notHere(let reason): reason
      }
    }
  }

  /// Throws `Refusal` unless a channel may get the value of a reference.
  package func check(_ reference: SettingReference) throws(Refusal) {
    if let reason = Self.neverGiven(reference) { throw .never(reason) }
    guard let references else {
      guard reference.source == .file, isStoreShared else { return }
      throw .notHere(
        "\(reference) is not allowed on this host: with a DynamoDB table as store, files are read "
          + "only if CDNOTIFY_ALLOW_REFERENCES allows them, as in file:\(reference.name)")
    }
    let isAllowed = references.contains { pattern in
      guard pattern.source == reference.source else { return false }
      guard reference.source == .file else { return Glob(pattern.name).matches(reference.name) }
      return Self.path(reference.name, matches: pattern.name)
    }
    guard isAllowed else {
      throw .notHere(
        "\(reference) is not allowed on this host: CDNOTIFY_ALLOW_REFERENCES doesn't name it")
    }
  }

  /// Why no channel may get a reference's value on any host; `nil` where one may.
  package static func neverGiven(_ reference: SettingReference) -> String? {
    switch reference.source {
    case .environment where reference.name.uppercased().hasPrefix("AWS_"):
      "\(reference) is never given to a channel: AWS_* variables give access to the AWS account; "
        + "keep the channel's secret in a variable of its own"
    case .file
    where reference.name.split(separator: "/").contains("proc")
      && reference.name.hasPrefix("/"):
      neverGivenPath(reference)
    default: nil
    }
  }

  /// `/proc` contains the environment, which `env:` protects.
  private static func neverGivenPath(_ reference: SettingReference) -> String? {
    var steps: [Substring] = []
    for step in reference.name.split(separator: "/") where step != "." {
      if step == ".." { _ = steps.popLast() } else { steps.append(step) }
    }
    guard steps.first == "proc" else { return nil }
    return "\(reference) is never given to a channel: /proc reveals this process's own secrets; "
      + "keep the channel's secret in a file of its own"
  }

  /// Throws `Refusal` unless a channel may run a program.
  package func check(command: String) throws(Refusal) {
    guard let commands else { return }
    guard !commands.isEmpty else {
      throw .notHere(
        isCommandsSet
          ? "\(command) may not be run on this host: CDNOTIFY_ALLOW_EXEC allows no command here"
          : "\(command) may not be run on this host: with a DynamoDB table as store, commands are "
            + "run only if CDNOTIFY_ALLOW_EXEC allows them, as in CDNOTIFY_ALLOW_EXEC=/usr/bin/true"
      )
    }
    guard command.hasPrefix("/"), !Self.hasSteps(command) else {
      throw .notHere(
        "\(command) may not be run on this host: CDNOTIFY_ALLOW_EXEC allows absolute paths only, "
          + "as in command=/usr/bin/\(command.split(separator: "/").last ?? "true")")
    }
    guard
      commands.contains(where: { command == $0 || command.hasPrefix($0 == "/" ? "/" : "\($0)/") })
    else {
      throw .notHere(
        "\(command) may not be run on this host: CDNOTIFY_ALLOW_EXEC doesn't name it")
    }
  }

  /// Whether a path has `.` or `..` in it, so that it may lead elsewhere than its beginning says.
  private static func hasSteps(_ path: String) -> Bool {
    path.split(separator: "/").contains { $0 == ".." || $0 == "." }
  }

  /// Matches segment by segment: a `*` doesn't match a slash.
  private static func path(_ path: String, matches pattern: String) -> Bool {
    guard !hasSteps(path) else { return false }
    let steps = path.split(separator: "/")
    let patterns = pattern.split(separator: "/")
    return path.hasPrefix("/") && steps.count == patterns.count
      && zip(steps, patterns).allSatisfy { Glob(String($1)).matches(String($0)) }
  }
}
