// Names of server libraries such as swift-nio, swift-http-types and aws-sdk-swift. In a file that
// imports these and `DeploymentNotifier`, the names still mean those of the libraries.
public protocol Channel { var isWritable: Bool { get } }
public struct HTTPRequest: Sendable {
  public var path: String
  public init(path: String) { self.path = path }
}
public struct HTTPResponse: Sendable { public init() {} }
public struct HTTPField: Sendable { public init() {} }
public struct HTTPClient: Sendable { public init() {} }
public struct AWSClient: Sendable { public init() {} }
public protocol Store {}
