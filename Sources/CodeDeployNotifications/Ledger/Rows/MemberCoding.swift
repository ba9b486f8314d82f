/// Reads the members of a stored object in the order of their keys, sorted by UTF-8: from the form
/// that `RowWriter` writes, or from any other through `Codable`. So each value lists its members
/// once for reading and once for writing.
package protocol MemberReader {
  associatedtype Failure: Error

  mutating func member<Value: RowValue>(_ key: StaticString) throws(Failure) -> Value
  /// Returns `nil` where the member is missing.
  mutating func optional<Value: RowValue>(_ key: StaticString) throws(Failure) -> Value?
  mutating func member<Value: StoredValue>(stored key: StaticString) throws(Failure) -> Value
  mutating func optional<Value: StoredValue>(stored key: StaticString) throws(Failure) -> Value?
  /// Passes over a text that is written for readers and derived from other members.
  mutating func passOver(derived key: StaticString) throws(Failure)
}

/// Writes the members of a stored object in the same order.
package protocol MemberWriter {
  associatedtype Failure: Error

  mutating func member(_ key: StaticString, _ value: some RowValue) throws(Failure)
  /// Writes a member, or nothing for `nil`.
  mutating func optional(_ key: StaticString, _ value: (some RowValue)?) throws(Failure)
  mutating func member(stored key: StaticString, _ value: some StoredValue) throws(Failure)
  mutating func optional(stored key: StaticString, _ value: (some StoredValue)?) throws(Failure)
}

extension RowReader: MemberReader {
  @inline(__always)
  package mutating func member<Value: StoredValue>(
    stored key: StaticString
  ) throws(OtherForm) -> Value {
    guard skip(key) else { throw OtherForm() }
    return try Value(stored: &self)
  }

  @inline(__always)
  package mutating func optional<Value: StoredValue>(
    stored key: StaticString
  ) throws(OtherForm) -> Value? {
    skip(key) ? try Value(stored: &self) : nil
  }

  package mutating func passOver(derived key: StaticString) throws(OtherForm) {
    if skip(key) { try skipText() }
  }
}

extension RowWriter: MemberWriter {
  package typealias Failure = Never

  @inline(__always)
  package mutating func member(stored key: StaticString, _ value: some StoredValue) {
    self.key(key)
    value.writeStored(to: &self)
  }

  @inline(__always)
  package mutating func optional(stored key: StaticString, _ value: (some StoredValue)?) {
    if let value { member(stored: key, value) }
  }
}

/// A member's name for `Codable`.
private struct MemberKey: CodingKey {
  var stringValue: String
  var intValue: Int? { nil }

  init(_ key: StaticString) { stringValue = "\(key)" }
  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

/// Reads members with a decoder.
struct DecodedMembers: MemberReader {
  typealias Failure = any Error

  private let members: KeyedDecodingContainer<MemberKey>

  init(_ decoder: any Decoder) throws { members = try decoder.container(keyedBy: MemberKey.self) }

  func member<Value: RowValue>(_ key: StaticString) throws -> Value {
    try members.decode(Value.self, forKey: MemberKey(key))
  }

  func optional<Value: RowValue>(_ key: StaticString) throws -> Value? {
    try members.decodeIfPresent(Value.self, forKey: MemberKey(key))
  }

  func member<Value: StoredValue>(stored key: StaticString) throws -> Value {
    let stored: Stored<Value> = try member(key)
    return stored.value
  }

  func optional<Value: StoredValue>(stored key: StaticString) throws -> Value? {
    let stored: Stored<Value>? = try optional(key)
    return stored?.value
  }

  func passOver(derived key: StaticString) {}
}

/// Writes members with an encoder.
struct EncodedMembers: MemberWriter {
  typealias Failure = any Error

  private var members: KeyedEncodingContainer<MemberKey>

  init(_ encoder: any Encoder) { members = encoder.container(keyedBy: MemberKey.self) }

  mutating func member(_ key: StaticString, _ value: some RowValue) throws {
    try members.encode(value, forKey: MemberKey(key))
  }

  mutating func optional(_ key: StaticString, _ value: (some RowValue)?) throws {
    if let value { try member(key, value) }
  }

  mutating func member(stored key: StaticString, _ value: some StoredValue) throws {
    try member(key, Stored(value))
  }

  mutating func optional(stored key: StaticString, _ value: (some StoredValue)?) throws {
    if let value { try member(stored: key, value) }
  }
}
