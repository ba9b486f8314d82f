import CodeDeployNotifications
import Foundation

/// Decodes a deployment of CodeDeploy's API into the domain's. Id and application are required. Any
/// other member may be missing, empty or malformed: one odd member must not keep its deployment,
/// and the rest of the batch, from being announced.
/// https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeploymentInfo.html
struct DeploymentInfo: Decodable {
  var deployment: Deployment

  init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: AnyKey.self)
    func date(_ key: AnyKey) -> Date? { (try? keys.decode(WireDate.self, forKey: key))?.date }
    let started = date("startTime")
    let completed = date("completeTime")
    var deployment = Deployment(
      id: try keys.decode(ListedID.self, forKey: "deploymentId").text,
      application: try keys.decode(ListedID.self, forKey: "applicationName").text,
      // A status that can't be read counts as in flight: the next cycle asks again.
      status: DeploymentStatus(rawValue: (try? keys.text("status")) ?? ""),
      createdAt: date("createTime") ?? started ?? completed ?? Date())
    deployment.deploymentGroup = try? keys.text("deploymentGroupName")
    deployment.creator = (try? keys.text("creator")).map(DeploymentCreator.init(rawValue:))
    deployment.deploymentConfig = try? keys.text("deploymentConfigName")
    deployment.computePlatform = (try? keys.text("computePlatform"))
      .map(ComputePlatform.init(rawValue:))
    deployment.description = try? keys.text("description")
    deployment.revision = (try? keys.decode(RevisionLocation.self, forKey: "revision"))?.revision
    deployment.previousRevision =
      (try? keys.decode(RevisionLocation.self, forKey: "previousRevision"))?.revision
    deployment.startedAt = started
    deployment.completedAt = completed
    if let part = try? keys.part("deploymentOverview") {
      deployment.overview = Self.overview(part)
    }
    if let part = try? keys.part("errorInformation") {
      deployment.error = .init(code: try? part.text("code"), message: try? part.text("message"))
    }
    if let part = try? keys.part("rollbackInfo") {
      deployment.rollback = .init(
        triggeredBy: try? part.text("rollbackTriggeringDeploymentId"),
        rolledBackBy: try? part.text("rollbackDeploymentId"),
        message: try? part.text("rollbackMessage"))
    }
    self.deployment = deployment
  }

  /// More targets than any deployment has. Larger numbers are dropped, so that sums can't overflow.
  private static let countsOfTargets = 0...1_000_000_000

  private static func overview(_ part: KeyedDecodingContainer<AnyKey>) -> Deployment.Overview {
    func count(_ key: AnyKey) -> Int? {
      let count =
        (try? part.decode(Int.self, forKey: key))
        ?? (try? part.decode(String.self, forKey: key)).flatMap { Int($0) }
      return count.flatMap { countsOfTargets.contains($0) ? $0 : nil }
    }
    return Deployment.Overview(
      succeeded: count("Succeeded"), failed: count("Failed"), skipped: count("Skipped"),
      inProgress: count("InProgress"), pending: count("Pending"), ready: count("Ready"))
  }
}

/// `RevisionLocation`: a type, and an object that is named after it. `bundleType` is ignored.
/// https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_RevisionLocation.html
struct RevisionLocation: Decodable {
  /// `nil` for an empty object, which some deployments have as their previous revision.
  var revision: Revision?

  init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: AnyKey.self)
    let s3 = try keys.part("s3Location")
    let gitHub = try keys.part("gitHubLocation")
    let string = try keys.part("string")
    let content = try string ?? keys.part("appSpecContent")
    let inferred: RevisionType? =
      if s3 != nil {
        .s3
      } else if gitHub != nil {
        .gitHub
      } else if string != nil {
        .string
      } else {
        content == nil ? nil : .appSpecContent
      }
    guard let type = try keys.text("revisionType").map(RevisionType.init(rawValue:)) ?? inferred
    else { return }
    revision = Revision(
      type: type, repository: try gitHub?.text("repository"),
      commit: try gitHub?.text("commitId"), bucket: try s3?.text("bucket"),
      key: try s3?.text("key"), version: try s3?.text("version"), etag: try s3?.text("eTag"),
      content: try content?.text("content"), sha256: try content?.text("sha256"))
  }
}

/// A time as a number of seconds since 1970, as CodeDeploy sends it, or in ISO 8601, as some
/// servers that emulate it do.
struct WireDate: Decodable {
  var date: Date

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    var seconds =
      if let number = try? value.decode(Double.self) { Optional(number) } else {
        Self.seconds(try value.decode(String.self))
      }
    // Such a large number must be in milliseconds.
    if let number = seconds, number > 1e11 { seconds = number / 1000 }
    guard let date = seconds.flatMap(WireTime.date(seconds:)) else {
      throw DecodingError.dataCorruptedError(in: value, debugDescription: "")
    }
    self.date = date
  }

  private static func seconds(_ text: String) -> Double? {
    Double(text)
      ?? WireTime.iso8601(text.replacing(" ", with: "T", maxReplacements: 1))?.timeIntervalSince1970
  }
}

extension KeyedDecodingContainer<AnyKey> {
  /// A text; `nil` where it is missing, null or empty.
  func text(_ key: AnyKey) throws -> String? {
    let text = try decodeIfPresent(String.self, forKey: key)
    return text.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// An object; `nil` where it is missing, null or empty.
  func part(_ key: AnyKey) throws -> KeyedDecodingContainer<AnyKey>? {
    guard contains(key), try !decodeNil(forKey: key) else { return nil }
    let part = try nestedContainer(keyedBy: AnyKey.self, forKey: key)
    return part.allKeys.isEmpty ? nil : part
  }
}
