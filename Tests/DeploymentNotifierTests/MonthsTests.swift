import DeploymentNotifier
import Foundation
import Logging
import Synchronization
import TestSupport
import Testing

/// What adds up in a service that runs for months.
@Suite("A notifier that runs for months") struct MonthsTests {
  /// CodeDeploy, whose deployments become more, and the receiver of a webhook.
  private final class Surroundings: Sendable {
    private let count = Mutex(1)

    func deploy() { count.withLock { $0 += 1 } }

    func answer(_ request: LoopbackServer.Request) -> LoopbackServer.Reply {
      switch request.header("X-Amz-Target")?.split(separator: ".").last {
      case "ListDeployments":
        let ids = (1...count.withLock(\.self)).map { #""d-\#($0)""# }
        return .ok(#"{"deployments": [\#(ids.joined(separator: ","))]}"#)
      case "BatchGetDeployments":
        let text = String(decoding: request.body, as: UTF8.self)
        let deployments = text.matches(of: /"(d-[0-9]+)"/).map { Self.deployment($0.1) }
        return .ok(#"{"deploymentsInfo": [\#(deployments.joined(separator: ","))]}"#)
      default:
        let isIdentity = String(decoding: request.body, as: UTF8.self).contains("GetCallerIdentity")
        return .ok(isIdentity ? Self.identity : "{}")
      }
    }

    private static let identity = """
      <GetCallerIdentityResponse><GetCallerIdentityResult>
      <Arn>arn:aws:iam::123456789012:user/ada</Arn><Account>123456789012</Account>
      </GetCallerIdentityResult></GetCallerIdentityResponse>
      """

    private static func deployment(_ id: Substring) -> String {
      let now = Int(Date().timeIntervalSince1970)
      return """
        {"deploymentId": "\(id)", "applicationName": "checkout",
          "deploymentGroupName": "production", "status": "Succeeded", "creator": "user",
          "createTime": \(now), "completeTime": \(now + 1)}
        """
    }
  }

  /// In a process of its own, since descriptors and memory are the process's.
  @Test("A thousand cycles leave no descriptors, connections or memory behind")
  func thousandCycles() async throws {
    await #expect(processExitsWith: .success) {
      let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("cdnotify-\(UUID().uuidString)").path
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
      defer { try? FileManager.default.removeItem(atPath: folder) }
      let surroundings = Surroundings()
      try await LoopbackServer.run(surroundings.answer) { server in
        let aws = AWSSettings(
          variables: [
            "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": server.url, "AWS_ACCESS_KEY_ID": "AKIAX",
            "AWS_SECRET_ACCESS_KEY": "secret", "AWS_EC2_METADATA_DISABLED": "true",
          ], homeDirectory: folder)
        let notifier = try DeploymentNotifier(
          store: .sqlite(folder + "/announced.db"), aws: aws,
          logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await notifier.register(
          "checkout", channels: ["webhook,url=\(server.url)/hook"], verifying: false)
        let first = await notifier.poll()
        #expect(first.notifications.map(\.outcome) == [.sent], "\(first.failures)")
        for _ in 0..<50 { await notifier.poll() }
        let before = (descriptors: Self.descriptors, memory: Self.residentKiB)
        for cycle in 0..<1000 {
          let isNews = cycle % 10 == 0
          if isNews { surroundings.deploy() }
          let (asked, began) = (server.requests.count, ContinuousClock.now)
          let report = await notifier.poll()
          #expect(report.failures.isEmpty)
          #expect(report.notifications.map(\.outcome) == (isNews ? [.sent] : []))
          #expect(report.scopes.map(\.requests) == [isNews ? 2 : 1])
          #expect(server.requests.count - asked == (isNews ? 3 : 1))
          #expect(report.duration <= began.duration(to: .now))
        }
        #expect(Self.descriptors <= before.descriptors + 4)
        #expect(Self.residentKiB <= before.memory + (16 << 10))
        // Connections are kept.
        #expect(server.openConnections <= 2 && server.connections < 10)
      }
    }
  }

  private static var descriptors: Int {
    (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
  }

  private static var residentKiB: Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
    return Int(line.filter(\.isNumber)) ?? 0
  }
}
