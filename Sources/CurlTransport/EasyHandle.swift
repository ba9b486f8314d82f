import CCurl

/// A libcurl handle with the memory that it points to. Only the engine's thread uses it.
final class EasyHandle {
  let raw: UnsafeMutableRawPointer
  private let errorText: UnsafeMutablePointer<CChar>
  private var lists: [UnsafeMutablePointer<curl_slist>?] = []
  private var mime: OpaquePointer?
  /// The proxy that is used for hosts that aren't excepted.
  var proxy: Proxy?
  /// Reasons to abort, which are checked while it runs.
  private var reasons: [() -> Bool] = []

  init() throws {
    guard let raw = curl_easy_init() else { throw LibcurlRefusal(code: CURLE_OUT_OF_MEMORY) }
    self.raw = raw
    errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    try set(CURLOPT_ERRORBUFFER, pointer: errorText)
  }

  deinit {
    curl_easy_cleanup(raw)
    // Not earlier: the handle refers to them until it is freed.
    lists.forEach(curl_slist_free_all)
    curl_mime_free(mime)
    errorText.deallocate()
  }

  func set(_ option: CURLoption, _ value: Int) throws {
    try check(ccurl_set_long(raw, option, value))
  }

  func set(_ option: CURLoption, _ value: String) throws {
    try check(ccurl_set_string(raw, option, value))
  }

  func reset(_ option: CURLoption) throws {
    try check(ccurl_set_string(raw, option, nil))
  }

  func set(_ option: CURLoption, pointer: UnsafeRawPointer) throws {
    try check(ccurl_set_pointer(raw, option, pointer))
  }

  /// Sets a body of exactly these bytes. libcurl copies it.
  func setBody(_ bytes: [UInt8]) throws {
    // The size has to be set first: otherwise libcurl measures the body up to its first zero byte.
    try check(ccurl_set_off(raw, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count)))
    try check(
      bytes.withUnsafeBytes { buffer in
        // An empty array may have no address, and without one libcurl would read the body by a
        // callback.
        withUnsafePointer(to: UInt8(0)) { empty in
          ccurl_set_pointer(raw, CURLOPT_COPYPOSTFIELDS, buffer.baseAddress ?? .init(empty))
        }
      })
  }

  /// Sets header lines in libcurl's notation.
  func setHeaders(_ lines: [String]) throws {
    try check(ccurl_set_list(raw, CURLOPT_HTTPHEADER, list(lines)))
  }

  /// Sets the addresses that a mail is sent to.
  func setRecipients(_ addresses: [String]) throws {
    try check(ccurl_set_recipients(raw, list(addresses)))
  }

  /// A list of libcurl's, which lives as long as the handle.
  private func list(_ texts: [String]) throws -> UnsafeMutablePointer<curl_slist>? {
    var list: UnsafeMutablePointer<curl_slist>?
    defer { lists.append(list) }
    for text in texts {
      guard let longer = curl_slist_append(list, text) else {
        throw LibcurlRefusal(code: CURLE_OUT_OF_MEMORY)
      }
      list = longer
    }
    return list
  }

  /// Sets the parts of a mail's body. libcurl encodes each and chooses a boundary; the header's
  /// `Content-Type` says which kind of multipart it is.
  func setParts(_ parts: [(type: String, text: String)]) throws {
    guard mime == nil, let whole = curl_mime_init(raw) else {
      throw LibcurlRefusal(code: CURLE_OUT_OF_MEMORY)
    }
    mime = whole
    for (type, text) in parts {
      guard let part = curl_mime_addpart(whole) else {
        throw LibcurlRefusal(code: CURLE_OUT_OF_MEMORY)
      }
      try check(curl_mime_data(part, text, text.utf8.count))
      try check(curl_mime_type(part, type))
      try check(curl_mime_encoder(part, "quoted-printable"))
    }
    try check(ccurl_set_mime(raw, whole))
  }

  /// Passes every header line and every piece of the body to the receiver, which has to live as
  /// long as the transfer.
  func setReceiver(_ receiver: ResponseReceiver) throws {
    let context = Unmanaged.passUnretained(receiver).toOpaque()
    try check(
      ccurl_set_header_callback(
        raw, { EasyHandle.deliver($0, $1 * $2, $3) { $0.takeHeader($1) } }, context))
    try check(
      ccurl_set_body_callback(
        raw, { EasyHandle.deliver($0, $1 * $2, $3) { $0.takeBody($1) } }, context))
  }

  /// Returns a callback's result: the count to go on, anything else to end the transfer.
  private static func deliver(
    _ bytes: UnsafeMutablePointer<CChar>?, _ count: Int, _ context: UnsafeMutableRawPointer?,
    to take: (ResponseReceiver, UnsafeRawBufferPointer) -> Bool
  ) -> Int {
    guard let bytes, let context, count > 0 else { return count }
    let receiver = Unmanaged<ResponseReceiver>.fromOpaque(context).takeUnretainedValue()
    return take(receiver, UnsafeRawBufferPointer(start: bytes, count: count)) ? count : 0
  }

  /// Ends the transfer within a second once `reason` returns true, even while libcurl waits.
  func giveUp(when reason: @escaping () -> Bool) throws {
    reasons.append(reason)
    try check(
      ccurl_set_progress_callback(
        raw,
        { context, _, _, _, _ in
          guard let context else { return 0 }
          let handle = Unmanaged<EasyHandle>.fromOpaque(context).takeUnretainedValue()
          return handle.reasons.contains { $0() } ? 1 : 0
        }, Unmanaged.passUnretained(self).toOpaque()))
  }

  /// Closes the sockets of this handle in child processes.
  func setCloseOnExec() throws { try check(ccurl_set_close_on_exec(raw)) }

  /// The system's error number of the last failed connection attempt, or 0.
  var systemError: Int32 {
    var value = 0
    return ccurl_get_long(raw, CURLINFO_OS_ERRNO, &value) == CURLE_OK ? Int32(value) : 0
  }

  /// What the proxy answered to the request for a tunnel, or 0.
  var tunnelStatus: Int {
    var value = 0
    return ccurl_get_long(raw, CURLINFO_HTTP_CONNECTCODE, &value) == CURLE_OK ? value : 0
  }

  /// Whether a connection was ready for the request, including TLS if that was asked for.
  var wasConnected: Bool { hasPassed(CURLINFO_PRETRANSFER_TIME_T) }

  /// Whether the server, or the proxy before it, took the connection, and TLS if that comes first.
  var wasTaken: Bool { hasPassed(CURLINFO_CONNECT_TIME_T) }

  /// Whether a step that libcurl takes the time of was done.
  private func hasPassed(_ step: CURLINFO) -> Bool {
    var microseconds: curl_off_t = 0
    return ccurl_get_off(raw, step, &microseconds) == CURLE_OK && microseconds > 0
  }

  /// libcurl's description of the error. Some descriptions contain the URL, so only those about TLS
  /// may be shown.
  var detail: String { String(cString: errorText) }

  func check(_ code: CURLcode) throws {
    guard code == CURLE_OK else { throw LibcurlRefusal(code: code) }
  }
}

/// Thrown where libcurl refused an option's value or had no memory for it.
struct LibcurlRefusal: Error {
  let code: CURLcode
}
