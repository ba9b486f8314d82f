import CodeDeployNotifications
import Foundation

/// A deployment group's item: its latest ended deployments, so that they are found without reading
/// the whole table.
struct GroupItem: Sendable {
  /// A deployment that has ended.
  struct End: Sendable, Hashable {
    var createdAt: Int64
    var status: String
    var id: String

    init(_ deployment: Deployment) {
      createdAt = deployment.createdAt.milliseconds
      status = deployment.status.rawValue
      id = deployment.id
    }

    /// Reads the stored form; `nil` for anything else.
    init?(_ text: String) {
      let parts = text.split(separator: " ", maxSplits: 2)
      guard parts.count == 3, let createdAt = Int64(parts[0]) else { return nil }
      self.createdAt = createdAt
      status = String(parts[1])
      id = String(parts[2])
    }

    var text: String { "\(createdAt) \(status) \(id)" }
  }

  var key: ItemKey
  /// The deployments, newest first.
  private(set) var ends: [End] = []
  /// Incremented by every write. Each write is conditional on it.
  private var version: Int64 = 0
  private var condition = WriteAction.Condition.isNew

  private static let endsName = "ends"
  private static let limit = 50

  init(_ scope: AWSScope, _ group: DeploymentGroupName) { key = ItemKey(scope, group) }

  /// `nil` for an item of another kind. An unreadable list counts as missing: a new list of later
  /// ends replaces it, whatever it contains.
  init?(_ item: Item) {
    guard let key = ItemKey(item), key.partition.hasPrefix(ItemKey.groupPrefix) else { return nil }
    self.key = key
    let texts = item[Self.endsName]?.texts ?? []
    ends = texts.compactMap(End.init).sorted { $0.createdAt > $1.createdAt }
    if let number = item[DeploymentItem.versionName]?.number,
      DeploymentItem.versions.contains(number)
    {
      version = number
      condition = .equals(DeploymentItem.versionName, .number(number))
    } else {
      condition = .none
    }
  }

  /// The write that stores the item with these ends added; `nil` where it has them already.
  func adding(_ deployments: [Deployment], forgottenAt: Date) -> WriteAction? {
    var item = self
    item.ends = Array(
      Set(ends).union(deployments.map(End.init))
        .sorted { ($0.createdAt, $0.id) > ($1.createdAt, $1.id) }.prefix(Self.limit))
    guard Set(item.ends) != Set(ends) else { return nil }
    var attributes = key.attributes
    attributes[Self.endsName] = .texts(item.ends.map(\.text))
    attributes[DeploymentItem.versionName] = .number(version + 1)
    attributes[DeploymentItem.expiryName] = .number(
      Int64(forgottenAt.timeIntervalSince1970.rounded(.up)))
    return .put(attributes, condition)
  }
}
