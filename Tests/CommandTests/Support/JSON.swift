import Foundation

/// A JSON value that a test looks into: `answer["scopes"][0]["requests"].int`.
enum JSON: Sendable, Equatable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([JSON])
  case object([String: JSON])

  /// Not by `Decodable`: finding out which type a value has would throw an error for each wrong guess,
  /// and the test library records where every error is thrown, which took a fifth of all CPU time.
  init(_ text: String) throws {
    self.init(
      value: try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed))
  }

  private init(value: Any) {
    self =
      switch value {
      case let text as String: .string(text)
      case let number as NSNumber where String(cString: number.objCType) == "c":
        .bool(number.boolValue)
      case let number as NSNumber: .number(number.doubleValue)
      case let list as [Any]: .array(list.map(JSON.init(value:)))
      case let object as [String: Any]: .object(object.mapValues(JSON.init(value:)))
      default: .null
      }
  }

  subscript(key: String) -> JSON {
    if case .object(let object) = self { return object[key] ?? .null }
    return .null
  }

  subscript(index: Int) -> JSON {
    if case .array(let array) = self, array.indices.contains(index) { return array[index] }
    return .null
  }

  var array: [JSON] { if case .array(let array) = self { array } else { [] } }
  var keys: Set<String> { if case .object(let object) = self { Set(object.keys) } else { [] } }
  var string: String? { if case .string(let string) = self { string } else { nil } }
  var int: Int? { if case .number(let number) = self { Int(number) } else { nil } }
  var bool: Bool? { if case .bool(let bool) = self { bool } else { nil } }
}
