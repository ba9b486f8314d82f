// Names that libraries for servers have, such as swift-nio, swift-http-types and aws-sdk-swift. A
// file that imports them beside `DeploymentNotifier` goes on meaning these.
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
