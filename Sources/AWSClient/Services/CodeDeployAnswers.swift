import CodeDeployNotifications
import Foundation

/// `ListDeployments`' answer.
struct ListDeploymentsAnswer: Decodable {
  var ids: Elements<ListedID>
  var nextToken: String?

  init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: AnyKey.self)
    ids = try keys.list("deployments", or: "nextToken")
    nextToken = try keys.text("nextToken")
  }
}

extension ListingPage {
  init(_ ids: Elements<ListedID>, nextToken: String?) {
    self.init(
      ids: ids.values.map(\.text), nextToken: nextToken, unreadable: ids.unreadable)
  }
}

/// `ListDeploymentGroups`' answer.
struct ListDeploymentGroupsAnswer: Decodable {
  var groups: Elements<ListedID>
  var nextToken: String?

  init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: AnyKey.self)
    groups = try keys.list("deploymentGroups", or: "nextToken")
    nextToken = try keys.text("nextToken")
  }
}

/// `BatchGetDeployments`' answer.
struct BatchGetDeploymentsAnswer: Decodable {
  var deployments: Elements<DeploymentInfo>

  init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: AnyKey.self)
    deployments = try keys.list("deploymentsInfo")
  }
}

/// `BatchGetApplications`' answer, of which only the names matter.
struct BatchGetApplicationsAnswer: Decodable {
  var names: [String]

  init(from decoder: any Decoder) throws {
    struct Application: Decodable { var applicationName: String }
    let keys = try decoder.container(keyedBy: AnyKey.self)
    let list: Elements<Application> = try keys.list("applicationsInfo")
    names = list.values.map(\.applicationName)
  }
}

/// The answer of `GetApplication`. That it came is enough.
struct GetApplicationAnswer: Decodable {
  struct Application: Decodable { var applicationName: String }
  var application: Application
}

/// A key with any name: names of AWS's JSON stand where they are read, and nowhere else.
struct AnyKey: CodingKey, ExpressibleByStringLiteral {
  var stringValue: String
  var intValue: Int? { nil }

  init(_ name: String) { stringValue = name }
  init(stringLiteral name: String) { stringValue = name }
  init?(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

extension KeyedDecodingContainer<AnyKey> {
  /// The list in an answer. An empty object is an empty list, since a service may leave out what is
  /// empty. An object with only other keys, such as a gateway's message, is not an answer: taken
  /// for one, it would say that nothing exists.
  func list<Element: Decodable>(
    _ key: AnyKey, or other: AnyKey? = nil
  ) throws -> Elements<Element> {
    let isKnown = contains(key) || other.map(contains) == true
    guard isKnown || allKeys.isEmpty else {
      throw DecodingError.keyNotFound(key, .init(codingPath: codingPath, debugDescription: ""))
    }
    return try decodeIfPresent(Elements<Element>.self, forKey: key) ?? Elements()
  }
}
