/// The contents of a file: registrations, and what they share.
package struct RegistrationFile: Sendable, Hashable {
  package var registrations: [Registration]
  /// Names of AWS accounts, by account id.
  package var accounts: [String: String]

  package init(registrations: [Registration], accounts: [String: String] = [:]) {
    self.registrations = registrations
    self.accounts = accounts
  }
}

/// Named channels of a file, which many registrations can share.
struct Targets {
  private var channels: [String: [ChannelConfiguration]] = [:]

  init() {}

  /// Reads an object of channels, or lists of channels, by name. Problems are added to `problems`.
  /// The name of an invalid target stands for no channel, so that its users don't cause further
  /// problems.
  init(
    _ value: DocumentValue, at path: String, _ reader: ChannelReader,
    _ problems: inout DocumentProblems
  ) throws {
    for member in try problems.attempt({ try value.members(at: path) }) ?? [] {
      channels[member.key] = []
      let place = path.appending(key: member.key)
      try problems.attempt {
        guard case .list(let entries) = member.value else {
          channels[member.key] = [try reader.channel(member.value, at: place)]
          return
        }
        var several = DocumentProblems()
        channels[member.key] = try entries.enumerated().compactMap { index, entry in
          try several.attempt { try reader.channel(entry, at: "\(place)[\(index)]") }
        }
        try several.throwIfAny()
      }
    }
  }

  /// The channels of a target's name; `nil` for an entry that isn't a name.
  func channels(_ entry: DocumentValue, at path: String) throws -> [ChannelConfiguration]? {
    guard case .text(let name) = entry else { return nil }
    guard let found = channels[name] else {
      let shown = AddressSecrets.shown(name: name)
      throw DocumentProblem(
        path,
        channels.isEmpty
          ? "\"\(shown)\" is the name of a target, but the file has no \"targets\""
          : "no target \"\(shown)\"; \(NearestName.hint(name, among: channels.keys.sorted()))")
    }
    return found
  }
}

extension RegistrationReader {
  static let fileKeys = ["targets", "accounts", "registrations"]

  /// Reads one registration, a list of them, or an object with `registrations` and what they share.
  /// Throws `DocumentProblem`, or `DocumentProblems` where there are several.
  package func file(_ document: DocumentValue) throws -> RegistrationFile {
    guard case .object(let members) = document,
      members.contains(where: { Self.fileKeys.contains($0.key) }),
      // A single registration may have `accounts` too.
      !members.contains(where: { $0.key == "codedeploy_application_name" })
    else { return RegistrationFile(registrations: try registrations(document, at: "", Targets())) }

    var problems = DocumentProblems()
    var values: [String: DocumentValue] = [:]
    for member in try document.members(at: "") {
      try problems.attempt {
        guard Self.fileKeys.contains(member.key) else {
          throw DocumentProblem(
            member.key, "unknown key; \(NearestName.hint(member.key, among: Self.fileKeys))")
        }
        values[member.key] = member.value
      }
    }
    let targets = try values["targets"].map { value in
      try Targets(value, at: "targets", ChannelReader(catalog: catalog), &problems)
    }
    let accounts = try values["accounts"].flatMap { value in
      try problems.attempt { try RegistrationDetails.accounts(value, at: "accounts") }
    }
    let registrations = try problems.attempt { () throws -> [Registration] in
      guard let value = values["registrations"] else {
        throw DocumentProblem("registrations", "is missing")
      }
      return try self.registrations(value, at: "registrations", targets ?? Targets())
    }
    try problems.throwIfAny()
    return RegistrationFile(
      registrations: (registrations ?? []).map { registration in
        var registration = registration
        registration.accounts = (accounts ?? [:]).merging(registration.accounts) { $1 }
        return registration
      }, accounts: accounts ?? [:])
  }
}
