import CodeDeployNotifications
import Foundation

/// Announces what `wait` has seen end, where its application is registered. What goes wrong with it
/// is said, and is none of the deployment's.
struct WaitAnnouncing: Sendable {
  let context: Context

  /// The registrations, where there is a store.
  func registrations() async -> [Registration] {
    guard let store = store() else { return [] }
    do { return try await store.registrations().map(\.registration) } catch {
      complain(error)
      return []
    }
  }

  func announce(_ ended: [DeploymentWait.Found]) async {
    guard let store = store() else { return }
    var options = PollOptions()
    options.deployments = Set(ended.map(\.deployment.id))
    do {
      let opening = try await context.opening(store, options)
      let found = try await store.registrations(
        of: Set(ended.map { .init(application: $0.deployment.application, scope: $0.place.scope) }))
      let registered = Set(found.records.map(\.registration.identity))
      options.deployments = Set(
        ended.filter {
          registered.contains(
            .init(application: $0.deployment.application, scope: $0.place.scope))
        }.map(\.deployment.id))
      guard !options.deployments.isEmpty else { return }
      let cycle = PollCycle(services: context.pollServices(store), options: options)
      let report = await cycle.run(opening: opening)
      for trouble in Trouble.all(of: report, isDryRun: false) { Console.log(trouble.line) }
    } catch {
      complain(error)
    }
  }

  /// What the ledger holds of deployments; those that it doesn't know come without notifications.
  func history(_ found: [DeploymentWait.Found]) async -> [HistoryEntry] {
    var known: [String: HistoryEntry] = [:]
    if let store = store() {
      let query = HistoryQuery(
        filter: NotificationFilter(deployments: Set(found.map(\.deployment.id))))
      do {
        for entry in try await store.history(query) { known[entry.deployment.id] = entry }
      } catch {
        complain(error)
      }
    }
    return found.map { found in
      known[found.deployment.id]
        ?? HistoryEntry(deployment: found.deployment, scope: found.place.scope, notifications: [])
    }
  }

  /// The store, where one is there.
  private func store() -> (any Store)? {
    do {
      let location = try context.storeLocation()
      return location.exists ? try location.open() : nil
    } catch {
      complain(error)
      return nil
    }
  }

  private func complain(_ error: any Error) {
    Console.error(
      "cdnotify: the deployment can't be announced: \(Failure.sentence(error).printable)")
  }
}
