import CodeDeployNotifications
import DeploymentNotifier
import Foundation

/// Announces the deployments whose end `wait` has seen, if their applications are registered. Its
/// failures are reported, and don't change the result of waiting.
struct WaitAnnouncing: Sendable {
  let context: Context
  private let said = SharedWarnings()

  init(context: Context) { self.context = context }

  /// The registrations; none where there is no store.
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

  /// The ledger's entries of deployments; those that it doesn't know have no notifications.
  func history(_ found: [WaitResult.Found]) async -> [HistoryEntry] {
    let ended = EndedDeployments(found)
    do { return try await ended.history(in: store()) } catch {
      complain(error)
      return (try? await ended.history(in: nil)) ?? []
    }
  }

  /// The store; `nil` where there is none.
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
    let sentence = Failure.sentence(error).printable
    guard said.add(sentence) else { return }
    Console.error("the deployment can't be announced: \(sentence)")
  }
}
