import CCurl
import CodeDeployNotifications
import Foundation
import Synchronization

/// Transfers with a thread each, apart from the engine's loop.
///
/// SMTP needs this. libcurl waits for a server's reply to a mail, and to QUIT, inside
/// `curl_multi_perform` (curl's issue 8555): a slow mail server would block every other transfer of
/// the loop. Also, when a handle is removed from a multi handle, libcurl ends its mail as if it
/// were complete, so that half of a mail could be delivered.
final class SoloTransfers: Sendable {
  private struct State {
    var isClosed = false
    var running: [ObjectIdentifier: any Claim] = [:]
  }

  private let state = Mutex(State())
  private let threads = RunningWork()

  /// Starts a transfer, and settles the ticket with its outcome.
  func run<Output>(_ transfer: Transfer<Output>, for ticket: Ticket<Output>) {
    let isOpen = state.withLock { state in
      guard !state.isClosed else { return false }
      state.running[ObjectIdentifier(ticket)] = ticket
      threads.begin()
      return true
    }
    guard isOpen else {
      return ticket.fail(
        HTTPFailure(.broken, "no exchange with \(transfer.peer): the engine has shut down"))
    }
    Thread { [self] in
      // As on the engine's thread.
      var all = sigset_t()
      sigfillset(&all)
      pthread_sigmask(SIG_BLOCK, &all, nil)
      ticket.settle(Result { try Self.perform(transfer, for: ticket) })
      remove(ticket)
    }.start()
  }

  /// Ends running transfers. Each thread notices that within a second.
  func close() {
    let running = state.withLock { state in
      state.isClosed = true
      return state.running.values
    }
    for claim in running {
      claim.fail(HTTPFailure(.broken, "the exchange was given up: the engine has shut down"))
    }
  }

  /// Returns when all threads have ended.
  func waitForEnd() async { await threads.waitForEnd() }

  private func remove<Output>(_ ticket: Ticket<Output>) {
    state.withLock { $0.running[ObjectIdentifier(ticket)] = nil }
    threads.end()
  }

  private static func perform<Output>(
    _ transfer: Transfer<Output>, for ticket: Ticket<Output>
  ) throws -> Output {
    do {
      let handle = try EasyHandle()
      let finish = try transfer.prepare(handle)
      try handle.giveUp(when: { ticket.isSettled })
      return try finish(handle, curl_easy_perform(handle.raw))
    } catch let refusal as LibcurlRefusal {
      throw refusal.failure(transfer.peer)
    }
  }
}
