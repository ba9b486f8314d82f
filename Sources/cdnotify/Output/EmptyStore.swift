import DeploymentNotifier

extension StoreLocation {
  /// What is said of a store without registrations. It names the store: another user's default
  /// store is another one.
  var nothingRegistered: String {
    "Nothing is registered yet in the store \(label). "
      + "Begin with: cdnotify register APPLICATION --channel …"
  }
}
