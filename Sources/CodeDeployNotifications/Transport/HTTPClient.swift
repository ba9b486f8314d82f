import Foundation

/// One HTTP request as the program's adapters state it; a transport carries it out.
public struct HTTPRequest: Sendable {
  /// The request method; the ones that the program's providers need.
  public enum Method: String, Sendable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
  }

  /// The method.
  public var method: Method
  /// An absolute `http` or `https` URL, already percent-encoded.
  public var url: String
  /// Header fields in the order they are sent. A request with a body names its `Content-Type`.
  public var headers: [HTTPField]
  /// The body; empty for none.
  public var body: [UInt8]
  /// The longest the whole exchange may take, from name lookup to the last byte.
  public var timeout: Duration
  /// A longer body ends the exchange with `HTTPFailure.Kind.tooLarge`, so that no answer can
  /// fill the memory.
  public var maximumResponseBytes: Int
  /// When set, the transport signs the request with AWS Signature Version 4.
  public var signature: AWSSignature?
  /// Whether the request goes straight to its host, whatever proxies the environment names: for
  /// services of this very machine, such as an instance's metadata, which no proxy can reach.
  public var bypassesProxy: Bool

  /// Takes each part, as the property of its name has it.
  public init(
    _ method: Method, _ url: String, headers: [HTTPField] = [], body: [UInt8] = [],
    timeout: Duration = .seconds(10), maximumResponseBytes: Int = 16 << 20,
    signature: AWSSignature? = nil, bypassesProxy: Bool = false
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.timeout = timeout
    self.maximumResponseBytes = maximumResponseBytes
    self.signature = signature
    self.bypassesProxy = bypassesProxy
  }
}

/// A header field: a name, compared without regard to case, and its value.
public struct HTTPField: Sendable, Hashable {
  /// Its name.
  public var name: String
  /// Its value.
  public var value: String

  /// Takes each part, as the property of its name has it.
  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// What a server answered, whatever its status.
public struct HTTPResponse: Sendable {
  /// The status code.
  public var status: Int
  /// The header fields, in the order they came in.
  public var headers: [HTTPField]
  /// Of an answer that is no success, the first `errorLimit` bytes.
  public var body: [UInt8]

  /// As much as is read of an answer that is no success: what it says of itself is short.
  public static let errorLimit = 64 << 10

  /// Takes each part, as the property of its name has it.
  public init(status: Int, headers: [HTTPField] = [], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// The first field of that name, or `nil`.
  public func header(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }

  /// The body as text; bytes that aren't UTF-8 become replacement characters.
  public var text: String { String(decoding: body, as: UTF8.self) }
}

/// What a transport needs to sign a request for AWS (Signature Version 4).
public struct AWSSignature: Sendable {
  /// Whose keys sign.
  public var credentials: AWSCredentials
  /// The region's name as it stands in the signature's scope, such as `eu-west-1`.
  public var region: String
  /// The service's signing name, such as `codedeploy`.
  public var service: String

  /// Takes each part, as the property of its name has it.
  public init(credentials: AWSCredentials, region: String, service: String) {
    self.credentials = credentials
    self.region = region
    self.service = service
  }
}

/// An exchange that brought no complete answer.
public struct HTTPFailure: Error, Sendable, CustomStringConvertible {
  /// What kept the answer away.
  public enum Kind: Sendable, Hashable {
    /// The name was not found, or nothing accepted the connection.
    case unreachable
    /// The connect or the total time ran out.
    case timedOut
    /// The server's certificate wasn't accepted, or the TLS handshake failed.
    case tls
    /// The connection broke, or the answer ended early or was no HTTP.
    case broken
    /// The answer was longer than the request allows.
    case tooLarge
    /// The URL or a header field can't be sent as it stands.
    case invalidRequest
  }

  /// What kept the answer away.
  public var kind: Kind
  /// A sentence without secrets: it names the host, never a path, a query or a header.
  public var description: String

  /// Takes each part, as the property of its name has it.
  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}

/// Carries out HTTP requests. A struct of one closure, so that a test hands in its own.
public struct HTTPClient: Sendable {
  /// Throws `HTTPFailure`, or `CancellationError` when the calling task is cancelled. Redirects
  /// are answers like any other: they are not followed.
  public var send: @Sendable (HTTPRequest) async throws -> HTTPResponse

  /// Takes each part, as the property of its name has it.
  public init(send: @escaping @Sendable (HTTPRequest) async throws -> HTTPResponse) {
    self.send = send
  }
}
