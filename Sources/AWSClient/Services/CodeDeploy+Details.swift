import CodeDeployNotifications
import Foundation

/// The operations for enrichment, called only for deployments that are about to be announced.
extension CodeDeploy {
  var details: DetailSource {
    DetailSource(
      targetPage: { try await targetPage($0, onlyFailed: $1, nextToken: $2) },
      targets: { try await targets(of: $0, $1) },
      revision: { try await revision(of: $0, $1) })
  }

  private func targetPage(
    _ deploymentID: String, onlyFailed: Bool, nextToken: String?
  ) async throws -> ListingPage {
    struct Input: Encodable {
      var deploymentId: String
      var targetFilters: [String: [String]]?
      var nextToken: String?
    }
    let answer: ListDeploymentTargetsAnswer = try await call(
      "ListDeploymentTargets",
      Input(
        deploymentId: deploymentID,
        targetFilters: onlyFailed ? ["TargetStatus": ["Failed"]] : nil, nextToken: nextToken))
    remark(answer.ids.unreadable, "target ids", "ListDeploymentTargets")
    return ListingPage(answer.ids, nextToken: answer.nextToken)
  }

  private func targets(of deploymentID: String, _ ids: [String]) async throws -> [DeploymentTarget]
  {
    struct Input: Encodable {
      var deploymentId: String
      var targetIds: [String]
    }
    let answer: BatchGetDeploymentTargetsAnswer = try await call(
      "BatchGetDeploymentTargets", Input(deploymentId: deploymentID, targetIds: ids))
    remark(answer.targets.unreadable, "targets", "BatchGetDeploymentTargets")
    return answer.targets.values.compactMap(\.target)
  }

  /// An AppSpec's revision is looked up by its checksum.
  private func revision(of application: String, _ revision: Revision) async throws -> Revision? {
    struct Input: Encodable {
      struct Location: Encodable {
        struct Content: Encodable { var sha256: String }
        var revisionType: RevisionType
        var string: Content?
        var appSpecContent: Content?
      }
      var applicationName: String
      var revision: Location
    }
    guard let sha256 = revision.sha256 else { return nil }
    let content = Input.Location.Content(sha256: sha256)
    let isString = revision.type == .string
    let location = Input.Location(
      revisionType: revision.type, string: isString ? content : nil,
      appSpecContent: isString ? nil : content)
    let answer: GetApplicationRevisionAnswer = try await call(
      "GetApplicationRevision", Input(applicationName: application, revision: location))
    return answer.revision.revision
  }
}

/// `GetApplicationRevision`'s answer, of which only the revision matters.
struct GetApplicationRevisionAnswer: Decodable {
  var revision: RevisionLocation
}

/// `ListDeploymentTargets`' answer.
struct ListDeploymentTargetsAnswer: Decodable {
  var ids: Elements<ListedID>
  var nextToken: String?

  init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: AnyKey.self)
    ids = try keys.list("targetIds", or: "nextToken")
    nextToken = try keys.text("nextToken")
  }
}

/// `BatchGetDeploymentTargets`' answer.
struct BatchGetDeploymentTargetsAnswer: Decodable {
  var targets: Elements<TargetInfo>

  init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: AnyKey.self)
    targets = try keys.list("deploymentTargets")
  }
}

/// A target as CodeDeploy's API describes it, in a member named after its kind. Missing or
/// malformed members are left out, as with deployments.
/// https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeploymentTarget.html
struct TargetInfo: Decodable {
  /// `nil` for an unknown kind.
  var target: DeploymentTarget?

  init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: AnyKey.self)
    for kind in Kind.allCases {
      guard let part = try? keys.part(AnyKey(kind.rawValue)) else { continue }
      let events = try? part.decode(Elements<EventInfo>.self, forKey: "lifecycleEvents")
      target = DeploymentTarget(
        name: Self.name(part, kind) ?? "a target without an id", status: try? part.text("status"),
        updatedAt: (try? part.decode(WireDate.self, forKey: "lastUpdatedAt"))?.date,
        events: events?.values.map(\.event) ?? [])
    }
  }

  private enum Kind: String, CaseIterable {
    case instance = "instanceTarget"
    case lambda = "lambdaTarget"
    case ecs = "ecsTarget"
    case cloudFormation = "cloudFormationTarget"
  }

  /// The target's id (API_BatchGetDeploymentTargets.html): an instance's id, a function's name, or
  /// an ECS service as `cluster:service`. ARNs are reduced to these.
  private static func name(_ part: KeyedDecodingContainer<AnyKey>, _ kind: Kind) -> String? {
    let id = (try? part.text("targetId")) ?? nil
    let arn = (try? part.text("targetArn")) ?? nil
    switch kind {
    case .instance, .cloudFormation:
      return id.map(lastPart) ?? arn.map(lastPart)
    case .lambda:
      let function = try? (try? part.part("lambdaFunctionInfo"))?.text("functionName")
      return function ?? id.map(lastPart) ?? arn.map(lastPart)
    case .ecs:
      if let arn, let names = arn.wholeMatch(of: /arn:[^\/]*:service\/([^\/]+)\/([^\/]+)/) {
        return "\(names.1):\(names.2)"
      }
      return id ?? arn.map(lastPart)
    }
  }

  /// The name in an ARN; any other text is returned unchanged.
  private static func lastPart(_ text: String) -> String {
    guard text.hasPrefix("arn:") else { return text }
    // In a function's ARN the name follows a colon; in a stack's a name and an id follow slashes.
    let resource = text.split(separator: ":", maxSplits: 5).last ?? ""
    let parts = resource.split(whereSeparator: { ":/".contains($0) })
    return String(parts.count > 1 ? parts[1] : parts.first ?? Substring(text))
  }
}

/// https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_LifecycleEvent.html
private struct EventInfo: Decodable {
  var event: DeploymentTarget.LifecycleEvent

  init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: AnyKey.self)
    func date(_ key: AnyKey) -> Date? { (try? keys.decode(WireDate.self, forKey: key))?.date }
    let diagnostics = (try? keys.part("diagnostics")) ?? nil
    func text(_ key: AnyKey) -> String? { (try? diagnostics?.text(key)) ?? nil }
    event = DeploymentTarget.LifecycleEvent(
      name: (try? keys.text("lifecycleEventName")) ?? nil,
      status: (try? keys.text("status")) ?? nil,
      startedAt: date("startTime"), endedAt: date("endTime"), errorCode: text("errorCode"),
      script: text("scriptName"), message: text("message"), logTail: text("logTail"))
  }
}
