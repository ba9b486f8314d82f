/// The kinds of settings. Each has a `summary`, one line for the documentation. Some have
/// `references`: whether a value may be a reference such as `env:NAME`.
extension Setting where Value == String {
  /// A required text of one line.
  public static func text(
    _ name: String, required: Requirement, references: Bool = true, _ summary: String = ""
  ) -> Self {
    .required(ChannelSetting(name, required: true, references: references, summary)) { $0 }
  }

  /// A text of one line with a default.
  public static func text(
    _ name: String, references: Bool = true, default standard: String, _ summary: String = ""
  ) -> Self {
    .required(ChannelSetting(name, references: references, default: standard, summary)) { $0 }
  }

  /// One of several words, with a default.
  public static func choice(
    _ name: String, of words: [String], default standard: String, _ summary: String = ""
  ) -> Self {
    .required(ChannelSetting(name, .choice(words), default: standard, summary)) {
      words.contains($0) ? $0 : nil
    }
  }

  /// A required program on this machine: an absolute path, or a name that is looked up.
  public static func program(
    _ name: String, required: Requirement, _ summary: String = ""
  ) -> Self {
    .required(ChannelSetting(name, .program, required: true, summary)) { $0 }
  }

  /// A required server name or address without a port.
  public static func host(_ name: String, required: Requirement, _ summary: String = "") -> Self {
    .required(ChannelSetting(name, .host, required: true, summary)) { $0 }
  }
}

extension Setting where Value == String? {
  /// An optional text of one line.
  public static func text(
    _ name: String, references: Bool = true, _ summary: String = ""
  ) -> Self {
    .optional(ChannelSetting(name, references: references, summary)) { $0 }
  }

  /// An optional Mustache template, which may have several lines.
  public static func template(_ name: String, _ summary: String = "") -> Self {
    .optional(ChannelSetting(name, .template, summary)) { $0 }
  }

  /// An optional server name or address without a port.
  public static func host(_ name: String, _ summary: String = "") -> Self {
    .optional(ChannelSetting(name, .host, summary)) { $0 }
  }
}

extension Setting where Value == Secret {
  /// A required secret.
  public static func secret(
    _ name: String, required: Requirement, _ summary: String = ""
  ) -> Self {
    .required(ChannelSetting(name, secret: true, required: true, summary)) { Secret($0) }
  }

  /// A secret with a default, which is a reference such as `env:NAME`.
  public static func secret(
    _ name: String, default standard: String, _ summary: String = ""
  ) -> Self {
    .required(ChannelSetting(name, secret: true, default: standard, summary)) { Secret($0) }
  }
}

extension Setting where Value == Secret? {
  /// An optional secret.
  public static func secret(_ name: String, _ summary: String = "") -> Self {
    .optional(ChannelSetting(name, secret: true, summary)) { Secret($0) }
  }
}

extension Setting where Value == Int? {
  /// An optional whole number.
  public static func integer(
    _ name: String, in range: ClosedRange<Int>, _ summary: String = ""
  ) -> Self {
    .optional(ChannelSetting(name, .integer(range), summary)) { text in
      Int(text).flatMap { range.contains($0) ? $0 : nil }
    }
  }
}

extension Setting where Value == Bool? {
  /// `true` or `false`; `nil` where it isn't set.
  public static func flag(_ name: String, _ summary: String = "") -> Self {
    .optional(ChannelSetting(name, .boolean, summary)) { Bool($0) }
  }
}

extension Setting where Value == Duration {
  /// A duration as people write it (`30s`, `5m` or `2h`), with a default.
  public static func duration(
    _ name: String, default standard: String, _ summary: String = ""
  ) -> Self {
    .required(ChannelSetting(name, .duration, default: standard, summary)) {
      Duration(written: $0)
    }
  }
}

extension Setting where Value: RawRepresentable, Value: CaseIterable, Value.RawValue == String {
  /// One of an enumeration's raw values, with a default.
  public static func choice(
    _ name: String, default standard: Value, _ summary: String = ""
  ) -> Self {
    let words = Value.allCases.map(\.rawValue)
    return .required(
      ChannelSetting(name, .choice(words), default: standard.rawValue, summary)
    ) { Value(rawValue: $0) }
  }
}

extension Setting {
  /// One of an enumeration's raw values, optional.
  public static func choice<Choice>(_ name: String, _ summary: String = "") -> Self
  where
    Value == Choice?, Choice: RawRepresentable, Choice: CaseIterable, Choice.RawValue == String
  {
    let words = Choice.allCases.map(\.rawValue)
    return .optional(ChannelSetting(name, .choice(words), summary)) { Choice(rawValue: $0) }
  }
}

extension Setting where Value == [String] {
  /// A list of texts of one line each.
  public static func list(
    _ name: String, required: Bool = false, references: Bool = true, _ summary: String = ""
  ) -> Self {
    let declaration = ChannelSetting(
      name, list: true, required: required, references: references, summary)
    return Setting(declaration) { settings throws(SettingProblem) in
      let texts = settings.list(name)
      guard !required || !texts.isEmpty else { throw .missing }
      return texts
    }
  }
}

extension Setting where Value == [Secret] {
  /// A list of secrets.
  public static func secrets(_ name: String, _ summary: String = "") -> Self {
    Setting(ChannelSetting(name, list: true, secret: true, summary)) { settings in
      settings.list(name).map { Secret($0) }
    }
  }
}

extension Setting {
  /// A required setting of one value.
  ///
  /// - Parameter read: Returns `nil` for a text that isn't of the declared kind.
  package static func required(
    _ declaration: ChannelSetting, _ read: @escaping @Sendable (String) -> Value?
  ) -> Self {
    Setting(declaration) { settings throws(SettingProblem) in
      let text = settings.text(declaration.name) ?? declaration.defaultValue
      guard let text, !text.isEmpty else { throw .missing }
      guard let value = read(text) else { throw declaration.kind.problem(with: text) }
      return value
    }
  }

  /// An optional setting of one value.
  package static func optional<Some>(
    _ declaration: ChannelSetting, _ read: @escaping @Sendable (String) -> Some?
  ) -> Self where Value == Some? {
    Setting(declaration) { settings throws(SettingProblem) in
      guard let text = settings.text(declaration.name) else { return nil }
      guard let value = read(text) else { throw declaration.kind.problem(with: text) }
      return value
    }
  }
}

extension SettingProblem {
  fileprivate static let missing = SettingProblem("is missing or empty")
}

extension ChannelSetting.Kind {
  fileprivate func problem(with text: String) -> SettingProblem {
    SettingProblem(reason(against: text) ?? "is not valid")
  }
}
