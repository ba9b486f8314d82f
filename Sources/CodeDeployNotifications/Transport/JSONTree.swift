import Foundation

/// A JSON value, for payloads whose parts have many shapes and for answers of which only a few
/// values are read. JSON with one fixed shape has a type of its own.
public enum JSONTree: Codable, Sendable, Hashable {
  /// A text.
  case text(String)
  /// A whole number.
  case number(Int)
  /// A number that `Int` can't hold.
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
  /// - Throws: The decoder's error for a number that `Decimal` can't hold.
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

  /// Encodes the value as JSON.
  /// - Throws: The encoder's error.
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

  /// The bytes of a request's body, with the members of objects sorted by name.
  /// - Throws: The encoder's error for a decimal that is not a number.
  public func encoded() throws -> [UInt8] { [UInt8](try JSONCoding.encoder().encode(self)) }
}

extension JSONTree {
  /// The notification's published JSON.
  package init(_ notification: DeploymentNotification) throws {
    self = try JSONDecoder().decode(Self.self, from: Data(JSONCoding.encoded(notification)))
  }

  /// The member of an object; `nil` where there is none, or where this isn't an object.
  public subscript(name: String) -> JSONTree? { members?[name] }

  /// The value of a text; `nil` for everything else.
  public var text: String? { if case .text(let text) = self { text } else { nil } }

  /// The value of a whole number; `nil` for everything else.
  public var number: Int? { if case .number(let number) = self { number } else { nil } }

  /// The value of any number; `nil` for everything else.
  public var double: Double? {
    switch self {
    case .number(let number): Double(number)
    case .decimal(let number): NSDecimalNumber(decimal: number).doubleValue
    default: nil
    }
  }

  /// The members of an object; `nil` for everything else.
  public var members: [String: JSONTree]? {
    if case .object(let members) = self { members } else { nil }
  }

  /// The elements of a list; `nil` for everything else.
  public var elements: [JSONTree]? {
    if case .list(let elements) = self { elements } else { nil }
  }

  /// A text without quotes, and a number, flag or `null` as JSON writes it; `nil` for lists and
  /// objects.
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

  /// An object. If a key is repeated, its last value counts.
  public init(dictionaryLiteral elements: (String, JSONTree)...) {
    self = .object(Dictionary(elements) { $1 })
  }
}
