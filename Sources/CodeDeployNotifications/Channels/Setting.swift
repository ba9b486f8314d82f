/// A setting of a type of channel, and what it is read as.
///
/// It is declared once, beside the code that uses it, and read by its declaration:
///
/// ```swift
/// static let token = Setting.secret("token", required: true, "An API token")
/// static let settings = [token.any]
///
/// init(settings: SettingValues) throws(SettingProblem) {
///   token = try settings[Self.token]
/// }
/// ```
///
/// What a value must be is checked when it is registered, as far as it is written out, and when it is
/// read, which is when references stand for their values.
public struct Setting<Value: Sendable>: Sendable {
  /// The declaration, as `Channel.settings` lists it.
  public let any: ChannelSetting
  private let read: @Sendable (SettingValues) throws(SettingProblem) -> Value

  /// The key.
  public var name: String { any.name }

  init(
    _ declaration: ChannelSetting,
    read: @escaping @Sendable (SettingValues) throws(SettingProblem) -> Value
  ) {
    let named: @Sendable (SettingValues) throws(SettingProblem) -> Value = {
      settings throws(SettingProblem) in
      do throws(SettingProblem) { return try read(settings) } catch {
        throw SettingProblem(error.setting ?? declaration.name, error.reason)
      }
    }
    var declaration = declaration
    declaration.tryReading = { settings throws(SettingProblem) in _ = try named(settings) }
    any = declaration
    self.read = named
  }

  func value(in settings: SettingValues) throws(SettingProblem) -> Value { try read(settings) }
}

extension SettingValues {
  /// What a setting is set to, read as it is declared. Throws ``SettingProblem``, which names the
  /// setting and says what would be right.
  public subscript<Value>(setting: Setting<Value>) -> Value {
    get throws(SettingProblem) { try setting.value(in: self) }
  }

  /// Whether there is a value, or a default.
  public func isSet<Value>(_ setting: Setting<Value>) -> Bool { isSet(setting.name) }

  /// All values as texts, references among them.
  public func texts<Value>(_ setting: Setting<Value>) -> [String] { list(setting.name) }

  /// A setting's text where it is known before references are resolved: `nil` for a reference, and
  /// for a mask, which stands for what is registered.
  public func literal<Value>(_ setting: Setting<Value>) -> String? { literal(setting.name) }

  /// What a setting is set to, where that is known before references are resolved and as it must be.
  public func known<Value>(_ setting: Setting<Value>) -> Value? {
    let values = list(setting.name).compactMap(Self.literal)
    guard !values.isEmpty, values.count == list(setting.name).count else { return nil }
    return try? setting.value(in: SettingValues([setting.name: values], settings: []))
  }
}

extension Setting {
  /// The setting, read as something more particular.
  ///
  /// - Parameter more: Throws ``SettingProblem/init(_:)`` with what would be right.
  @_disfavoredOverload
  public func reading<Read>(
    _ more: @escaping @Sendable (Value) throws(SettingProblem) -> Read
  ) -> Setting<Read> {
    Setting<Read>(any) { settings throws(SettingProblem) in
      try more(value(in: settings))
    }
  }

  /// The same of a setting that may be left out.
  public func reading<Some, Read>(
    _ more: @escaping @Sendable (Some) throws(SettingProblem) -> Read
  ) -> Setting<Read?> where Value == Some? {
    Setting<Read?>(any) { settings throws(SettingProblem) in
      guard let value = try value(in: settings) else { return nil }
      return try more(value)
    }
  }

  /// The same of each value of a list.
  public func readingEach<Each, Read>(
    _ more: @escaping @Sendable (Each) throws(SettingProblem) -> Read
  ) -> Setting<[Read]> where Value == [Each] {
    Setting<[Read]>(any) { settings throws(SettingProblem) in
      var read: [Read] = []
      for each in try value(in: settings) { read.append(try more(each)) }
      return read
    }
  }
}

/// The `true` of `required: true`. What may be left out is declared without it, and read as an
/// optional.
public struct Requirement: ExpressibleByBooleanLiteral, Sendable {
  /// Takes `true`; `false` is a mistake of the program's, which ends it.
  public init(booleanLiteral isRequired: Bool) {
    precondition(isRequired, "a setting that may be left out is declared without required")
  }
}

extension ChannelSetting {
  /// Checks what is known of this setting before references are resolved.
  func check(_ settings: SettingValues) throws(SettingProblem) {
    let values = settings.list(name).compactMap(SettingValues.literal)
    guard let tryReading, !values.isEmpty else { return }
    try tryReading(SettingValues([name: values], settings: []))
  }
}

extension Channel {
  /// Checks each setting by its declaration, then what they are together. Values may be references
  /// that aren't resolved yet.
  package static func checkAll(_ settings: SettingValues) throws(SettingProblem) {
    for setting in self.settings { try setting.check(settings) }
    try check(settings)
  }
}
