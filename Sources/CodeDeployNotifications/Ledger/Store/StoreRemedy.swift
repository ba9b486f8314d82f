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
  /// The store is another user's.
  case actAsOwner(_ owner: String, isRoot: Bool, byRoot: Bool)
  /// A registration can't be read.
  case registerAnew(Registration.Identity)
  /// A deployment can't be read.
  case announceByID

  /// In the words of the API.
  package var description: String {
    switch self {
    case .nameAnother: ""
    case .begin: "name one that is there, or have it made by a notifier"
    case .makeTable: "make it, or name another"
    case .checkTable(let answer): "check that the table was made for this (\(answer))"
    case .finishImport: "repeat the import, which goes on where it was"
    case .actAsOwner: ""
    case .registerAnew: "unregister the application and register it anew"
    case .announceByID: "announce it by its id"
    }
  }
}
