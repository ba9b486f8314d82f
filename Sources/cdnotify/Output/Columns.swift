/// Lays out text in columns.
enum Columns {
  /// The rows with aligned cells. The last cell of a row isn't padded, and a few long cells don't
  /// widen their column.
  static func aligned(_ rows: [[String]], widest: Int = 48) -> [String] {
    var widths: [Int] = []
    for row in rows {
      for (column, cell) in row.dropLast().enumerated() {
        if column == widths.count { widths.append(0) }
        widths[column] = max(widths[column], min(cell.count, widest))
      }
    }
    return rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        // An empty column has no width.
        if column < row.count - 1, widths[column] == 0 { continue }
        line += column < row.count - 1 ? cell.padded(to: widths[column]) + "  " : cell
      }
      while line.hasSuffix(" ") { line.removeLast() }
      return line
    }
  }
}
