/// The differences between two versions of a registration, apart from channels, one line each.
enum RegistrationChanges {
  static func settings(from old: Registration, to new: Registration) -> [String] {
    var changes = [
      change("groups are", new, old) { texts($0.deploymentGroups, none: "all") },
      change("events are", new, old) {
        texts($0.events?.map(\.rawValue), none: "each channel's own")
      },
      change("creators are", new, old) {
        texts($0.creators?.map(\.rawValue), none: "all but scale-outs")
      },
      change("external id is", new, old) { $0.externalID ?? "none" },
      change("overdue after is", new, old) { $0.overdueAfter?.inWords ?? "never" },
      change("domains of deployers are", new, old) { texts($0.deployerDomains, none: "all") },
    ].compactMap { $0 }
    changes += entries("label", new.labels, old.labels)
    changes += entries("name of account", new.accounts, old.accounts)
    changes += entries("address of deployer", new.deployers, old.deployers)
    // A difference without words of its own still has to be stored.
    var (rest, before) = (new, old)
    rest.channels = []
    before.channels = []
    if changes.isEmpty, rest != before { changes.append("changed what is announced") }
    return changes
  }

  private static func texts(_ texts: [String]?, none: String) -> String {
    texts.flatMap { $0.isEmpty ? nil : $0.joined(separator: ", ") } ?? none
  }

  private static func change(
    _ what: String, _ new: Registration, _ old: Registration, _ text: (Registration) -> String
  ) -> String? {
    let (now, was) = (text(new), text(old))
    guard now != was else { return nil }
    return "\(what) now \(now) (\(what.hasSuffix(" are") ? "were" : "was"): \(was))"
  }

  private static func entries(
    _ what: String, _ new: [String: String], _ old: [String: String]
  ) -> [String] {
    Set(new.keys).union(old.keys).sorted().compactMap { key in
      guard new[key] != old[key] else { return nil }
      return "\(what) \(key) is now \(new[key] ?? "none") (was: \(old[key] ?? "none"))"
    }
  }
}
