/// The kinds of settings. Each takes a `summary`, one line for the documentation, and, where it stands,
/// `references`: whether a value may be a reference such as `env:NAME`.
extension Setting where Value == String {
  /// A text of one line, to be set.
  public static func text(
    _ name: String, required: Requirement, references: Bool = true, _ summary: String = ""
  ) -> Self {
    .required(ChannelSetting(name, required: true, references: references, summary)) { $0 }
  }

  /// A text of one line, with what it is unless it is set.
  public static func text(
    _ name: String, references: Bool = true, default standard: String, _ summary: String = ""
  ) -> Self {
    .required(ChannelSetting(name, references: references, default: standard, summary)) { $0 }
  }

  /// One of several words, with what it is unless it is set.
  public static func choice(
    _ name: String, of words: [String], default standard: String, _ summary: String = ""
  ) -> Self {
    .required(ChannelSetting(name, .choice(words), default: standard, summary)) {
      words.contains($0) ? $0 : nil
    }
  }

  /// A program of this machine, to be set: an absolute path, or a name that is looked up.
  public static func program(
    _ name: String, required: Requirement, _ summary: String = ""
  ) -> Self {
    .required(ChannelSetting(name, .program, required: true, summary)) { $0 }
  }

  /// A server's name or address without a port, to be set.
  public static func host(_ name: String, required: Requirement, _ summary: String = "") -> Self {
    .required(ChannelSetting(name, .host, required: true, summary)) { $0 }
  }
}

extension Setting where Value == String? {
  /// A text of one line.
  public static func text(
    _ name: String, references: Bool = true, _ summary: String = ""
  ) -> Self {
    .optional(ChannelSetting(name, references: references, summary)) { $0 }
  }

  /// A Mustache template, which may have several lines.
  public static func template(_ name: String, _ summary: String = "") -> Self {
    .optional(ChannelSetting(name, .template, summary)) { $0 }
  }

  /// A server's name or address without a port.
  public static func host(_ name: String, _ summary: String = "") -> Self {
    .optional(ChannelSetting(name, .host, summary)) { $0 }
  }
}

extension Setting where Value == Secret {
  /// A text that must never be seen, to be set.
  public static func secret(
    _ name: String, required: Requirement, _ summary: String = ""
  ) -> Self {
    .required(ChannelSetting(name, secret: true, required: true, summary)) { Secret($0) }
  }

  /// A text that must never be seen, with where it is unless it is set, such as `env:NAME`.
  public static func secret(
    _ name: String, default standard: String, _ summary: String = ""
  ) -> Self {
    .required(ChannelSetting(name, secret: true, default: standard, summary)) { Secret($0) }
  }
}

extension Setting where Value == Secret? {
  /// A text that must never be seen.
  public static func secret(_ name: String, _ summary: String = "") -> Self {
    .optional(ChannelSetting(name, secret: true, summary)) { Secret($0) }
  }
}

extension Setting where Value == Int? {
  /// A whole number.
  public static func integer(
    _ name: String, in range: ClosedRange<Int>, _ summary: String = ""
  ) -> Self {
    .optional(ChannelSetting(name, .integer(range), summary)) { text in
      Int(text).flatMap { range.contains($0) ? $0 : nil }
    }
  }
}

extension Setting where Value == Bool? {
  /// `true` or `false`; `nil` where neither is said.
  public static func flag(_ name: String, _ summary: String = "") -> Self {
    .optional(ChannelSetting(name, .boolean, summary)) { Bool($0) }
  }
}

extension Setting where Value == Duration {
  /// A duration as people write it, `30s`, `5m` or `2h`, with what it is unless it is set.
  public static func duration(
    _ name: String, default standard: String, _ summary: String = ""
  ) -> Self {
    .required(ChannelSetting(name, .duration, default: standard, summary)) {
      Duration(written: $0)
    }
  }
}

extension Setting where Value: RawRepresentable, Value: CaseIterable, Value.RawValue == String {
  /// One of an enumeration's raw values, with what it is unless it is set.
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
  /// One of an enumeration's raw values.
  public static func choice<Choice>(_ name: String, _ summary: String = "") -> Self
  where
    Value == Choice?, Choice: RawRepresentable, Choice: CaseIterable, Choice.RawValue == String
  {
    let words = Choice.allCases.map(\.rawValue)
    return .optional(ChannelSetting(name, .choice(words), summary)) { Choice(rawValue: $0) }
  }
}

extension Setting where Value == [String] {
  /// Texts of one line each, as many as there are.
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
  /// Texts that must never be seen, as many as there are.
  public static func secrets(_ name: String, _ summary: String = "") -> Self {
    Setting(ChannelSetting(name, list: true, secret: true, summary)) { settings in
      settings.list(name).map { Secret($0) }
    }
  }
}

extension Setting {
  /// A setting of one value that has to be there.
  ///
  /// - Parameter read: Returns `nil` for what isn't of the declared kind.
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

  /// A setting of one value that may be left out.
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
    SettingProblem(reason(against: text) ?? "is of another kind")
  }
}
