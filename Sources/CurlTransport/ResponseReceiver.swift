import CodeDeployNotifications

/// Collects one answer from libcurl, line by line and piece by piece, up to a limit.
final class ResponseReceiver {
  /// More than any real server sends; without a limit, one could send header fields for ever.
  static let maximumHeaderBytes = 256 << 10

  private let maximumBodyBytes: Int
  private var headerBytes = 0
  private var head: (status: Int, headers: [HTTPField])?
  private var headIsComplete = false
  private var body: [UInt8] = []

  /// Whether the transfer was ended here because the answer was too large.
  private(set) var isTooLarge = false
  /// Whether it was ended here because enough of an error had come.
  private(set) var isCut = false

  init(maximumBodyBytes: Int) { self.maximumBodyBytes = maximumBodyBytes }

  /// The answer, if its whole header came. libcurl calls an answer a success that was cut inside
  /// its header; only the missing blank line distinguishes that from an empty body.
  var response: HTTPResponse? {
    guard headIsComplete, let head, head.status >= 200 else { return nil }
    return HTTPResponse(status: head.status, headers: head.headers, body: body)
  }

  /// Takes a line of the header or of a trailer. Returns false to end the transfer.
  func takeHeader(_ bytes: UnsafeRawBufferPointer) -> Bool {
    headerBytes += bytes.count
    guard headerBytes <= Self.maximumHeaderBytes else { return tooLarge() }
    var line = bytes[...]
    while let last = line.last, last == 0x0D || last == 0x0A { line.removeLast() }

    // An interim answer (1xx) has a header of its own, which the next one replaces.
    if head == nil || (headIsComplete && (head?.status ?? 0) < 200) {
      guard let status = Self.status(of: line) else { return true }
      head = (status, [])
      headIsComplete = false
    } else if headIsComplete {
      return true  // A trailer: nobody here asks for one.
    } else if line.isEmpty {
      // A line whose end was cut off isn't the blank line.
      headIsComplete = bytes.last == 0x0A
    } else {
      add(line)
    }
    return true
  }

  /// Takes a piece of the body. Returns false to end the transfer.
  func takeBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let isSuccess = (200..<300).contains(head?.status ?? 0)
    let room = HTTPResponse.errorLimit - body.count
    if !isSuccess, bytes.count >= room, maximumBodyBytes >= HTTPResponse.errorLimit {
      body.append(contentsOf: bytes.prefix(room))
      isCut = true
      return false
    }
    guard bytes.count <= maximumBodyBytes - body.count else { return tooLarge() }
    body.append(contentsOf: bytes)
    return true
  }

  private func tooLarge() -> Bool {
    isTooLarge = true
    return false
  }

  private func add(_ line: Slice<UnsafeRawBufferPointer>) {
    guard let first = line.first else { return }
    if first == 0x20 || first == 0x09 {
      // A folded line of an old server continues the field before it.
      let more = Self.text(line)
      guard let last = head?.headers.indices.last else { return }
      head?.headers[last].value += more.isEmpty ? "" : " " + more
    } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
      head?.headers.append(HTTPField(Self.text(line[..<colon]), Self.text(line[(colon + 1)...])))
    }
  }

  /// The status in `HTTP/1.1 200 OK` and `HTTP/2 200`.
  private static func status(of line: Slice<UnsafeRawBufferPointer>) -> Int? {
    let words = line.split(separator: 0x20, maxSplits: 2)
    guard words.count >= 2, words[0].starts(with: "HTTP/".utf8) else { return nil }
    return Int(text(words[1]))
  }

  /// The text without blanks at both ends.
  private static func text(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
    var bytes = bytes
    while let first = bytes.first, first == 0x20 || first == 0x09 { bytes.removeFirst() }
    while let last = bytes.last, last == 0x20 || last == 0x09 { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}
