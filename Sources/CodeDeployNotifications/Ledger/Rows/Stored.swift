/// A value that lists the members of its stored form. Where the value is also published, its
/// `Codable` is of the published form, and `Stored` has the stored one.
package protocol StoredValue {
  init<Row: MemberReader>(members row: inout Row) throws(Row.Failure)
  func writeMembers<Row: MemberWriter>(to row: inout Row) throws(Row.Failure)

  // Every type has its own version of these, so that rows are read and written by specialized code.
  // Unspecialized, it would look types up at run time for every member.
  init(stored row: inout RowReader) throws(RowReader.OtherForm)
  func writeStored(to row: inout RowWriter)
}

extension StoredValue {
  package init(stored row: inout RowReader) throws(RowReader.OtherForm) {
    try row.beginObject()
    self = try Self(members: &row)
    try row.endObject()
  }

  package func writeStored(to row: inout RowWriter) {
    row.beginObject()
    writeMembers(to: &row)
    row.endObject()
  }
}

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

  package init(from decoder: any Decoder) throws {
    var members = try DecodedMembers(decoder)
    value = try Value(members: &members)
  }

  package func encode(to encoder: any Encoder) throws {
    var members = EncodedMembers(encoder)
    try value.writeMembers(to: &members)
  }
}

/// A value that has no form but the stored one.
package protocol RowObject: StoredValue, RowValue {}

extension RowObject {
  package init(_ row: inout RowReader) throws(RowReader.OtherForm) {
    self = try Self(stored: &row)
  }

  package func write(to row: inout RowWriter) { writeStored(to: &row) }

  package init(from decoder: any Decoder) throws {
    var members = try DecodedMembers(decoder)
    self = try Self(members: &members)
  }

  package func encode(to encoder: any Encoder) throws {
    var members = EncodedMembers(encoder)
    try writeMembers(to: &members)
  }
}
