/// Reads a registration's `deployers`: people by their identities, each with an address or with an
/// object of ids by type of channel, as in `{"email": "ada@example.com", "slack": "U024BE7LH"}`.
struct DeployerReader {
  let catalog: ChannelCatalog
  /// The key of the address in such an object.
  static let address = "email"

  /// The addresses and ids of people, by identity.
  struct People {
    var addresses: [String: String] = [:]
    var ids: [String: [String: String]]?
  }

  func people(_ value: DocumentValue?, at path: String) throws -> People {
    var people = People()
    guard let value else { return people }
    var problems = DocumentProblems()
    for member in try value.members(at: path) {
      try problems.attempt {
        try read(member, into: &people, at: path.appending(key: member.key))
      }
    }
    try problems.throwIfAny()
    return people
  }

  private func read(
    _ member: DocumentValue.Member, into people: inout People, at place: String
  ) throws {
    guard case .object = member.value else {
      let address = try member.value.text(at: place)
      try RegistrationRules.checkPerson(member.key, address: address, at: place)
      people.addresses[member.key] = address
      return
    }
    var problems = DocumentProblems()
    var ids: [String: String] = [:]
    for entry in try member.value.members(at: place) {
      try problems.attempt {
        let text = try entry.value.text(at: place.appending(key: entry.key))
        try check(text, of: entry.key, at: place.appending(key: entry.key))
        if entry.key == Self.address { people.addresses[member.key] = text }
        if entry.key != Self.address { ids[entry.key] = text }
      }
    }
    try problems.throwIfAny()
    if !ids.isEmpty { people.ids = (people.ids ?? [:]).merging([member.key: ids]) { $1 } }
  }

  private func check(_ id: String, of key: String, at place: String) throws(DocumentProblem) {
    guard key != Self.address else {
      return try RegistrationRules.checkPerson(key, address: id, at: place)
    }
    guard let form = catalog.type(named: key)?.mentions else {
      let known = [Self.address] + catalog.types.filter { $0.mentions != nil }.map { $0.type }
      throw DocumentProblem(
        place, "is not a way to reach somebody; \(NearestName.hint(key, among: known))")
    }
    guard form.isID(id) else { throw DocumentProblem(place, "must look like \(form.examples)") }
  }
}
