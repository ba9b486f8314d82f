extension Int {
  /// `1 notification`, `2 notifications`.
  package func counted(_ noun: String) -> String { "\(self) \(noun)\(self == 1 ? "" : "s")" }
}
