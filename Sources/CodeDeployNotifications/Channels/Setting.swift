/// A typed declaration of one setting of a type of channel.
///
/// It is declared once, beside the code that uses it, and also reads the value:
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
/// A literal value is checked when it is registered. Every value is checked when it is read, which
/// is after references are resolved.
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
  /// The setting's value, in its declared type. Throws ``SettingProblem``, which names the setting
  /// and says what would be right.
  public subscript<Value>(setting: Setting<Value>) -> Value {
    get throws(SettingProblem) { try setting.value(in: self) }
  }

  /// Whether the setting has a value or a default.
  public func isSet<Value>(_ setting: Setting<Value>) -> Bool { isSet(setting.name) }

  /// All values as texts, including unresolved references.
  public func texts<Value>(_ setting: Setting<Value>) -> [String] { list(setting.name) }

  /// The setting's text, where it is known before references are resolved; `nil` for a reference,
  /// and for a mask, which stands for a registered value.
  public func literal<Value>(_ setting: Setting<Value>) -> String? { literal(setting.name) }

  /// The setting's value, where it is valid and known before references are resolved.
  public func known<Value>(_ setting: Setting<Value>) -> Value? {
    let values = list(setting.name).compactMap(Self.literal)
    guard !values.isEmpty, values.count == list(setting.name).count else { return nil }
    return try? setting.value(in: SettingValues([setting.name: values], settings: []))
  }
}

extension Setting {
  /// The setting, converted to a more specific type.
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

  /// The same for an optional setting.
  ///
  /// - Parameter more: Throws ``SettingProblem/init(_:)`` with what would be right.
  public func reading<Some, Read>(
    _ more: @escaping @Sendable (Some) throws(SettingProblem) -> Read
  ) -> Setting<Read?> where Value == Some? {
    Setting<Read?>(any) { settings throws(SettingProblem) in
      guard let value = try value(in: settings) else { return nil }
      return try more(value)
    }
  }

  /// The same for each value of a list.
  ///
  /// - Parameter more: Throws ``SettingProblem/init(_:)`` with what would be right.
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

/// The `true` of `required: true`. An optional setting is declared without it, and read as an
/// optional.
public struct Requirement: ExpressibleByBooleanLiteral, Sendable {
  /// Accepts `true` only; `false` is a programming error and stops the process.
  public init(booleanLiteral isRequired: Bool) {
    precondition(isRequired, "a setting that may be left out is declared without required")
  }
}

extension ChannelSetting {
  /// Checks the values that are known before references are resolved.
  func check(_ settings: SettingValues) throws(SettingProblem) {
    let values = settings.list(name).compactMap(SettingValues.literal)
    guard let tryReading, !values.isEmpty else { return }
    try tryReading(SettingValues([name: values], settings: []))
  }
}

extension Channel {
  /// Checks each setting by its declaration, then all of them together. Values may be unresolved
  /// references.
  package static func checkAll(_ settings: SettingValues) throws(SettingProblem) {
    for setting in self.settings { try setting.check(settings) }
    try check(settings)
  }
}
