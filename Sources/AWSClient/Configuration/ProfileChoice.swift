/// Which profile applies, and who chose it. A profile that was asked for must exist, and only one
/// that was passed explicitly takes precedence over the keys in the environment (botocore,
/// `create_credential_resolver`).
struct ProfileChoice: Sendable, Hashable {
  /// Where the choice comes from.
  enum Origin: Sendable, Hashable {
    case explicit
    case variable(String)
    case standard
  }

  var name: String
  var origin: Origin

  init(name: String, origin: Origin) {
    self.name = name
    self.origin = origin
  }

  /// The order is the AWS CLI's: `AWS_PROFILE` before `AWS_DEFAULT_PROFILE`. (Plain botocore has
  /// them the other way round: boto/botocore#1725.)
  init(explicit: String, environment: AWSEnvironment) {
    if !explicit.isEmpty {
      self.init(name: explicit, origin: .explicit)
      return
    }
    for variable in ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"] {
      if let name = environment.variable(variable) {
        self.init(name: name, origin: .variable(variable))
        return
      }
    }
    self.init(name: "default", origin: .standard)
  }
}
