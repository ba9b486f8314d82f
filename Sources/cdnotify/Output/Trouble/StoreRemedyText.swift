import CodeDeployNotifications

extension StoreFailure {
  /// The sentence as the command says it.
  var commandDescription: String { finding + (remedy?.sentence ?? "") }
}

extension StoreRemedy {
  /// What the sentence ends with, by the command's own means.
  fileprivate var sentence: String {
    switch self {
    case .nameAnother: return " with --store"
    case .begin:
      return "name another with --store, or create it with \"cdnotify register\" or \"cdnotify "
        + "import\""
    case .makeTable:
      return "create it with \"cdnotify check --create-table\", or name another with --store"
    case .checkTable(let answer):
      return "check that the table was created by \"cdnotify check --create-table\" (\(answer))"
    case .finishImport:
      return "run the same \"cdnotify import\" again, which continues where it stopped"
    case .actAsOwner(let owner, let store, let isRoot, let byRoot):
      let user = isRoot ? "sudo" : byRoot ? "runuser -u \(owner) --" : "sudo -u \(owner)"
      // The owner's default store is another one.
      return " with \"\(user) cdnotify … --store \(store.shellArgument)\""
        + (byRoot ? ", or act as its owner with --trust-store-owner if you trust \(owner)" : "")
    case .registerAnew(let identity):
      let scope = identity.scope
      let options = [
        ("--region", scope.region), ("--profile", scope.profile), ("--role-arn", scope.roleARN),
      ].map { $1.isEmpty ? "" : " \($0) \($1.shellArgument)" }.joined()
      let application = identity.application.shellArgument
      return "remove it with \"cdnotify unregister \(application)\(options)\" and "
        + "register it again"
    case .announceByID(let id):
      return "run \"cdnotify poll --deployment \(id?.oneLine ?? "ID")\""
    }
  }
}
