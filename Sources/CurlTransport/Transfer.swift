import CCurl

/// One exchange as the loop needs it: how to set up a handle for it, and how to read its end.
/// HTTP is one kind; another protocol is another function that makes one of these.
struct Transfer<Output: Sendable>: Sendable {
  /// Where it goes, for messages.
  var peer: Peer
  /// The time for all of it, from submission on: waiting for a free connection counts.
  var timeout: Duration
  /// Sets a fresh handle's options and returns what turns the transfer's end into its outcome.
  /// Both run on the engine's thread, and the callbacks of libcurl as well: what is made here
  /// and captured there needs no lock.
  var prepare: @Sendable (EasyHandle) throws -> (EasyHandle, CURLcode) throws -> Output
}

/// A transfer on its way to the loop, with the ticket of the caller who waits for it.
struct Submission: Sendable {
  let claim: any Claim
  let peer: Peer
  let timeout: Duration
  let deadline: SuspendingClock.Instant
  /// Sets up the handle; what it returns settles the claim.
  let prepare: @Sendable (EasyHandle) throws -> (EasyHandle, CURLcode) -> Void

  init<Output>(_ transfer: Transfer<Output>, for ticket: Ticket<Output>) {
    claim = ticket
    peer = transfer.peer
    timeout = transfer.timeout
    deadline = .now.advanced(by: transfer.timeout)
    prepare = { handle in
      let outcome = try transfer.prepare(handle)
      return { handle, code in ticket.settle(Result { try outcome(handle, code) }) }
    }
  }
}
