import Foundation
import Testing

@testable import CodeDeployNotifications

/// The page of a report.
@Suite struct ReportPageTests {
  private static let now = Date(timeIntervalSince1970: 1_790_000_000)

  private static func entry(
    _ id: String, _ application: String = "checkout", _ status: DeploymentStatus = .succeeded,
    age: TimeInterval = 3600, failure: DeploymentNotification.Failure? = nil
  ) -> LedgerEntry {
    let key = DeploymentKey(scope: AWSScope(region: "us-east-1"), id: id)
    var deployment = Deployment(
      id: id, application: application, deploymentGroup: "prod", status: status,
      createdAt: now - age)
    deployment.completedAt = status.isFinal ? now - age + 60 : nil
    var content = DeploymentNotification(event: .failed, of: deployment, region: "us-east-1")
    content.failure = failure
    var entry = LedgerEntry(key: key, seenAt: now)
    entry.deployment = deployment
    entry.events = [.init(event: .failed, at: now, content: content)]
    return entry
  }

  private static func page(_ entries: [LedgerEntry], since: TimeInterval = 90 * 86_400) -> String {
    var report = DeploymentReport(since: now - since, now: now)
    for entry in entries { report.add(.deployment(entry)) }
    return report.page().html()
  }

  @Test("The page loads nothing from elsewhere") func selfContained() {
    let page = Self.page([Self.entry("d-1"), Self.entry("d-2", "billing", .failed)])
    #expect(!page.contains("<script"))
    #expect(!page.contains("src="))
    #expect(page.contains("default-src 'none'"))
  }

  @Test("Markup and control characters in a deployment's texts have no effect") func hostileText() {
    let hostile = "<script>alert('x')</script>\u{202E}\u{1B}[31m&"
    let page = Self.page([
      Self.entry(
        "d-1", hostile, .failed,
        failure: .init(target: hostile, message: hostile, logTail: hostile))
    ])
    #expect(!page.contains("<script"))
    #expect(!page.contains("\u{202E}"))
    #expect(!page.contains("\u{1B}"))
    #expect(page.contains("<pre>&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;</pre>"))
  }

  @Test("Older deployments are left out unless they are in flight") func older() {
    let page = Self.page(
      [
        Self.entry("d-OLD", age: 20 * 86_400), Self.entry("d-NEW"),
        Self.entry("d-LONG", "checkout", .inProgress, age: 9 * 86_400),
      ], since: 7 * 86_400)
    #expect(!page.contains("d-OLD"))
    #expect(page.contains("d-NEW"))
    #expect(page.contains("<h2 id=\"in-flight\">In flight</h2>"))
    #expect(page.contains("d-LONG"))
  }

  @Test("Of thousands of deployments the latest are listed, and the others counted")
  func manyDeployments() {
    let page = Self.page((0..<10_000).map { Self.entry("d-\($0)", age: Double($0) * 60) })
    #expect(page.contains("And 9800 earlier deployments: see “cdnotify history”."))
    #expect(page.utf8.count < 200_000)
  }

  @Test("Marks on the timeline are placed by percentages of its width") func timeline() {
    let page = Self.page([
      Self.entry("d-1", age: 86_400), Self.entry("d-2", "checkout", .failed, age: 60),
    ])
    #expect(page.contains("<svg x=\"0.07%\"><title>"))
    #expect(page.contains("<svg x=\"100.0%\"><title>"))
    #expect(page.contains("aria-label=\"1 succeeded, 1 failed\""))
  }

  @Test("The ten latest failures are unfolded, and each section is linked") func sections() {
    let page = Self.page(
      (0..<12).map { Self.entry("d-\($0)", "checkout", .failed, age: 60 * Double($0 + 2)) })
    #expect(page.matches(of: /<article><h3>/).count == 10)
    #expect(page.matches(of: /<details><summary><span class="bad">failed</).count == 2)
    for section in ["figures", "timeline", "failures", "releases"] {
      #expect(page.contains("<a href=\"#\(section)\">") && page.contains("<h2 id=\"\(section)\">"))
    }
    #expect(!page.contains("href=\"#in-flight\""), "nothing is in flight")
  }

  @Test("A scope is named by its region and the account's name, id or role") func scopeNames() {
    func entry(
      _ region: String, _ role: String, _ account: String?, id: String = "123456789012"
    ) -> LedgerEntry {
      var entry = Self.entry("d-\(region)\(role.count)")
      entry.key = DeploymentKey(scope: AWSScope(region: region, roleARN: role), id: entry.key.id)
      entry.events[0].content.accountID = id
      entry.events[0].content.accountName = account
      return entry
    }
    let page = Self.page([
      entry("us-east-1", "", "payments-prod"), entry("eu-west-1", "", nil),
      entry("eu-west-2", "", "twins"),
      entry("eu-west-2", "arn:aws:iam::1:role/a", "twins", id: "210987654321"),
    ])
    #expect(page.contains("<small>us-east-1, payments-prod</small>"))
    #expect(page.contains("<small>eu-west-1, 123456789012</small>"))
    #expect(page.contains("<small>eu-west-2, role arn:aws:iam::1:role/a</small>"))
  }

  @Test("A page without deployments says that none was seen") func noDeployments() {
    #expect(Self.page([]).contains("No deployment was seen in this period."))
  }

  @Test("Applications that aren't registered are left out") func unregistered() {
    var foreign = Self.entry("d-1", "strangers")
    foreign.events = []
    #expect(!Self.page([foreign]).contains("strangers"))
  }
}
