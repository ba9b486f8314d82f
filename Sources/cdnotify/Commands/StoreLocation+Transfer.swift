import DeploymentNotifier

extension StoreLocation {
  /// Keeps polls away while the store's contents are moved, for as long as the result is kept.
  func holdForTransfer() throws -> Hold {
    let hold = try hold()
    if case .busy = hold {
      throw Failure(.tryAgain, NotifierProblem.busy("this store").description)
    }
    return hold
  }
}
