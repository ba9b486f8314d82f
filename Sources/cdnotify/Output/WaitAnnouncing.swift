import CodeDeployNotifications
import DeploymentNotifier
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

  func announce(_ ended: [WaitResult.Found]) async {
    guard let store = store() else { return }
    do {
      let report = try await EndedDeployments(ended).announce(by: context.notifier(store))
      guard let report else { return }
      for trouble in Trouble.all(of: report, isDryRun: false) { Console.log(trouble.line) }
    } catch {
      complain(error)
    }
  }

  /// What the ledger holds of deployments; those that it doesn't know come without notifications.
  func history(_ found: [WaitResult.Found]) async -> [HistoryEntry] {
    let ended = EndedDeployments(found)
    do { return try await ended.history(in: store()) } catch {
      complain(error)
      return (try? await ended.history(in: nil)) ?? []
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
      "the deployment can't be announced: \(Failure.sentence(error).printable)")
  }
}
