import Foundation

/// A value in rows and exports, read and written without `JSONDecoder` and `JSONEncoder`. These
/// take ten times as long, which would be most of the time that a long history or an export takes.
///
/// The members of an object are read and written in the order of their keys, sorted by UTF-8.
package protocol RowValue: Codable {
  init(_ row: inout RowReader) throws(RowReader.OtherForm)
  func write(to row: inout RowWriter)
}

extension String: RowValue {
  package init(_ row: inout RowReader) throws(RowReader.OtherForm) { self = try row.text() }
  package func write(to row: inout RowWriter) { row.text(self) }
}

extension Int: RowValue {
  package init(_ row: inout RowReader) throws(RowReader.OtherForm) { self = try row.count() }
  package func write(to row: inout RowWriter) { row.number(Int64(self)) }
}

extension Int64: RowValue {
  package init(_ row: inout RowReader) throws(RowReader.OtherForm) {
    self = Int64(try row.count())
  }
  package func write(to row: inout RowWriter) { row.number(self) }
}

extension Date: RowValue {
  package init(_ row: inout RowReader) throws(RowReader.OtherForm) {
    self.init(milliseconds: Int64(try row.count()))
  }
  package func write(to row: inout RowWriter) { row.date(self) }
}

extension Array: RowValue where Element: RowValue {
  package init(_ row: inout RowReader) throws(RowReader.OtherForm) {
    self = []
    try row.beginList()
    while try row.hasElement() { append(try Element(&row)) }
  }

  package func write(to row: inout RowWriter) {
    row.beginList()
    for element in self { row.element(element) }
    row.endList()
  }
}

extension Dictionary: RowValue where Key == String, Value == String {
  package init(_ row: inout RowReader) throws(RowReader.OtherForm) {
    self = [:]
    try row.beginObject()
    while let key = try row.key() {
      // A repeated key is left to `JSONDecoder`.
      guard updateValue(try row.text(), forKey: key) == nil else { throw RowReader.OtherForm() }
    }
    try row.endObject()
  }

  package func write(to row: inout RowWriter) {
    row.beginObject()
    let sorted =
      count < 2 ? Array(self) : sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    for (key, value) in sorted { row.member(key, value) }
    row.endObject()
  }
}

extension RowValue where Self: RawRepresentable, RawValue == String {
  package init(_ row: inout RowReader) throws(RowReader.OtherForm) {
    guard let value = Self(rawValue: try row.text()) else { throw RowReader.OtherForm() }
    self = value
  }
  package func write(to row: inout RowWriter) { row.text(rawValue) }
}
