import Foundation

/// Reads one channel from a document or a SPEC, and checks each of its settings against the
/// declarations of its type.
struct ChannelReader: Sendable {
  /// The spelling of the keys that every channel has.
  struct CommonKeys: Sendable {
    var events: String
    var groups: String

    static let document = Self(events: "events", groups: "deployment_groups")
    static let spec = Self(events: "on", groups: "group")

    var all: [String] { ["name", events, groups, "title", "body"] }
  }

  private let catalog: ChannelCatalog
  private let keys: CommonKeys

  init(catalog: ChannelCatalog, keys: CommonKeys = .document) {
    self.catalog = catalog
    self.keys = keys
  }

  /// The suffix of a type's key in a document.
  static let suffix = "_notification"

  /// Reads a channel of a document: an object whose only key is `<type>_notification`.
  func channel(_ value: DocumentValue, at path: String) throws -> ChannelConfiguration {
    let members = try value.members(at: path)
    guard let member = members.first, members.count == 1 else {
      throw DocumentProblem(
        path, "must be an object with one key, such as \"webhook\(Self.suffix)\"")
    }
    let known = catalog.types.map { $0.type }
    guard known.contains(where: { member.key == $0 + Self.suffix }) else {
      let nearest =
        Self.nearest(to: member.key, among: known)
        .map { "did you mean \($0)\(Self.suffix)? Known" } ?? "known"
      let names = known.map { $0 + Self.suffix }.joined(separator: ", ")
      throw DocumentProblem(
        path.appending(key: member.key), "unknown channel type; \(nearest): \(names)")
    }
    let type = String(member.key.dropLast(Self.suffix.count))
    let channelPath = path.appending(key: member.key)
    return try channel(
      type: type, try member.value.members(at: channelPath), at: channelPath)
  }

  /// The type that a key is meant to name. What all keys end in may be misspelt as well, but would
  /// bring any two of them near each other; so it doesn't count.
  private static func nearest(to key: String, among types: [String]) -> String? {
    let ending = (0...(2 * suffix.count)).map { length in
      (length: length, edits: NearestName.distance(String(key.suffix(length)), suffix))
    }.min { $0.edits < $1.edits }
    guard let ending, ending.edits <= 2 else { return NearestName.of(key, among: types) }
    return NearestName.of(String(key.dropLast(ending.length)), among: types)
  }

  func channel(
    type name: String, _ members: [DocumentValue.Member], at path: String
  ) throws -> ChannelConfiguration {
    guard let type = catalog.type(named: name) else {
      throw DocumentProblem(
        path,
        "unknown channel type; "
          + NearestName.hint(name, among: catalog.types.map { $0.type }))
    }
    var channel = ChannelConfiguration(type: name)
    var problems = DocumentProblems()
    for member in members {
      try problems.attempt {
        try read(member, into: &channel, of: type, at: path.appending(key: member.key))
      }
    }
    try problems.throwIfAny()
    try Self.checkSpellings(channel, type, at: path)
    try check(channel, type, at: path)
    return channel
  }

  private func read(
    _ member: DocumentValue.Member, into channel: inout ChannelConfiguration,
    of type: any Channel.Type, at place: String
  ) throws {
    switch member.key {
    case "name": channel.name = try Self.channelName(member.value, at: place)
    case keys.events:
      channel.events = try RegistrationReader.events(member.value.texts(at: place), at: place)
    case keys.groups:
      channel.deploymentGroups = try member.value.texts(at: place)
      try RegistrationRules.checkGroups(channel.deploymentGroups, at: place)
    case "title": channel.title = try Self.template(member.value, "title", at: place)
    case "body": channel.body = try Self.template(member.value, "body", at: place)
    default:
      guard let setting = type.settings.first(where: { $0.names(member.key) }) else {
        if type.settings.contains(where: { $0.name == member.key }) {
          throw DocumentProblem(place, "needs a name behind the dot, as in \(member.key)NAME")
        }
        let known =
          keys.all
          + type.settings.map { $0.name.hasSuffix(".") ? "\($0.name)NAME" : $0.name }
        throw DocumentProblem(
          place, "unknown key; \(NearestName.hint(member.key, among: known))")
      }
      channel.settings[member.key] = try Self.values(member.value, of: setting, at: place)
    }
  }

