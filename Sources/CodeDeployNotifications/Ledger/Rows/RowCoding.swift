import Foundation

/// How stores and exports encode whole values: as JSON with times in milliseconds, which is
/// CodeDeploy's resolution, so that decoding returns an equal value.
package enum RowCoding {
  /// Encodes without `JSONEncoder`, into the same bytes.
  package static func encode(_ value: some RowValue) throws -> String {
    var row = RowWriter()
    value.write(to: &row)
    return String(decoding: row.bytes, as: UTF8.self)
  }

  package static func encode(_ value: some Encodable) throws -> String {
    try encodeAny(value)
  }

  /// Encodes any value with `JSONEncoder`.
  package static func encodeAny(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .custom { date, encoder in
      var container = encoder.singleValueContainer()
      try container.encode(date.milliseconds)
    }
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  /// Decodes without `JSONDecoder` where the text has the form that `encode` writes.
  package static func decode<Value: RowValue>(
    _ type: Value.Type, from text: String
  ) throws -> Value {
    try plain(type, text) ?? decodeAny(type, from: text)
  }

  package static func decode<Value: Decodable>(_ type: Value.Type, from text: String) throws
    -> Value
  {
    try decodeAny(type, from: text)
  }

  /// Decodes any value in any form with `JSONDecoder`.
  package static func decodeAny<Value: Decodable>(
    _ type: Value.Type, from text: String
  ) throws -> Value {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .custom { decoder in
      Date(milliseconds: try decoder.singleValueContainer().decode(Int64.self))
    }
    return try decoder.decode(type, from: Data(text.utf8))
  }

  /// Decodes a row that other programs can write. `RowReader` accepts no number that is out of
  /// range.
  package static func decode<Value: RowValue>(
    _ type: Value.Type, fromStored text: String
  ) throws -> Value {
    try plain(type, text) ?? decodeStored(type, from: text)
  }

  /// Decodes a row that other programs can write. Numbers out of range are refused, so that
  /// calculations with them can't overflow.
  package static func decode<Value: Decodable>(
    _ type: Value.Type, fromStored text: String
  ) throws -> Value {
    try decodeStored(type, from: text)
  }

  /// Decodes a value in the form that `encode` writes; `nil` for any other form.
  private static func plain<Value: RowValue>(_ type: Value.Type, _ text: String) -> Value? {
    var text = text
    return text.withUTF8 { RowReader.read(type, from: $0) }
  }

  private static func decodeStored<Value: Decodable>(
    _ type: Value.Type, from text: String
  ) throws -> Value {
    if let number = oddNumber(in: Array(text.utf8)[...]) {
      throw DecodingError.dataCorrupted(
        .init(codingPath: [], debugDescription: "the number \(number) is out of range"))
    }
    return try decodeAny(type, from: text)
  }

  /// The first number in JSON that no store has written: negative, with an exponent, or with more
  /// than fifteen digits. `nil` if there is none.
  package static func oddNumber(in line: ArraySlice<UInt8>) -> String? {
    var isText = false
    var isEscaped = false
    var number = line.startIndex..<line.startIndex
    for index in line.indices {
      let byte = line[index]
      if isText {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isText = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isText = true
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"),
        UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
        if number.upperBound != index { number = index..<index }
        number = number.lowerBound..<(index + 1)
        let first = line[number.lowerBound]
        let isNumber = first != UInt8(ascii: "e") && first != UInt8(ascii: "E")
        let isDigit = byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
        guard isNumber, !isDigit || number.count > 15 else { continue }
        return String(decoding: line[number.lowerBound...].prefix(24), as: UTF8.self)
          .prefix { "0123456789+-.eE".contains($0) }.description
      default: break
      }
    }
    return nil
  }
}
