import Foundation

/// A value that is published too, as rows and exports hold it. The names there are the ledger's own,
/// though they are mostly those of the published JSON, so that neither binds the other.
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

/// What `Stored` has of a value: its members in the order of their keys, and the same by `Codable` for
/// rows of another form.
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
