import CodeDeployNotifications
import Foundation

/// The input of `LookupEvents`: events named `CreateDeployment`, of any service.
struct LookupEventsInput: Encodable {
  var startTime: Double
  var endTime: Double?
  var nextToken: String?
  private var attributes = [
    ["AttributeKey": "EventName", "AttributeValue": "CreateDeployment"]
  ]
  private var pageSize = 50

  init(startTime: Double, endTime: Double?) {
    self.startTime = startTime
    self.endTime = endTime
  }

  enum CodingKeys: String, CodingKey {
    case startTime = "StartTime"
    case endTime = "EndTime"
    case nextToken = "NextToken"
    case attributes = "LookupAttributes"
    case pageSize = "MaxResults"
  }
}

/// The answer of `LookupEvents`: which deployments were created, and by whom.
struct LookupEventsAnswer: Decodable {
  var deployers: [String: FoundDeployer]
  var nextToken: String?

  init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: AnyKey.self)
    let events: Elements<Event> = try keys.list("Events", or: "NextToken")
    nextToken = try keys.text("NextToken")
    let found = events.values.compactMap { event -> (String, FoundDeployer)? in
      guard let record = event.record, record.eventSource == "codedeploy.amazonaws.com",
        record.eventName == "CreateDeployment", let id = record.responseElements?.deploymentId,
        let deployer = record.userIdentity?.deployer
      else { return nil }
      return (id, deployer)
    }
    deployers = Dictionary(found, uniquingKeysWith: { first, _ in first })
  }

  /// An event. Its details are JSON in a string.
  private struct Event: Decodable {
    var record: TrailRecord?

    init(from decoder: any Decoder) throws {
      let keys = try? decoder.container(keyedBy: AnyKey.self)
      let text = (try? keys?.text("CloudTrailEvent")) ?? nil
      record = text.flatMap { try? ReceivedJSON.decode(TrailRecord.self, from: Array($0.utf8)) }
    }
  }
}

/// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
private struct TrailRecord: Decodable {
  struct Response: Decodable { var deploymentId: String? }
  var eventSource: String?
  var eventName: String?
  /// Null for a call that failed.
  var responseElements: Response?
  var userIdentity: TrailIdentity?
}

/// Who made a call.
/// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
private struct TrailIdentity: Decodable {
  var kind: String?
  var arn: String?
  var principal: String?
  var userName: String?
  /// The service that made the call on somebody's behalf.
  var service: String?
  var roleARN: String?
  var roleName: String?

  init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: AnyKey.self)
    func text(_ key: AnyKey, in part: KeyedDecodingContainer<AnyKey>?) -> String? {
      (try? part?.text(key)) ?? nil
    }
    kind = text("type", in: keys)
    arn = text("arn", in: keys)
    principal = text("principalId", in: keys)
    userName = text("userName", in: keys)
    service = text("invokedBy", in: keys)
    let session = (try? keys.part("sessionContext")) ?? nil
    let issuer = (try? session?.part("sessionIssuer")) ?? nil
    roleARN = text("arn", in: issuer)
    roleName = text("userName", in: issuer)
  }

  /// The session's name: the last part of the ARN
  /// (`arn:aws:sts::123456789012:assumed-role/ROLE/SESSION`, `…:federated-user/NAME`) and of the
  /// principal (`AROA…:SESSION`). IAM Identity Center uses the user's name for it, which mostly is
  /// an e-mail address.
  private var session: String? {
    guard kind == "AssumedRole" || kind == "FederatedUser" else { return nil }
    let name = arn?.split(separator: "/").last ?? principal?.split(separator: ":").last
    return name.map(String.init)
  }

  /// `nil` for an identity without any name.
  var deployer: FoundDeployer? {
    let isRoot = kind == "Root"
    var identities: [String] = []
    let names = [
      arn, userName, session, roleName.flatMap { role in session.map { "\(role)/\($0)" } },
      isRoot ? "root" : nil, principal, roleARN, roleName, service,
    ]
    for case let name? in names where !identities.contains(name) { identities.append(name) }
    guard !identities.isEmpty else { return nil }
    // A role's session isn't a person, unless its name is an e-mail address.
    let name = isRoot ? "root" : userName ?? session ?? service ?? arn
    let address = [userName, session].lazy.compactMap { $0 }.first { $0.contains("@") }
    return FoundDeployer(
      deployer: .init(
        name: name == address ? nil : name, email: address, source: "cloudtrail"),
      identities: identities)
  }
}
