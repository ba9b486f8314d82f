import CodeDeployNotifications

/// A list of an answer, read element by element: what can't be read is counted and left out, so
/// that one odd element keeps back none of the others.
struct Elements<Element: Decodable>: Decodable {
  var values: [Element] = []
  /// How many elements there were that couldn't be read.
  var unreadable = 0

  init() {}

  init(from decoder: any Decoder) throws {
    var list = try decoder.unkeyedContainer()
    while !list.isAtEnd {
      if try list.decodeNil() {
        unreadable += 1
      } else if let value = try list.decode(Attempt.self).value {
        values.append(value)
      } else {
        unreadable += 1
      }
    }
  }

  /// Passes over an element in any case: a list stands still at one that throws.
  private struct Attempt: Decodable {
    var value: Element?

    init(from decoder: any Decoder) throws { value = try? Element(from: decoder) }
  }
}

/// A name or id in a list, such as `d-8F3C1D2A9`: a short text without control characters. Anything
/// else would be refused when it is asked for, and the others of its batch with it.
struct ListedID: Decodable, Sendable {
  var text: String

  /// Longer than any: an ECS target's id, `cluster:service`, has 511 at the most.
  static let maximumBytes = 1024

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    text = try value.decode(String.self)
    guard !text.isEmpty, text.utf8.count <= Self.maximumBytes,
      text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
    else { throw DecodingError.dataCorruptedError(in: value, debugDescription: "") }
  }
}
