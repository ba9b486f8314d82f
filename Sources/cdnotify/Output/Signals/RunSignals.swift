import CodeDeployNotifications
import DeploymentNotifier
import Foundation
import HostFiles

/// Signals the end of a poll to monitors: by a file with metrics, and by a heartbeat URL.
struct RunSignals: Sendable {
  var metricsFile: String?
  var heartbeatURL: String?

  /// The environment's values apply where the command line has none.
  init(
    _ metricsFile: String?, _ heartbeatURL: String?, environment: [String: String]
  ) throws {
    func variable(_ name: String) -> String? {
      environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
    self.metricsFile = metricsFile ?? variable("CDNOTIFY_METRICS_FILE")
    self.heartbeatURL = heartbeatURL ?? variable("CDNOTIFY_HEARTBEAT_URL")
    if let problem = self.heartbeatURL.flatMap(AddressRules.problem) {
      throw Failure(.usage, "CDNOTIFY_HEARTBEAT_URL \(problem)")
    }
  }

  /// The subjects that work if no problem with them is reported.
  var subjects: Set<Trouble.Subject> {
    var subjects: Set<Trouble.Subject> = []
    if metricsFile != nil { subjects.insert(.metrics) }
    if heartbeatURL != nil { subjects.insert(.heartbeat) }
    return subjects
  }

  /// The longest time for the heartbeat.
  static let heartbeatTime: Duration = .seconds(5)

  /// Sends the signals, and returns the problems of sending them.
  func send(
    _ status: ExitStatus, _ report: PollReport?, startedAt: ContinuousClock.Instant,
    _ http: HTTPClient, registrations: [Registration] = []
  ) async -> [Trouble] {
    var troubles: [Trouble] = []
    if let metricsFile {
      let metrics = PollMetrics(
        endedAt: Date(), duration: ContinuousClock.now - startedAt, status: status, report: report,
        registrations: registrations)
      if let error = Self.write(metrics, to: metricsFile) {
        troubles.append(
          Trouble(
            line: LogLine(
              "the metrics can't be written to \(metricsFile.printable): "
                + OutputFile.reason(error), level: .warning),
            subjects: [.metrics], kind: "\(error.number)"))
      }
    }
    if let heartbeatURL, let problem = await beat(heartbeatURL, status, http) {
      troubles.append(
        Trouble(
          line: LogLine("the heartbeat failed: \(problem)", level: .warning),
          subjects: [.heartbeat]))
    }
    return troubles
  }

  /// Writes the metrics, and returns why that failed.
  private static func write(_ metrics: PollMetrics, to file: String) -> SystemError? {
    let text = metrics.text(before: WholeFile.read(file, ownersOnly: false))
    do throws(SystemError) {
      // node_exporter reads it as another user.
      try OutputFile.write(Array(text.utf8), to: file, mode: 0o644)
      return nil
    } catch {
      return error
    }
  }

  /// Requests the heartbeat URL, and returns why that failed. The URL is secret, because whoever
  /// has it could silence the alarm.
  private func beat(_ url: String, _ status: ExitStatus, _ http: HTTPClient) async -> String? {
    let address = PollMetrics.isSuccess(status) ? url : Self.failing(url)
    // The run may have been cancelled, and the heartbeat must be sent all the same.
    return await uncancelled {
      do {
        let response = try await http.send(
          HTTPRequest(
            .get, address, timeout: Self.heartbeatTime, maximumResponseBytes: 64 << 10))
        guard !(200..<300).contains(response.status) else { return nil }
        return "its server answered with status \(response.status)"
      } catch {
        return "\(error)"
      }
    }
  }

  /// The URL with `/fail` appended to its path.
  static func failing(_ url: String) -> String {
    let end = url.firstIndex { $0 == "?" || $0 == "#" } ?? url.endIndex
    var path = url[..<end]
    while path.hasSuffix("/") { path.removeLast() }
    return path + "/fail" + url[end...]
  }
}
