import Foundation

/// A JSON value, for payloads whose parts have many shapes and for answers of which a few values
/// matter. What has one shape is a type of its own.
public enum JSONTree: Codable, Sendable, Hashable {
  /// A text.
  case text(String)
  /// A whole number.
  case number(Int)
  /// A number that `Int` doesn't hold.
  case decimal(Decimal)
  /// `true` or `false`.
  case flag(Bool)
  /// A list.
  case list([JSONTree])
  /// An object; the order of its members isn't kept.
  case object([String: JSONTree])
  /// `null`.
  case null

  /// Reads any JSON value.
  /// - Throws: What the decoder throws of a number that `Decimal` doesn't hold.
  public init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let text = try? value.decode(String.self) {
      self = .text(text)
    } else if let members = try? value.decode([String: JSONTree].self) {
      self = .object(members)
    } else if let elements = try? value.decode([JSONTree].self) {
      self = .list(elements)
    } else if let flag = try? value.decode(Bool.self) {
      self = .flag(flag)
    } else if let number = try? value.decode(Int.self) {
      self = .number(number)
    } else {
      self = .decimal(try value.decode(Decimal.self))
    }
  }

  /// Encodes the value as JSON has it.
  /// - Throws: What the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .text(let text): try container.encode(text)
    case .number(let number): try container.encode(number)
    case .decimal(let number): try container.encode(number)
    case .flag(let flag): try container.encode(flag)
    case .list(let list): try container.encode(list)
    case .object(let object): try container.encode(object)
    case .null: try container.encodeNil()
    }
  }

  /// The bytes of a request's body, an object's members in the order of their names.
  /// - Throws: What encoding throws of a decimal that is not a number.
  public func encoded() throws -> [UInt8] { [UInt8](try JSONCoding.encoder().encode(self)) }
}

extension JSONTree {
  /// The notification's published JSON.
  package init(_ notification: DeploymentNotification) throws {
    self = try JSONDecoder().decode(Self.self, from: Data(JSONCoding.encoded(notification)))
  }

  /// The member of an object; `nil` where there is none, and of what is no object.
  public subscript(name: String) -> JSONTree? { members?[name] }

  /// The text, of a text.
  public var text: String? { if case .text(let text) = self { text } else { nil } }

  /// The number, of a whole number.
  public var number: Int? { if case .number(let number) = self { number } else { nil } }

  /// The number, of any number.
  public var double: Double? {
    switch self {
    case .number(let number): Double(number)
    case .decimal(let number): NSDecimalNumber(decimal: number).doubleValue
    default: nil
    }
  }

  /// The members, of an object.
  public var members: [String: JSONTree]? {
    if case .object(let members) = self { members } else { nil }
  }

  /// The elements, of a list.
  public var elements: [JSONTree]? {
    if case .list(let elements) = self { elements } else { nil }
  }

  /// A text, number or flag as JSON writes it, a text without its quotes; `nil` for what has parts.
  public var scalar: String? {
    switch self {
    case .text(let text): text
    case .number(let number): "\(number)"
    case .decimal(let number): "\(number)"
    case .flag(let flag): "\(flag)"
    case .null: "null"
    case .list, .object: nil
    }
  }
}

extension JSONTree: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral,
  ExpressibleByNilLiteral
{
  /// A text.
  public init(stringLiteral value: String) { self = .text(value) }
  /// A number.
  public init(integerLiteral value: Int) { self = .number(value) }
  /// `true` or `false`.
  public init(booleanLiteral value: Bool) { self = .flag(value) }
  /// A list.
  public init(arrayLiteral elements: JSONTree...) { self = .list(elements) }
  /// `null`.
  public init(nilLiteral: ()) { self = .null }

  /// An object; of a key that is given twice the last counts.
  public init(dictionaryLiteral elements: (String, JSONTree)...) {
    self = .object(Dictionary(elements) { $1 })
  }
}
