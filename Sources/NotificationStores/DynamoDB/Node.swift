/// JSON for DynamoDB's requests. Attribute values are objects with a single key, which is the type.
indirect enum Node: Sendable, Encodable, ExpressibleByStringLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral
{
  case text(String)
  case flag(Bool)
  case number(Int)
  case list([Node])
  case object([String: Node])

  init(stringLiteral text: String) { self = .text(text) }
  init(booleanLiteral flag: Bool) { self = .flag(flag) }
  init(arrayLiteral nodes: Node...) { self = .list(nodes) }
  init(dictionaryLiteral members: (String, Node)...) {
    self = .object(Dictionary(members, uniquingKeysWith: { _, last in last }))
  }

  init(_ item: Item) { self = .object(item.mapValues(\.node)) }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .text(let text): try container.encode(text)
    case .flag(let flag): try container.encode(flag)
    case .number(let number): try container.encode(number)
    case .list(let nodes): try container.encode(nodes)
    case .object(let members): try container.encode(members)
    }
  }
}

/// An item's attributes by name.
typealias Item = [String: AttributeValue]

/// An attribute's value, in the types that this store uses.
/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
enum AttributeValue: Sendable, Hashable, Decodable {
  case text(String)
  case number(Int64)
  case flag(Bool)
  case texts([String])
  /// A type that this store doesn't write.
  case other

  private enum Key: String, CodingKey {
    case text = "S"
    case number = "N"
    case flag = "BOOL"
    case texts = "SS"
  }

  init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: Key.self)
    if let text = try keys.decodeIfPresent(String.self, forKey: .text) {
      self = .text(text)
    } else if let number = try keys.decodeIfPresent(String.self, forKey: .number) {
      self = Int64(number).map(Self.number) ?? .other
    } else if let flag = try keys.decodeIfPresent(Bool.self, forKey: .flag) {
      self = .flag(flag)
    } else if let texts = try keys.decodeIfPresent([String].self, forKey: .texts) {
      self = .texts(texts)
    } else {
      self = .other
    }
  }

  var node: Node {
    switch self {
    case .text(let text): ["S": .text(text)]
    case .number(let number): ["N": .text(String(number))]
    case .flag(let flag): ["BOOL": .flag(flag)]
    case .texts(let texts): ["SS": .list(texts.map(Node.text))]
    case .other: ["NULL": true]
    }
  }

  var text: String? { if case .text(let text) = self { text } else { nil } }
  var number: Int64? { if case .number(let number) = self { number } else { nil } }
  var texts: [String]? { if case .texts(let texts) = self { texts } else { nil } }
  var flag: Bool? { if case .flag(let flag) = self { flag } else { nil } }

  /// The size that DynamoDB counts, in bytes, rounded up.
  var size: Int {
    switch self {
    case .text(let text): text.utf8.count
    case .number: 21
    case .flag, .other: 1
    case .texts(let texts): texts.reduce(3) { $0 + $1.utf8.count + 1 }
    }
  }
}
