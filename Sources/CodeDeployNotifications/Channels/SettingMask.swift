/// How values of settings are shown in lists, exports and documents.
extension ChannelSetting {
  /// The value to show: references are shown unchanged, secrets as `********`, and addresses that
  /// are or may contain a secret as `https://host/********`.
  package func shown(_ text: String) -> String {
    if takesReferences, case .reference = SettingReference.read(text) { return text }
    var value = text
    if takesReferences, case .literal(let literal) = SettingReference.read(text) { value = literal }
    if kind == .url {
      return isSecret || AddressSecrets.mayHoldSecret(value) ? AddressSecrets.masked(value) : text
    }
    return isSecret ? Secret.mask : text
  }

  /// Whether a value is the result of `shown` for a secret, and stands for it.
  package func isMasked(_ text: String) -> Bool {
    switch kind {
    case .url: text == Secret.mask || text.hasSuffix("/\(Secret.mask)")
    default: isSecret && text == Secret.mask
    }
  }
}

extension ChannelCatalog {
  /// The value to show. A setting that this version doesn't know counts as a secret.
  package func shown(_ text: String, of key: String, in type: String) -> String {
    if let setting = setting(key, of: type) { return setting.shown(text) }
    if case .reference = SettingReference.read(text) { return text }
    return Secret.mask
  }

  /// Whether a value stands for a secret that was left out.
  package func isMasked(_ text: String, of key: String, in type: String) -> Bool {
    setting(key, of: type)?.isMasked(text) ?? (text == Secret.mask)
  }

  package func setting(_ key: String, of type: String) -> ChannelSetting? {
    self.type(named: type)?.settings.first { $0.names(key) }
  }
}

extension SettingValues {
  /// The setting's text, where it is known before references are resolved; `nil` for a reference,
  /// and for a mask, which stands for a registered value.
  public func literal(_ name: String) -> String? { text(name).flatMap(Self.literal) }

  /// The literal value; `nil` for a reference or a mask.
  public static func literal(_ value: String) -> String? {
    guard value != Secret.mask, !value.hasSuffix("/\(Secret.mask)") else { return nil }
    return if case .literal(let text) = SettingReference.read(value) { text } else { nil }
  }
}
