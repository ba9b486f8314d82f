/// What can be done about a store by means that the command and a service have each their own of. A
/// failure's sentence ends with it.
package enum StoreRemedy: Sendable, Hashable, CustomStringConvertible {
  /// The sentence has said to name another store; only the command has an option for it.
  case nameAnother
  /// Nothing is there yet, and this isn't what makes it.
  case begin
  /// The table is missing.
  case makeTable
  /// The table isn't as it has to be, by what AWS said.
  case checkTable(answer: String)
  /// An import broke off.
  case finishImport
  /// The store, at this path, is another user's.
  case actAsOwner(_ owner: String, store: String, isRoot: Bool, byRoot: Bool)
  /// A registration can't be read.
  case registerAnew(Registration.Identity)
  /// A deployment can't be read; its id, where that is known.
  case announceByID(String?)

  /// In the words of the API.
  package var description: String {
    switch self {
    case .nameAnother: ""
    case .begin: "name an existing one, or let a notifier create it"
    case .makeTable: "create it, or name another"
    case .checkTable(let answer): "check that the table was created for this (\(answer))"
    case .finishImport: "repeat the import, which continues where it stopped"
    case .actAsOwner: ""
    case .registerAnew: "unregister the application and register it again"
    case .announceByID: "announce it by its id"
    }
  }
}
