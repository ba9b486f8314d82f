import DeploymentNotifier
import Foundation
import Logging

let notifier = try DeploymentNotifier(
  store: .sqlite("announced.db"),
  references: .environment(allowing: ["HOOK_URL", "HOOK_SECRET"]),
  logger: Logger(label: "deployments"))

// Once, or whenever the program starts: what is registered already stays as it is.
try await notifier.register(
  "checkout", channels: ["webhook,url=env:HOOK_URL,secret=env:HOOK_SECRET"])

let yesterday = Date().addingTimeInterval(-86_400)
for try await deployment in notifier.deployments(of: "checkout", createdSince: yesterday) {
  print(deployment.id, deployment.status.rawValue)
}

// Until the task is cancelled; here, until the program is ended.
try await notifier.polling(every: .seconds(5)).run()
