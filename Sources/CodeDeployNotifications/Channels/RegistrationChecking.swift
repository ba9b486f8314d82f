/// A channel whose settings have rules for new registrations only. A stored registration that breaks
/// one still sends what it can.
package protocol RegistrationChecking: Channel {
  /// Throws where the settings shouldn't be registered. `check` has accepted them.
  static func checkNew(_ settings: SettingValues) throws(SettingProblem)
}
