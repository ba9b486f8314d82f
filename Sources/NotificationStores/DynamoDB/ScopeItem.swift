import CodeDeployNotifications
import Foundation

/// A scope's item in the partition `desk`.
struct ScopeItem: Sendable, Hashable {
  var watermark: Date?
  /// Ids that the watermark's listing brought up and that have ended, so that not every cycle looks
  /// them up.
  var ended: Set<String> = [] {
    didSet { if ended.count > Self.endedLimit { ended = [] } }
  }
  /// When IAM last denied listing the whole account.
  var deniedAt: Date?
  /// The id of the AWS account, where it was asked for.
  var accountID: String?

  /// With more ids, reading them in each cycle would cost more than looking them up.
  private static let endedLimit = 1000

  init() {}

  init(_ item: Item) {
    watermark = (item["mark"]?.number).map(Date.init(milliseconds:))
    ended = Set(item["ended"]?.texts ?? [])
    accountID = item["account_id"]?.text
    deniedAt = (item["denied_at"]?.number).map(Date.init(milliseconds:))
  }

  var attributes: Item {
    var item: Item = [:]
    if let watermark { item["mark"] = .number(watermark.milliseconds) }
    if let accountID { item["account_id"] = .text(accountID) }
    if let deniedAt { item["denied_at"] = .number(deniedAt.milliseconds) }
    // DynamoDB has no empty sets.
    if !ended.isEmpty { item["ended"] = .texts(ended.sorted()) }
    return item
  }
}
