/// Where the applications of a report are, and their labels.
struct ReportPlaces {
  private struct Row: Hashable {
    var application: String
    var scope: AWSScope
    var account: String
    var labels: String
  }

  private let rows: [Row]

  /// The most rows; the rest is counted.
  private static let most = 200

  init(_ report: DeploymentReport) {
    let registrations = Dictionary(
      report.registrations.map { ($0.identity, $0) }, uniquingKeysWith: { first, _ in first })
    let seen = Dictionary(grouping: report.deployments) {
      Registration.Identity(application: $0.deployment.application, scope: $0.scope)
    }
    rows = seen.map { place, deployments in
      let registration = registrations[place]
      let id = place.scope.accountID ?? deployments.lazy.compactMap(\.accountID).first
      let name =
        id.flatMap { registration?.accounts[$0] }
        ?? deployments.lazy.compactMap(\.accountName).first
      let labels = (registration?.labels ?? [:]).sorted { $0.key < $1.key }
      return Row(
        application: place.application, scope: place.scope,
        account: AccountText.text(name: name, id: id) ?? "",
        labels: labels.map { "\($0.key): \($0.value)" }.joined(separator: ", "))
    }.sorted { ($0.application, $0.scope) < ($1.application, $1.scope) }
  }

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
