import CodeDeployNotifications

/// An item's partition key and sort key. `docs/dynamodb.md` describes all of them.
struct ItemKey: Sendable, Hashable {
  static let partitionName = "pk"
  static let sortName = "sk"
  /// The partition of what each cycle reads (watermarks, mutes, markers of unsettled deployments,
  /// signs of registrations), and of the registrations themselves.
  static let desk = "desk"

  var partition: String
  var sort: String

  init(_ partition: String, _ sort: String) {
    self.partition = partition
    self.sort = sort
  }

  init?(_ item: Item) {
    guard let partition = item[Self.partitionName]?.text, let sort = item[Self.sortName]?.text
    else { return nil }
    self.init(partition, sort)
  }

  /// A deployment's item, in a partition of its own.
  init(_ deployment: DeploymentKey) {
    let scope = deployment.scope
    partition = Self.joined(
      "deployment", [scope.region, scope.profile, scope.roleARN, deployment.id])
    sort = "ledger"
  }

  /// The marker of an unsettled deployment.
  init(markerOf deployment: DeploymentKey) {
    let scope = deployment.scope
    self.init(
      Self.desk,
      Self.joined("live", [scope.region, scope.profile, scope.roleARN, deployment.id]))
  }

  init(_ identity: Registration.Identity) {
    let scope = identity.scope
    self.init(
      Self.desk,
      Self.joined(
        "registration", [identity.application, scope.region, scope.profile, scope.roleARN]))
  }

  /// The sign of a scope that has registrations, and of the external id that these name.
  init(signOf access: ScopeAccess) {
    let scope = access.scope
    self.init(
      Self.desk,
      Self.joined(
        "place", [scope.region, scope.profile, scope.roleARN, access.externalID ?? ""]))
  }

  /// The sign of a registration with a channel that isn't backfilled.
  init(fresh identity: Registration.Identity) {
    let scope = identity.scope
    self.init(
      Self.desk,
      Self.joined("fresh", [identity.application, scope.region, scope.profile, scope.roleARN]))
  }

  init(_ scope: AWSScope) {
    self.init(Self.desk, Self.joined("scope", [scope.region, scope.profile, scope.roleARN]))
  }

  init(_ mute: Mute) {
    let (scope, application) = (mute.identity.scope, mute.identity.application)
    self.init(
      Self.desk,
      Self.joined(
        "mute",
        [
          application, scope.region, scope.profile, scope.roleARN, mute.channel ?? "",
          String(mute.since.milliseconds),
        ]))
  }

  init(_ scope: AWSScope, _ group: DeploymentGroupName) {
    partition = Self.joined(
      "group", [scope.region, scope.profile, scope.roleARN, group.application, group.group])
    sort = "ends"
  }

  var attributes: Item {
    [Self.partitionName: .text(partition), Self.sortName: .text(sort)]
  }

  /// The deployment of a marker; `nil` for other items.
  var markedDeployment: DeploymentKey? {
    guard let parts = Self.parts(sort, of: "live"), parts.count == 4 else { return nil }
    return DeploymentKey(
      scope: AWSScope(region: parts[0], profile: parts[1], roleARN: parts[2]), id: parts[3])
  }

  /// The identity of a registration; `nil` for other items.
  var registration: Registration.Identity? { identity(of: "registration") }

  /// The registration of a sign that it has a channel that isn't backfilled; `nil` for other items.
  var fresh: Registration.Identity? { identity(of: "fresh") }

  private func identity(of kind: String) -> Registration.Identity? {
    guard let parts = Self.parts(sort, of: kind), parts.count == 4 else { return nil }
    return Registration.Identity(
      application: parts[0],
      scope: AWSScope(region: parts[1], profile: parts[2], roleARN: parts[3]))
  }

  /// The scope and the external id of a sign of these; `nil` for other items.
  var signedAccess: ScopeAccess? {
    guard let parts = Self.parts(sort, of: "place"), parts.count == 4 else { return nil }
    return ScopeAccess(
      AWSScope(region: parts[0], profile: parts[1], roleARN: parts[2]), externalID: parts[3])
  }

  var isMute: Bool { partition == Self.desk && sort.hasPrefix(Self.mutePrefix) }

  /// The registration of a mute; `nil` for other items.
  var muted: Registration.Identity? {
    guard let parts = Self.parts(sort, of: "mute"), parts.count == 6 else { return nil }
    return Registration.Identity(
      application: parts[0],
      scope: AWSScope(region: parts[1], profile: parts[2], roleARN: parts[3]))
  }

  /// The deployment of a deployment's item; `nil` for other items.
  var deployment: DeploymentKey? {
    guard let parts = Self.parts(partition, of: "deployment"), parts.count == 4 else { return nil }
    return DeploymentKey(
      scope: AWSScope(region: parts[0], profile: parts[1], roleARN: parts[2]), id: parts[3])
  }

  /// The item, for messages.
  var label: String {
    "the table's item with pk \"\(partition.oneLine)\" and sk \"\(sort.oneLine)\""
  }

  /// The scope of a watermark; `nil` for other items.
  var scope: AWSScope? {
    guard let parts = Self.parts(sort, of: "scope"), parts.count == 3 else { return nil }
    return AWSScope(region: parts[0], profile: parts[1], roleARN: parts[2])
  }

  /// The prefix of every deployment's partition key.
  static let deploymentPrefix = "deployment#"
  static let groupPrefix = "group#"
  static let markerPrefix = "live#"
  static let mutePrefix = "mute#"
  static let registrationPrefix = "registration#"
  /// Greater than the sort key of every registration, and less than those of what follows them.
  static let afterRegistrations = "registration$"

  private static func joined(_ kind: String, _ parts: [String]) -> String {
    ([kind] + parts.map { $0.replacing("%", with: "%25").replacing("#", with: "%23") })
      .joined(separator: "#")
  }

  private static func parts(_ text: String, of kind: String) -> [String]? {
    let parts = text.split(separator: "#", omittingEmptySubsequences: false)
    guard parts.first == kind[...] else { return nil }
    return parts.dropFirst().map {
      String($0.replacing("%23", with: "#").replacing("%25", with: "%"))
    }
  }
}
