import Foundation

extension Date {
  /// Milliseconds since 1970, the finest resolution of CodeDeploy's times. A time beyond the range
  /// of `Int64` becomes its nearest bound.
  package var milliseconds: Int64 {
    let milliseconds = (timeIntervalSince1970 * 1000).rounded()
    return Int64(exactly: milliseconds) ?? (milliseconds > 0 ? .max : .min)
  }

  package init(milliseconds: Int64) {
    self.init(timeIntervalSince1970: Double(milliseconds) / 1000)
  }
}
