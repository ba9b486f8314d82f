import Foundation

/// An HTTP request, which a transport sends.
public struct HTTPRequest: Sendable {
  /// The request methods that providers need.
  public enum Method: String, Sendable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
  }

  /// The method.
  public var method: Method
  /// An absolute `http` or `https` URL, already percent-encoded.
  public var url: String
  /// Header fields in the order in which they are sent. A request with a body has its
  /// `Content-Type`.
  public var headers: [HTTPField]
  /// The body; empty for none.
  public var body: [UInt8]
  /// The longest time for the whole exchange, from name lookup to the last byte.
  public var timeout: Duration
  /// The longest body that is accepted. A longer one ends the exchange with
  /// `HTTPFailure.Kind.tooLarge`, so that no answer can fill the memory.
  public var maximumResponseBytes: Int
  /// If set, the transport signs the request with AWS Signature Version 4.
  public var signature: AWSSignature?
  /// Whether the request ignores the proxies in the environment, for services of this machine that
  /// no proxy can reach, such as an instance's metadata.
  public var bypassesProxy: Bool
  /// Whether the request needs a connection of its own, so that it is never sent twice: a transport
  /// may repeat a request, even a POST, when a reused connection ends before the answer. For
  /// requests that make something twice if they are repeated, where the channel finds out itself
  /// whether they had an effect. `false` unless set.
  public var needsNewConnection = false

  /// A request; each argument is described at the property of that name.
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

  /// A field with a name and a value.
  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// What a server answered, whatever its status.
public struct HTTPResponse: Sendable {
  /// The status code.
  public var status: Int
  /// The header fields, in the order in which they came.
  public var headers: [HTTPField]
  /// The body; for a status other than 2xx only its first `errorLimit` bytes.
  public var body: [UInt8]

  /// In bytes. How much is read of an answer that isn't a success: error messages are short.
  public static let errorLimit = 64 << 10

  /// A response; each argument is described at the property of that name.
  public init(status: Int, headers: [HTTPField] = [], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// The first field of that name, or `nil`.
  public func header(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }

  /// The body as text. Bytes that aren't UTF-8 become replacement characters.
  public var text: String { String(decoding: body, as: UTF8.self) }
}

/// What a transport needs to sign a request for AWS (Signature Version 4).
public struct AWSSignature: Sendable {
  /// The credentials whose keys sign.
  public var credentials: AWSCredentials
  /// The region in the signature's scope, such as `eu-west-1`.
  public var region: String
  /// The service's signing name, such as `codedeploy`.
  public var service: String

  /// A signature; each argument is described at the property of that name.
  public init(credentials: AWSCredentials, region: String, service: String) {
    self.credentials = credentials
    self.region = region
    self.service = service
  }
}

/// An exchange without a complete answer.
public struct HTTPFailure: Error, Sendable, CustomStringConvertible {
  /// Why there is no answer.
  public enum Kind: Sendable, Hashable {
    /// The name was not found, or nothing accepted the connection.
    case unreachable
    /// The time for connecting or for the whole exchange ran out.
    case timedOut
    /// The server's certificate wasn't accepted, or the TLS handshake failed.
    case tls
    /// The connection broke, the answer ended early, or it wasn't HTTP.
    case broken
    /// The answer was longer than the request allows.
    case tooLarge
    /// The URL or a header field can't be sent.
    case invalidRequest
  }

  /// Why there is no answer.
  public var kind: Kind
  /// A sentence without secrets: it names the host, but no path, query or header.
  public var description: String

  /// A failure; each argument is described at the property of that name.
  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}

/// Sends HTTP requests. A struct of one closure, so that a test can pass its own.
public struct HTTPClient: Sendable {
  /// Sends a request and returns the answer. Throws `HTTPFailure`, or `CancellationError` when the
  /// calling task is cancelled. Redirects are answers like any other: they aren't followed.
  public var send: @Sendable (HTTPRequest) async throws -> HTTPResponse

  /// - Parameter send: Sends a request, as described at the property.
  public init(send: @escaping @Sendable (HTTPRequest) async throws -> HTTPResponse) {
    self.send = send
  }
}
