import CCurl

/// One exchange: how to set up a handle for it, and how to read its end. HTTP is one kind; another
/// protocol is another function that creates a `Transfer`.
struct Transfer<Output: Sendable>: Sendable {
  /// The server, for messages.
  var peer: Peer
  /// The time for the whole transfer since its submission, including waiting for a free connection.
  var timeout: Duration
  /// Sets a new handle's options, and returns a function that converts the transfer's end into its
  /// outcome. Both run on the engine's thread, and so do libcurl's callbacks: what the closure
  /// creates and captures needs no lock.
  var prepare: @Sendable (EasyHandle) throws -> (EasyHandle, CURLcode) throws -> Output
}

/// A transfer submitted to the loop, with its caller's ticket.
struct Submission: Sendable {
  let claim: any Claim
  let peer: Peer
  let timeout: Duration
  let deadline: SuspendingClock.Instant
  /// Sets up the handle. The returned function settles the claim.
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
