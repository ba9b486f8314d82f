import DeploymentNotifier
import Foundation
import Hummingbird
import Logging
import ServiceLifecycle

/// Announces deployments from a process that also serves HTTP. Both run in one group of services,
/// and end together on SIGTERM or SIGINT.
@main
struct DeploymentService {
  static func main() async {
    LoggingSystem.bootstrap(StreamLogHandler.standardError)
    let logger = Logger(label: "DeploymentService")
    do {
      try await run(ServiceSettings(ProcessInfo.processInfo.environment), logger)
    } catch {
      logger.critical("\(error)")
      exit(1)
    }
  }

  private static func run(_ settings: ServiceSettings, _ logger: Logger) async throws {
    let notifier = try DeploymentNotifier(
      store: .sqlite(settings.store),
      // Whoever may register is not to run programs of this host, which these two do.
      channels: .builtIn.removing("exec", "apprise") + [MattermostChannel.self],
      // Nor to have its other variables, such as the token below, sent to an address of their own.
      references: .environment(allowing: settings.references),
      logger: logger)
    let application = Application(
      router: Routes(notifier: notifier, token: settings.token).router(),
      configuration: ApplicationConfiguration(
        address: .hostname(settings.host, port: settings.port)),
      services: [PollingService(polling: notifier.polling(every: settings.interval))],
      logger: logger)
    try await application.runService()
  }
}

/// The polling, which ends where the group of services is shut down.
struct PollingService: Service {
  let polling: DeploymentNotifier.Polling

  func run() async throws {
    try await cancelWhenGracefulShutdown { try await polling.run() }
  }
}
