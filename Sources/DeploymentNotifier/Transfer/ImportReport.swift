/// The result of an import.
public struct ImportReport: Sendable, Hashable {
  /// How many records are new.
  public internal(set) var added: Int
  /// How many records the store already held, equal to these.
  public internal(set) var known: Int
  /// The programs of this host that imported registrations run, a sentence each.
  public internal(set) var commands: [String]
}
