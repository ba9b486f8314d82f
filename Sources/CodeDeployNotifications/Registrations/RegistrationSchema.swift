/// The JSON Schema (draft 7, which editors support best) of the documents that `RegistrationReader`
/// reads, made from the channels' declarations.
package struct RegistrationSchema: Sendable {
  private let catalog: ChannelCatalog

  package init(catalog: ChannelCatalog) { self.catalog = catalog }

  package var document: DocumentValue {
    Self.object([
      ("$schema", .text("http://json-schema.org/draft-07/schema#")),
      ("title", .text("Registrations of cdnotify")),
      (
        "oneOf",
        .list([
          Self.reference("registration"), Self.listOf(Self.reference("registration")),
          Self.reference("file"),
        ])
      ),
      (
        "definitions",
        Self.object([
          ("registration", registration), ("file", file), ("channel", channel),
          ("events", events), ("texts", Self.texts), ("reference", Self.referenceText),
        ])
      ),
    ])
  }

  /// The schema of each key of a registration. A key that isn't here may have any value.
  private var registrationKeys: [(key: String, schema: DocumentValue)] {
    [
      (
        "codedeploy_application_name",
        Self.text(["minLength": .number("1"), "maxLength": .number("100")])
      ),
      ("region", Self.text(["pattern": .text("^[a-z]{2,}(-[a-z0-9]+)+-[0-9]{1,2}$")])),
      ("profile", Self.text(["minLength": .number("1")])),
      ("role_arn", Self.text(["pattern": .text("^arn:aws[a-z-]*:iam::[0-9]{12}:role/\\S+$")])),
      ("external_id", Self.text(["minLength": .number("1")])),
      ("deployment_groups", Self.reference("texts")),
      ("events", Self.reference("events")),
      ("creators", Self.reference("texts")),
      (
        "deployers",
        Self.object([
          ("type", .text("object"))
        ])
      ),
      ("deployer_domains", Self.reference("texts")),
      ("labels", Self.labels),
      ("overdue_after", Self.text(["pattern": .text("^([0-9]+[smhdw])+$")])),
      ("accounts", Self.texts(named: "^[0-9]{12}$")),
      (
        "notifications",
        Self.object([
          ("type", .text("array")), ("minItems", .number("1")),
          (
            "items",
            Self.object([
              (
                "anyOf",
                .list([
                  Self.reference("channel"),
                  Self.text([
                    "minLength": .number("1"), "description": .text("The name of a target."),
                  ]),
                ])
              )
            ])
          ),
        ])
      ),
    ]
  }

  private var registration: DocumentValue {
    let known = registrationKeys
    let members = RegistrationReader.keys.map { key in
      let schema = known.first { $0.key == key }?.schema ?? .object([])
      return (key, Self.described(schema, as: Self.meanings[key]))
    }
    return Self.closed(members, required: ["codedeploy_application_name", "notifications"])
  }

  private var file: DocumentValue {
    let channels = Self.object([
      (
        "anyOf",
        .list([Self.reference("channel"), Self.listOf(Self.reference("channel"))])
      )
    ])
    return Self.closed(
      [
        (
          "targets",
          Self.object([("type", .text("object")), ("additionalProperties", channels)])
        ),
        (
          "accounts",
          Self.texts(named: "^[0-9]{12}$")
        ),
        (
          "registrations",
          Self.object([
            (
              "anyOf",
              .list([
                Self.reference("registration"), Self.listOf(Self.reference("registration")),
              ])
            )
          ])
        ),
      ], required: ["registrations"])
  }

  /// An object whose only key is a channel's type.
  private var channel: DocumentValue {
    var channel = Self.closed(
      catalog.types.map { ($0.type + ChannelReader.suffix, settings(of: $0)) }, required: [])
    if case .object(let members) = channel {
      channel = .object(
        members + [.init("minProperties", .number("1")), .init("maxProperties", .number("1"))])
    }
    return channel
  }

  private func settings(of type: any Channel.Type) -> DocumentValue {
    var properties: [(String, DocumentValue)] = [
      ("name", Self.text(["minLength": .number("1"), "maxLength": .number("64")])),
      (ChannelReader.CommonKeys.document.events, Self.reference("events")),
      (ChannelReader.CommonKeys.document.groups, Self.reference("texts")),
      ("title", Self.text()), ("body", Self.text()),
    ]
    var families: [(String, DocumentValue)] = []
    for setting in type.settings {
      let schema = Self.value(of: setting)
      if setting.name.hasSuffix(".") {
        families.append(("^\(setting.name.dropLast())\\..+", schema))
      } else {
        properties.append((setting.name, schema))
      }
    }
    let required = type.settings.filter { $0.isRequired && !$0.name.hasSuffix(".") }.map(\.name)
    guard case .object(var members) = Self.closed(properties, required: required) else {
      return .object([])
    }
    members.insert(.init("description", .text(type.summary)), at: 0)
    if !families.isEmpty { members.append(.init("patternProperties", Self.object(families))) }
    return .object(members)
  }

  private static func value(of setting: ChannelSetting) -> DocumentValue {
    var one = kind(setting.kind)
    if setting.takesReferences, setting.kind.isNarrow {
      one = object([("anyOf", .list([one, reference("reference")]))])
    }
    if setting.isList {
      one = object([
        (
          "anyOf",
          .list([
            one, object([("type", .text("array")), ("minItems", .number("1")), ("items", one)]),
          ])
        )
      ])
    }
    guard case .object(let members) = one else { return one }
    return .object([.init("description", .text(setting.summary))] + members)
  }

  /// Numbers and booleans may also be written as strings.
  private static func kind(_ kind: ChannelSetting.Kind) -> DocumentValue {
    switch kind {
    case .integer(let range):
      object([
        (
          "anyOf",
          .list([
            object([
              ("type", .text("integer")), ("minimum", .number("\(range.lowerBound)")),
              ("maximum", .number("\(range.upperBound)")),
            ]), text(["pattern": .text("^[+-]?[0-9]+$")]),
          ])
        )
      ])
    case .boolean:
      object([("enum", .list([.boolean(true), .boolean(false), .text("true"), .text("false")]))])
    case .duration:
      object([
        (
          "anyOf",
          .list([
            object([("type", .text("integer")), ("minimum", .number("0"))]),
            text(["pattern": .text("^([0-9]+|([0-9]+[smhdw])+)$")]),
          ])
        )
      ])
    case .choice(let choices): object([("enum", .list(choices.map(DocumentValue.text)))])
    case .url: text(["pattern": .text("^[Hh][Tt][Tt][Pp][Ss]?://|^\\*{8}$")])
    // For a text, the reader accepts a number or a boolean as it is written.
    case .text, .template, .program, .host:
      object([("type", .list([.text("string"), .text("number"), .text("boolean")]))])
    }
  }

  private var events: DocumentValue {
    let names = DeploymentEvent.allCases.map { DocumentValue.text($0.rawValue) }
    let one = Self.object([("enum", .list(names))])
    return Self.object([
      (
        "anyOf",
        .list([
          one,
          Self.object([("type", .text("array")), ("minItems", .number("1")), ("items", one)]),
        ])
      )
    ])
  }

  private static let labels = object([
    ("type", .text("object")), ("additionalProperties", text()),
    ("maxProperties", .number("\(RegistrationRules.mostLabels)")),
  ])

  /// An object of strings, whose keys match a pattern.
  private static func texts(named pattern: String) -> DocumentValue {
    object([
      ("type", .text("object")), ("patternProperties", object([(pattern, text())])),
      ("additionalProperties", .boolean(false)),
    ])
  }

  private static let texts = object([
    (
      "anyOf",
      .list([text(["minLength": .number("1")]), listOf(text(["minLength": .number("1")]))])
    )
  ])

  private static let referenceText = text([
    "pattern": .text("^(env|file|credential|ssm|secretsmanager|literal):")
  ])

  private static func closed(
    _ properties: [(String, DocumentValue)], required: [String]
  ) -> DocumentValue {
    var members: [(String, DocumentValue)] = [
      ("type", .text("object")), ("properties", object(properties)),
      ("additionalProperties", .boolean(false)),
    ]
    if !required.isEmpty { members.append(("required", .list(required.map(DocumentValue.text)))) }
    return object(members)
  }

  private static func text(_ more: KeyValuePairs<String, DocumentValue> = [:]) -> DocumentValue {
    object([("type", .text("string"))] + more.map { ($0.key, $0.value) })
  }

  private static func listOf(_ items: DocumentValue) -> DocumentValue {
    object([("type", .text("array")), ("items", items)])
  }

  private static func reference(_ name: String) -> DocumentValue {
    object([("$ref", .text("#/definitions/\(name)"))])
  }

  private static func object(_ members: [(String, DocumentValue)]) -> DocumentValue {
    .object(members.map { DocumentValue.Member($0.0, $0.1) })
  }
}

extension ChannelSetting.Kind {
  /// Whether the kind's schema doesn't already accept a reference.
  fileprivate var isNarrow: Bool {
    switch self {
    case .text, .program, .host: false
    default: true
    }
  }
}
