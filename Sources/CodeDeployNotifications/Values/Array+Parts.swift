extension Array {
  /// The elements in order, in parts of `size` elements. The last part may have fewer.
  package func parts(of size: Int) -> [[Element]] {
    stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
  }
}
