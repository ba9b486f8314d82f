import CodeDeployNotifications

/// A list in an answer, decoded element by element. Elements that can't be read are counted and
/// left out, so that one of them doesn't cost the others.
struct Elements<Element: Decodable>: Decodable {
  var values: [Element] = []
  /// How many elements couldn't be read.
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

  /// Consumes an element in any case: a decoding container doesn't advance past one that throws.
  private struct Attempt: Decodable {
    var value: Element?

    init(from decoder: any Decoder) throws { value = try? Element(from: decoder) }
  }
}

/// A name or id in a list, such as `d-8F3C1D2A9`: a short text without control characters. AWS
/// would refuse a request with any other, and the whole batch with it.
struct ListedID: Decodable, Sendable {
  var text: String

  /// Longer than any id: that of an ECS target, `cluster:service`, has at most 511 bytes.
  static let maximumBytes = 1024

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    text = try value.decode(String.self)
    guard !text.isEmpty, text.utf8.count <= Self.maximumBytes,
      text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
    else { throw DecodingError.dataCorruptedError(in: value, debugDescription: "") }
  }
}
