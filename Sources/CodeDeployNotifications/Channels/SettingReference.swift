/// A reference to a setting's value that is kept elsewhere and read when it is used, so that the
/// store holds no secret.
package struct SettingReference: Sendable, Hashable, CustomStringConvertible {
  /// Where the value is kept.
  package enum Source: String, CaseIterable, Sendable {
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
  package var source: Source
  /// The name at the source: a variable, a path, a parameter, or a secret's id.
  package var name: String

  /// A reference to `name` at `source`.
  package init(source: Source, name: String) {
    self.source = source
    self.name = name
  }

  /// The text in a registration, such as `env:NAME`.
  package var description: String { "\(source.rawValue):\(name)" }

  /// What a setting's text stands for.
  package enum Reading: Sendable, Hashable {
    case literal(String)
    case reference(SettingReference)
  }

  /// Whether the text is a reference that AWS resolves, with the credentials of the registration's
  /// scope.
  static func isInAWS(_ text: String) -> Bool {
    guard case .reference(let reference) = read(text) else { return false }
    return reference.source == .parameterStore || reference.source == .secretsManager
  }

  /// Distinguishes literals from references. `literal:…` is a literal, even if the rest looks like
  /// a reference.
  package static func read(_ text: String) -> Reading {
    guard let colon = text.firstIndex(of: ":") else { return .literal(text) }
    let name = String(text[text.index(after: colon)...])
    let prefix = String(text[..<colon])
    if prefix == "literal" { return .literal(name) }
    guard let source = Source(rawValue: prefix) else { return .literal(text) }
    return .reference(SettingReference(source: source, name: name))
  }
}

/// Resolves references.
package struct ReferenceResolver: Sendable {
  /// Returns the value. The scope's credentials are used for AWS's sources. Throws an error whose
  /// description is a sentence that names the reference and never the value.
  package var resolve: @Sendable (SettingReference, ScopeAccess) async throws -> String

  /// - Parameter resolve: Returns the value, or throws, as described at the property.
  package init(
    resolve:
      @escaping @Sendable (SettingReference, ScopeAccess) async throws -> String
  ) {
    self.resolve = resolve
  }
}
