/// A record of an import that differs from the one that the store holds, so that nothing was
/// imported.
public struct ConflictingRecord: Error, Sendable, CustomStringConvertible {
  /// Its index among the given records.
  package var index: Int
  /// A sentence that says which record the store holds, without secrets.
  public package(set) var description: String

  /// Its line in the export, counted from 1. The first line identifies the format.
  public var line: Int { index + 2 }

  package init(index: Int, _ description: String) {
    self.index = index
    self.description = description
  }

  /// A conflict about this record.
  package init(index: Int, _ record: StoreRecord) {
    let what =
      switch record {
      case .deployment(let entry):
        "another state of deployment \(entry.key.id) in \(entry.key.scope.label)"
      case .watermark(let scope, _): "another watermark of \(scope.label)"
      case .registration(let record):
        "another registration of \(record.registration.application) in "
          + record.registration.scope.label
      case .mute(let mute):
        "a mute of \(mute.identity.application) in \(mute.identity.scope.label) with another end"
      }
    self.init(index: index, "the store holds \(what)")
  }
}