  private static func channelName(_ value: DocumentValue, at path: String) throws -> String {
    let name = try value.text(at: path)
    let isPlain = !name.unicodeScalars.contains { $0.properties.isControl }
    guard isPlain, name.count <= 64, name == name.trimmingCharacters(in: .whitespaces) else {
      throw DocumentProblem(
        path, "must have up to 64 characters, without control characters or spaces at its ends")
    }
    return name
  }

  private static func template(
    _ value: DocumentValue, _ setting: String, at path: String
  ) throws -> String {
    let text = try value.text(at: path)
    // What isn't supported is said before how it would be written.
    if let tag = TemplateRules.unsupportedTag(in: text) { throw DocumentProblem(path, tag) }
    do throws(TemplateProblem) {
      _ = try MessageTemplate(text, setting: setting)
    } catch {
      throw DocumentProblem(path, error.reason)
    }
    if let problem = TemplateRules.problem(of: text) { throw DocumentProblem(path, problem) }
    return text
  }

  private static func values(
    _ value: DocumentValue, of setting: ChannelSetting, at path: String
  ) throws -> [String] {
    var texts: [String] = []
    if case .list(let values) = value {
      guard setting.isList else {
        throw DocumentProblem(path, "takes one value, but is a list")
      }
      guard !values.isEmpty else { throw DocumentProblem(path, "must name at least one") }
      for (index, value) in values.enumerated() {
        texts.append(try value.scalar(at: "\(path)[\(index)]"))
      }
    } else {
      texts = [try value.scalar(at: path)]
    }
    for text in texts { try SettingRules.check(text, as: setting, at: path) }
    return texts
  }

  /// Names within a family, such as headers, that differ only in case are the same name.
  private static func checkSpellings(
    _ channel: ChannelConfiguration, _ type: any Channel.Type, at path: String
  ) throws {
    for family in type.settings where family.name.hasSuffix(".") {
      let keys = channel.settings.keys.filter(family.names).sorted()
      let spellings = Dictionary(grouping: keys) { $0.lowercased() }
      for same in spellings.values.sorted(by: { $0[0] < $1[0] }) where same.count > 1 {
        throw DocumentProblem(
          path.appending(key: same[1]),
          "is the same as \(same[0]), spelled differently; keep one of them")
      }
    }
  }

  /// Checks that required settings are there, and what the type checks itself.
  private func check(
    _ channel: ChannelConfiguration, _ type: any Channel.Type, at path: String
  ) throws {
    var problems = DocumentProblems()
    for setting in type.settings
    where setting.isRequired && channel.settings[setting.name] == nil {
      problems.add(
        DocumentProblem(path, "\"\(setting.name)\" is missing (\(setting.summary))"))
    }
    try problems.throwIfAny()
    let settings = channel.values(of: type)
    func check(_ body: () throws(SettingProblem) -> Void) {
      do throws(SettingProblem) { try body() } catch {
        problems.add(
          DocumentProblem(error.setting.map { path.appending(key: $0) } ?? path, error.reason))
      }
    }
    for setting in type.settings {
      check { () throws(SettingProblem) in try setting.check(settings) }
    }
    if let events = channel.events {
      check { () throws(SettingProblem) in
        do throws(SettingProblem) { try type.check(events: events, settings) } catch {
          throw SettingProblem(error.setting ?? keys.events, error.reason)
        }
      }
    }
    try problems.throwIfAny()
    // The rules for several settings take each for valid.
    check { () throws(SettingProblem) in
      try type.check(settings)
      try (type as? any RegistrationChecking.Type)?.checkNew(settings)
    }
    try problems.throwIfAny()
  }
}
