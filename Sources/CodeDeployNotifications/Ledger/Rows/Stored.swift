import Foundation

/// The form in which rows and exports hold a value that is also published. Its names are the
/// ledger's own, so that neither form binds the other. Most of them equal those of the published
/// JSON.
package struct Stored<Value: StoredValue>: RowValue {
  package var value: Value

  package init(_ value: Value) { self.value = value }

  package init(_ row: inout RowReader) throws(RowReader.OtherForm) {
    value = try Value(stored: &row)
  }

  package func write(to row: inout RowWriter) { value.writeStored(to: &row) }

  package init(from decoder: any Decoder) throws { value = try Value(storedBy: decoder) }

  package func encode(to encoder: any Encoder) throws { try value.encodeStored(to: encoder) }
}

/// What `Stored` needs of a value: it reads and writes the members in the order of their keys, and
/// with `Codable` for rows of another form.
package protocol StoredValue {
  init(stored row: inout RowReader) throws(RowReader.OtherForm)
  func writeStored(to row: inout RowWriter)
  init(storedBy decoder: any Decoder) throws
  func encodeStored(to encoder: any Encoder) throws
}

extension RowReader {
  @inline(__always)
  mutating func member<Value: StoredValue>(
    stored key: StaticString
  ) throws(OtherForm) -> Value {
    let stored: Stored<Value> = try member(key)
    return stored.value
  }

  @inline(__always)
  mutating func optional<Value: StoredValue>(
    stored key: StaticString
  ) throws(OtherForm) -> Value? {
    let stored: Stored<Value>? = try optional(key)
    return stored?.value
  }
}

extension KeyedDecodingContainer {
  func member<Value: Decodable>(_ key: Key) throws -> Value {
    try decode(Value.self, forKey: key)
  }

  func optional<Value: Decodable>(_ key: Key) throws -> Value? {
    try decodeIfPresent(Value.self, forKey: key)
  }

  func member<Value: StoredValue>(stored key: Key) throws -> Value {
    try decode(Stored<Value>.self, forKey: key).value
  }

  func optional<Value: StoredValue>(stored key: Key) throws -> Value? {
    try decodeIfPresent(Stored<Value>.self, forKey: key)?.value
  }
}
