import CodeDeployNotifications

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

  /// The value as a request has it: an object with a single key that tells the type.
  var tree: JSONTree {
    switch self {
    case .text(let text): ["S": .text(text)]
    case .number(let number): ["N": .text(String(number))]
    case .flag(let flag): ["BOOL": .flag(flag)]
    case .texts(let texts): ["SS": .list(texts.map(JSONTree.text))]
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

extension JSONTree {
  init(_ item: Item) { self = .object(item.mapValues(\.tree)) }
}
