import Foundation

/// The error of a system call, in the system's words.
package struct SystemError: Error, CustomStringConvertible {
  package var number: Int32

  package init(_ number: Int32) { self.number = number }

  /// The error of this thread's last system call.
  package static var last: SystemError { SystemError(errno) }

  package var description: String {
    // The system says "No space left on device".
    if number == ENOSPC { return "no space left on the device" }
    let text = String(cString: strerror(number))
    return text.prefix(1).lowercased() + text.dropFirst()
  }

  /// Writes all of `bytes`, in as many calls as needed.
  package static func write(_ bytes: [UInt8], to descriptor: Int32) throws(SystemError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw count < 0 ? .last : SystemError(EIO) }
      rest = rest.dropFirst(count)
    }
  }
}
