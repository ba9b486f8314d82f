import CodeDeployNotifications
import Foundation

/// A scope's item on the desk.
struct ScopeItem: Sendable, Hashable {
  var mark: Date
  /// What the mark's listing brought up and has ended, so that it isn't looked up in every cycle.
  var ended: Set<String> = []

  /// More would make each look at the desk dearer than looking them up is.
  private static let endedLimit = 1000

  init(mark: Date, ended: Set<String> = []) {
    self.mark = mark
    self.ended = ended.count <= Self.endedLimit ? ended : []
  }

  /// `nil` for an item without a mark.
  init?(_ item: Item) {
    guard let mark = item["mark"]?.number else { return nil }
    self.mark = Date(milliseconds: mark)
    ended = Set(item["ended"]?.texts ?? [])
  }

  var attributes: Item {
    var item: Item = ["mark": .number(mark.milliseconds)]
    // DynamoDB knows no empty set.
    if !ended.isEmpty { item["ended"] = .texts(ended.sorted()) }
    return item
  }
}
