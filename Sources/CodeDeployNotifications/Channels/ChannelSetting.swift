import Foundation

/// One setting of a type of channel, declared beside the code that uses it.
public struct ChannelSetting: Sendable {
  /// What a value must be.
  public enum Kind: Sendable, Hashable {
    case text
    /// A Mustache template, which may have several lines.
    case template
    case url
    /// A program on this machine: an absolute path, or a name.
    case program
    /// A server's name or address, without a port.
    case host
    case integer(ClosedRange<Int>)
    case boolean
    case duration
    case choice([String])
  }

  /// The key. A key that ends in `.` stands for a family of keys, such as `header.`.
  public var name: String
  /// What a value must be.
  public var kind: Kind
  /// Whether it accepts several values.
  public var isList: Bool
  /// Whether its values are masked wherever they would be shown.
  public var isSecret: Bool
  /// Whether it has to be set.
  public var isRequired: Bool
  /// Whether a value may be a reference such as `env:NAME`.
  public var takesReferences: Bool
  /// The value where the registration doesn't set it; may be a reference.
  public var defaultValue: String?
  /// One line for the documentation.
  public var summary: String
  /// Reads the values as the typed declaration does; `nil` for an untyped declaration.
  var tryReading: (@Sendable (SettingValues) throws(SettingProblem) -> Void)?

  /// An untyped declaration; ``Setting`` creates it.
  public init(
    _ name: String, _ kind: Kind = .text, list: Bool = false, secret: Bool = false,
    required: Bool = false, references: Bool = true, default defaultValue: String? = nil,
    _ summary: String
  ) {
    self.name = name
    self.kind = kind
    isList = list
    isSecret = secret
    isRequired = required
    takesReferences = references
    self.defaultValue = defaultValue
    self.summary = summary
  }

  /// Whether `key` is this setting or belongs to its family.
  public func names(_ key: String) -> Bool {
    name.hasSuffix(".") ? key.hasPrefix(name) && key.count > name.count : key == name
  }
}

/// Why a setting can't be used as it is.
public struct SettingProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// The setting, or `nil` where several together are wrong.
  public var setting: String?
  /// What is wrong and what would be right; never a secret's value.
  public var reason: String

  /// - Parameters:
  ///   - setting: The setting's name, or `nil` where several together are wrong.
  ///   - reason: What is wrong and what would be right; never a secret's value.
  public init(_ setting: String?, _ reason: String) {
    self.setting = setting
    self.reason = reason
  }

  /// A problem of a typed setting.
  public init<Value>(_ setting: Setting<Value>, _ reason: String) {
    self.init(setting.name, reason)
  }

  /// A problem of the setting that is being read, as in `Setting.reading(_:)`.
  public init(_ reason: String) { self.init(nil, reason) }

  /// The setting's name and the reason.
  public var description: String { setting.map { "\($0): \(reason)" } ?? reason }
}

/// A channel's settings by name, with defaults filled in.
public struct SettingValues: Sendable {
  private let values: [String: [String]]
  /// The values of references. None of them may be shown, whatever the setting is.
  public private(set) var referenced: [Secret] = []
  /// Everything that may not be shown: secrets, values of references, and the parts of addresses
  /// that may be secret. Empty until references are resolved.
  public private(set) var secrets: [Secret] = []
  /// The host's variables, for channels that run programs.
  package var hostVariables: [String: String] = [:]

  /// Takes `values`, and the defaults of `settings` that they don't set.
  public init(_ values: [String: [String]], settings: [ChannelSetting]) {
    var complete = values
    for setting in settings where complete[setting.name] == nil {
      if let value = setting.defaultValue { complete[setting.name] = [value] }
    }
    self.values = complete
  }

  /// The same on a host with these variables.
  package func on(_ hostVariables: [String: String]) -> Self {
    var settings = self
    settings.hostVariables = hostVariables
    return settings
  }

  /// Every value of every setting.
  var all: [String] { values.values.flatMap { $0 } }

  /// Whether the setting has a value or a default.
  public func isSet(_ name: String) -> Bool { values[name] != nil }
  /// The first value of that name.
  public func text(_ name: String) -> String? { values[name]?.first }
  /// All values of that name.
  public func list(_ name: String) -> [String] { values[name] ?? [] }

  /// The values of a family of keys, without the family's prefix, in the order of their names.
  public func family(_ prefix: String) -> [(name: String, value: String)] {
    values.keys.filter { $0.hasPrefix(prefix) }.sorted().compactMap { key in
      values[key]?.first.map { (String(key.dropFirst(prefix.count)), $0) }
    }
  }

  /// The value of a required setting. Throws ``SettingProblem`` where it is missing.
  public func required(_ name: String) throws(SettingProblem) -> String {
    guard let value = text(name), !value.isEmpty else {
      throw SettingProblem(name, "is missing or empty")
    }
    return value
  }

  /// The settings with every value replaced by the result of `resolve`. `declarations` determine
  /// which values are secret. Throws what `resolve` throws.
  public func resolved(
    declarations: [ChannelSetting] = [],
    _ resolve: (_ name: String, _ value: String) async throws -> String
  ) async throws -> SettingValues {
    var resolved: [String: [String]] = [:]
    var referenced: [Secret] = []
    var secrets: [Secret] = []
    for (name, list) in values {
      let setting = declarations.first { $0.names(name) }
      var values: [String] = []
      for value in list {
        let found = try await resolve(name, value)
        values.append(found)
        var isReference = false
        if case .reference = SettingReference.read(value), found != value { isReference = true }
        if isReference { referenced.append(Secret(found)) }
        secrets += setting?.secrets(in: found, isReferenced: isReference) ?? []
      }
      resolved[name] = values
    }
    var settings = SettingValues(resolved, settings: [])
    settings.referenced = referenced
    settings.secrets = secrets
    settings.hostVariables = hostVariables
    return settings
  }
}

extension ChannelSetting {
  /// The parts of a value that may not be shown.
  fileprivate func secrets(in value: String, isReferenced: Bool) -> [Secret] {
    switch kind {
    // Numbers and words of a fixed set aren't secret, and occur in any text.
    case .integer, .boolean, .duration, .choice: return []
    // The host isn't secret: sentences about the address name it.
    case .url: return AddressSecrets.of(value)
    case .text, .template, .program, .host: break
    }
    guard isSecret || isReferenced else { return [] }
    var texts = [value]
    // `Bearer abc` may come back as `abc`, and `Basic …` decoded.
    if let word = value.split(separator: " ").last, word.count < value.count {
      texts.append(String(word))
      if let pair = Data(base64Encoded: String(word)), let colon = pair.firstIndex(of: 0x3A) {
        texts.append(String(decoding: pair[(colon + 1)...], as: UTF8.self))
      }
    }
    if value.hasPrefix("whsec_") { texts.append(String(value.dropFirst("whsec_".count))) }
    return texts.filter { !$0.isEmpty }.map(Secret.init)
  }
}
