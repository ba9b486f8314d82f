import CodeDeployNotifications
import Foundation

/// A scope's item in the partition `desk`.
struct ScopeItem: Sendable, Hashable {
  var mark: Date
  /// Ids that the watermark's listing brought up and that have ended, so that not every cycle looks
  /// them up.
  var ended: Set<String> = []
  /// When IAM last denied listing the whole account.
  var deniedAt: Date?
  /// The id of the AWS account, where it was asked for.
  var accountID: String?

  /// With more ids, reading them in each cycle would cost more than looking them up.
  private static let endedLimit = 1000

  init(
    mark: Date, ended: Set<String> = [], deniedAt: Date? = nil,
    accountID: String? = nil
  ) {
    self.mark = mark
    self.accountID = accountID
    self.deniedAt = deniedAt
    self.ended = ended.count <= Self.endedLimit ? ended : []
  }

  /// `nil` for an item without a watermark.
  init?(_ item: Item) {
    guard let mark = item["mark"]?.number else { return nil }
    self.mark = Date(milliseconds: mark)
    ended = Set(item["ended"]?.texts ?? [])
    accountID = item["account_id"]?.text
    deniedAt = (item["denied_at"]?.number).map(Date.init(milliseconds:))
  }

  var attributes: Item {
    var item: Item = ["mark": .number(mark.milliseconds)]
    // DynamoDB has no empty sets.
    if let accountID { item["account_id"] = .text(accountID) }
    if let deniedAt { item["denied_at"] = .number(deniedAt.milliseconds) }
    if !ended.isEmpty { item["ended"] = .texts(ended.sorted()) }
    return item
  }
}
