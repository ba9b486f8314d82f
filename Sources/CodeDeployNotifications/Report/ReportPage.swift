import Foundation

/// A report as one HTML page, for browsers, screen readers and phones, light and dark.
package struct ReportPage {
  private let deployments: [ReportedDeployment]
  private let groups: [(group: ReportGroup, deployments: [ReportedDeployment])]
  private let since: Date
  private let now: Date
  private let hasManyScopes: Bool
  /// What the account of each scope is called, where that is known.
  private let accounts: [AWSScope: String]
  private let applications: ReportApplications

  /// The most rows of one table; the rest is counted, and `history` has it.
  private static let rows = 200
  /// Failures whose story is unfolded: the latest.
  private static let open = 10

  init(_ report: DeploymentReport) {
    let reported = report.accounts
    deployments = reported.deployments
    groups = Dictionary(grouping: deployments, by: \.group)
      .map { ($0.key, $0.value.sorted { $0.time > $1.time }) }.sorted { $0.0 < $1.0 }
    now = report.now
    // The span that the deployments cover, not the one that was asked for.
    since = max(report.since, deployments.lazy.map(\.deployment.createdAt).min() ?? report.now)
    hasManyScopes = Set(deployments.map(\.scope)).count > 1
    applications = ReportApplications(reported, report.registrations)
    accounts = deployments.reduce(into: [:]) { $0[$1.scope] = $1.account ?? $0[$1.scope] }
  }

  /// The number of deployments in the report.
  package var count: Int { deployments.count }

  /// The page: HTML without scripts and without external resources.
  package func html() -> String {
    let title = "Deployments \(day(since)) to \(day(now))"
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" \
      content="default-src 'none'; style-src 'unsafe-inline'">
      <meta name="referrer" content="no-referrer">
      <title>\(title)</title>
      <style>\(ReportStyle.css)</style>
      </head>
      <body>
      <header>
      <h1>Deployments</h1>
      <p>\(day(since)) to \(day(now)), written \(ReportText.time(now)). All times are UTC.</p>
      </header>
      <main>
      \(deployments.isEmpty ? "<p>No deployment was seen in this period.</p>" : sections())
      </main>
      </body>
      </html>

      """
  }

  private func sections() -> String {
    let sections = [
      inFlight(), figures(), teamFigures(), timeline(), failures(), releases(),
      applications.section,
    ].compactMap { $0 }
    let links = sections.map { "<a href=\"#\($0.id)\">\($0.title)</a>" }
    return "<nav aria-label=\"Sections\">\(links.joined(separator: "\n"))</nav>\n"
      + sections.map(\.html).joined(separator: "\n")
  }

  // MARK: Figures

  private var span: TimeInterval { now.timeIntervalSince(since) }

  private func figures() -> ReportSection {
    let applications = Dictionary(grouping: deployments, by: \.deployment.application)
    return ReportSection(
      "Figures",
      """
      <p class="note">Succeeded per week doesn't count rollbacks. Failed or rolled back is the \
      share of all that succeeded or failed. Time to restore is the median time from a failure's \
      end to the group's next success.</p>
      """ + table(of: applications, named: "Application"))
  }

  private func teamFigures() -> ReportSection? {
    var byTeam: [String: [ReportedDeployment]] = [:]
    for deployment in deployments {
      if let team = applications.team(of: deployment) {
        byTeam[team, default: []].append(deployment)
      }
    }
    return byTeam.isEmpty ? nil : ReportSection("Teams", table(of: byTeam, named: "Team"))
  }

  private func table(
    of shares: [String: [ReportedDeployment]], named name: String
  ) -> String {
    let rows = shares.sorted { $0.key < $1.key }.map { share -> String in
      let figures = DeliveryFigures(share.value, span: span)
      return """
        <tr><th scope="row">\(ReportText.html(share.key))</th>\
        <td>\(ReportText.number(figures.succeededPerWeek))</td>\
        <td>\(figures.failureRate.map(ReportText.percent) ?? "–")</td>\
        <td>\(figures.timeToRestore.map { Duration.seconds($0).inWords } ?? "–")</td>\
        <td>\(figures.succeeded)</td><td>\(figures.failed)</td></tr>
        """
    }
    return """
      <div class="wide"><table><thead><tr><th scope="col">\(name)</th>\
      <th scope="col">Succeeded per week</th>\
      <th scope="col">Failed or rolled back</th><th scope="col">Time to restore</th>\
      <th scope="col">Succeeded</th><th scope="col">Failed</th></tr></thead>
      <tbody>\(rows.joined(separator: "\n"))</tbody></table></div>
      """
  }

  // MARK: Timeline

  private func timeline() -> ReportSection {
    let axis = ReportTimeline(since: since, now: now)
    let strips = groups.map { group in
      """
      <tr><th scope="row">\(name(of: group.group))</th><td>\(axis.strip(group.deployments))</td></tr>
      """
    }
    return ReportSection(
      "Timeline",
      """
      <p class="key">\(ReportTimeline.key)</p>
      <div class="wide"><table class="timeline"><thead><tr><th scope="col">Group</th>\
      <th scope="col">\(day(since)) <span>\(day(now))</span></th></tr></thead>
      <tbody>\(strips.joined(separator: "\n"))</tbody></table></div>
      """)
  }

  // MARK: Lists

  private func inFlight() -> ReportSection? {
    let open = deployments.filter { $0.outcome == .inFlight }
      .sorted { $0.deployment.createdAt < $1.deployment.createdAt }
    guard !open.isEmpty else { return nil }
    return ReportSection("In flight", list(open, namesGroups: true))
  }

  private func failures() -> ReportSection {
    let failed = deployments.filter { $0.outcome == .failed || $0.outcome == .stopped }
      .sorted { $0.time > $1.time }
    guard !failed.isEmpty else { return ReportSection("Failures", "<p>None.</p>") }
    let stories = failed.prefix(Self.rows).enumerated().map { index, deployment in
      ReportStory(deployment: deployment, group: name(of: deployment.group))
        .html(isOpen: index < Self.open)
    }
    return ReportSection(
      "Failures", stories.joined(separator: "\n") + rest(of: failed.count, "failures"))
  }

  private func releases() -> ReportSection {
    let tables = groups.map { group in
      """
      <details><summary>\(name(of: group.group)) <span>\(group.deployments.count)</span></summary>
      \(list(group.deployments))</details>
      """
    }
    return ReportSection("Releases", tables.joined(separator: "\n"))
  }

  private func list(_ deployments: [ReportedDeployment], namesGroups: Bool = false) -> String {
    let rows = deployments.prefix(Self.rows).map {
      ReportRow(deployment: $0, group: namesGroups ? name(of: $0.group) : nil, now: now).html
    }
    let group = namesGroups ? "<th scope=\"col\">Group</th>" : ""
    return """
      <div class="wide"><table><thead><tr>\(group)<th scope="col">When</th>\
      <th scope="col">Outcome</th>\
      <th scope="col">Version</th><th scope="col">Who</th><th scope="col">Took</th>\
      <th scope="col">Deployment</th></tr></thead>
      <tbody>\(rows.joined(separator: "\n"))</tbody></table></div>
      """ + rest(of: deployments.count, "deployments")
  }

  /// What of a list isn't shown.
  private func rest(of count: Int, _ what: String) -> String {
    guard count > Self.rows else { return "" }
    return """
      <p class="note">And \(count - Self.rows) earlier \(what): see “cdnotify history”.</p>
      """
  }

  private func name(of group: ReportGroup) -> String {
    var name = ReportText.html(group.application)
    if !group.group.isEmpty { name += " / \(ReportText.html(group.group))" }
    if hasManyScopes { name += " <small>\(ReportText.html(label(of: group.scope)))</small>" }
    return name
  }

  /// The region and the account; where nobody knows that, what the region is read by.
  private func label(of scope: AWSScope) -> String {
    guard let account = accounts[scope],
      !accounts.contains(where: { $0.value == account && $0.key.isTwin(of: scope) })
    else { return scope.label }
    return "\(scope.region), \(account)"
  }

  private func day(_ date: Date) -> String { ReportText.day(date) }
}

extension AWSScope {
  /// Whether it is another way to the same region.
  fileprivate func isTwin(of other: AWSScope) -> Bool { self != other && region == other.region }
}
