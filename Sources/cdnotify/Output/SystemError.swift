import Foundation

/// What the system says of a call that failed, in its own words.
struct SystemError: Error, CustomStringConvertible {
  var number: Int32

  init(_ number: Int32) { self.number = number }

  /// The last call's of this thread.
  static var last: SystemError { SystemError(errno) }

  var description: String {
    // "No space left on device", which isn't English that one would write.
    number == ENOSPC
      ? "no space left on the device" : String(cString: strerror(number)).lowercasingFirst
  }
}
