/// A setting's value that stands somewhere else and is read when it is used, so that the store
/// holds no secret.
public struct SettingReference: Sendable, Hashable, CustomStringConvertible {
  /// Where the value is kept.
  public enum Source: String, CaseIterable, Sendable {
    /// A variable of the environment.
    case environment = "env"
    /// A file, without its last newline.
    case file
    /// A file of systemd's `$CREDENTIALS_DIRECTORY`.
    case credential
    /// A parameter of the AWS Systems Manager Parameter Store, decrypted.
    case parameterStore = "ssm"
    /// A secret of AWS Secrets Manager, or one key of a JSON secret (`ID#key`).
    case secretsManager = "secretsmanager"
  }

  /// Where the value is kept.
  public var source: Source
  /// What it is called there: a variable, a path, a parameter, a secret's id.
  public var name: String

  /// Refers to what `source` calls `name`.
  public init(source: Source, name: String) {
    self.source = source
    self.name = name
  }

  /// As it stands in a registration, such as `env:NAME`.
  public var description: String { "\(source.rawValue):\(name)" }

  /// How a setting's text is meant.
  public enum Reading: Sendable, Hashable {
    case literal(String)
    case reference(SettingReference)
  }

  /// Whether AWS is asked for what a setting's text stands for, with the credentials of the
  /// registration's scope.
  static func isInAWS(_ text: String) -> Bool {
    guard case .reference(let reference) = read(text) else { return false }
    return reference.source == .parameterStore || reference.source == .secretsManager
  }

  /// Tells a literal from a reference. `literal:…` is a literal that may look like one.
  public static func read(_ text: String) -> Reading {
    guard let colon = text.firstIndex(of: ":") else { return .literal(text) }
    let name = String(text[text.index(after: colon)...])
    let prefix = String(text[..<colon])
    if prefix == "literal" { return .literal(name) }
    guard let source = Source(rawValue: prefix) else { return .literal(text) }
    return .reference(SettingReference(source: source, name: name))
  }
}

/// Looks references up.
public struct ReferenceResolver: Sendable {
  /// Returns the value in the given scope (for AWS's own sources). Throws an error whose
  /// description is a sentence that names the reference and never the value.
  public var resolve:
    @Sendable (SettingReference, AWSScope, _ externalID: String?) async throws -> String

  /// - Parameter resolve: Looks one up, as the property of that name has it.
  public init(
    resolve:
      @escaping @Sendable (SettingReference, AWSScope, _ externalID: String?) async throws -> String
  ) {
    self.resolve = resolve
  }
}
