import Foundation

/// The part of POSIX sockets that the tests' server needs.
package enum Socket {
  package struct Failure: Error {
    package var call: String
    package var number = errno
  }

  #if canImport(Glibc)
    private static let stream = Int32(SOCK_STREAM.rawValue)
    private static let quietly = Int32(MSG_NOSIGNAL)
  #else
    private static let stream = SOCK_STREAM
    private static let quietly: Int32 = 0
  #endif

  /// A listening socket on a free loopback port.
  package static func listen() throws -> (descriptor: Int32, port: UInt16) {
    let descriptor = socket(AF_INET, stream, 0)
    guard descriptor >= 0 else { throw Failure(call: "socket") }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &address) { address in
      address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(descriptor, address, length) == 0 ? getsockname(descriptor, address, &length) : -1
      }
    }
    guard status == 0, Foundation.listen(descriptor, 512) == 0 else {
      close(descriptor)
      throw Failure(call: "bind")
    }
    return (descriptor, UInt16(bigEndian: address.sin_port))
  }

  /// A port on which nothing listens.
  package static func unusedPort() throws -> UInt16 {
    let (descriptor, port) = try listen()
    close(descriptor)
    return port
  }

  package static func send(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Foundation.send(descriptor, $0.baseAddress, $0.count, quietly)
      }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  /// Reads requests from a connection.
  package struct Reader {
    package let descriptor: Int32
    private var buffer: [UInt8] = []

    package init(descriptor: Int32) {
      self.descriptor = descriptor
      // A client that is silent for so long has been forgotten by its test.
      var limit = timeval(tv_sec: 30, tv_usec: 0)
      setsockopt(
        descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    package mutating func next(connection: Int, number: Int) -> LoopbackServer.Request? {
      let end = Array("\r\n\r\n".utf8)
      var headEnd: Int?
      while headEnd == nil {
        headEnd = buffer.firstRange(of: end)?.upperBound
        if headEnd == nil, !fill() { return nil }
      }
      guard let headEnd else { return nil }
      let head = String(decoding: buffer[..<(headEnd - 4)], as: UTF8.self)
      buffer.removeFirst(headEnd)

      var lines = head.components(separatedBy: "\r\n")
      var request = LoopbackServer.Request(
        connection: connection, number: number, line: lines.removeFirst(), headers: [], body: [])
      for line in lines {
        let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
        let value = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
        request.headers.append((parts[0], value))
      }
      if request.header("Expect") != nil {
        let interim = "HTTP/1.1 100 Continue\r\nX-Interim: 1\r\n\r\n"
        guard Socket.send(Array(interim.utf8), to: descriptor) else { return nil }
      }
      let length = request.header("Content-Length").flatMap(Int.init) ?? 0
      while buffer.count < length {
        if !fill() { return nil }
      }
      request.body = Array(buffer[..<length])
      buffer.removeFirst(length)
      return request
    }

    /// The text before `end`, or `nil` if that never comes.
    package mutating func text(upTo end: String) -> String? {
      let bytes = Array(end.utf8)
      while true {
        if let range = buffer.firstRange(of: bytes) {
          let text = String(decoding: buffer[..<range.lowerBound], as: UTF8.self)
          buffer.removeFirst(range.upperBound)
          return text
        }
        if !fill() { return nil }
      }
    }

    /// Returns when the client hangs up.
    package mutating func waitForEnd() {
      while fill() { buffer = [] }
    }

    private mutating func fill() -> Bool {
      var piece = [UInt8](repeating: 0, count: 64 << 10)
      let count = piece.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
      guard count > 0 else { return false }
      buffer += piece[..<count]
      return true
    }
  }
}
