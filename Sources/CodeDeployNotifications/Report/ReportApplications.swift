/// Where the applications of a report are, and their labels.
struct ReportApplications {
  private struct Row: Hashable {
    var application: String
    var scope: AWSScope
    var account: String
    var labels: String
  }

  private let rows: [Row]
  /// The label `team` of each.
  private let teams: [Registration.Identity: String]

  /// The most rows; the rest is counted.
  private static let most = 200

  init(_ reported: ReportAccounts, _ registrations: [Registration]) {
    // An account that is reached in several ways may have a registration for each.
    let registered = Dictionary(
      registrations.sorted { $0.scope < $1.scope }.map {
        (
          Registration.Identity(
            application: $0.application, scope: reported.scope($0.scope)), $0
        )
      },
      uniquingKeysWith: { first, second in
        var both = first
        both.labels.merge(second.labels) { first, _ in first }
        both.accounts.merge(second.accounts) { first, _ in first }
        return both
      })
    teams = registered.compactMapValues { $0.labels["team"] }
    let seen = Dictionary(grouping: reported.deployments, by: Self.application)
    rows = seen.map { identity, deployments in
      let registration = registered[identity]
      let id = identity.scope.accountID ?? deployments.lazy.compactMap(\.accountID).first
      let name =
        id.flatMap { registration?.accounts[$0] }
        ?? deployments.lazy.compactMap(\.accountName).first
      let labels = (registration?.labels ?? [:]).sorted { $0.key < $1.key }
      return Row(
        application: identity.application, scope: identity.scope,
        account: AccountText.text(name: name, id: id) ?? "",
        labels: labels.map { "\($0.key): \($0.value)" }.joined(separator: ", "))
    }.sorted { ($0.application, $0.scope) < ($1.application, $1.scope) }
  }

  private static func application(of reported: ReportedDeployment) -> Registration.Identity {
    Registration.Identity(application: reported.deployment.application, scope: reported.scope)
  }

  /// The label `team` of a deployment's registration.
  func team(of reported: ReportedDeployment) -> String? { teams[Self.application(of: reported)] }

  /// The table; `nil` where nothing is known beyond what the other sections say.
  var section: ReportSection? {
    guard rows.contains(where: { !$0.account.isEmpty || !$0.labels.isEmpty }) else { return nil }
    let lines = rows.prefix(Self.most).map { row in
      """
      <tr><th scope="row">\(ReportText.html(row.application))</th>\
      <td>\(row.account.isEmpty ? "–" : ReportText.html(row.account))</td>\
      <td>\(ReportText.html(row.scope.region))</td><td>\(ReportText.html(row.labels))</td></tr>
      """
    }
    let rest =
      rows.count > Self.most ? "<p class=\"note\">And \(rows.count - Self.most) more.</p>" : ""
    return ReportSection(
      "Applications",
      """
      <div class="wide"><table><thead><tr><th scope="col">Application</th>\
      <th scope="col">Account</th><th scope="col">Region</th><th scope="col">Labels</th></tr></thead>
      <tbody>\(lines.joined(separator: "\n"))</tbody></table></div>
      """ + rest)
  }
}
