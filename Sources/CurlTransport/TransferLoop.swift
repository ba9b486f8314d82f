import CCurl
import CodeDeployNotifications

/// Runs all transfers of an engine, on the one thread that owns the multi handle. Everything here
/// is confined to that thread; other threads use the inbox.
struct TransferLoop {
  private struct Running {
    let submission: Submission
    let handle: EasyHandle
    let finish: (EasyHandle, CURLcode) -> Void
  }

  private let multi: UnsafeMutableRawPointer
  private let inbox: LoopInbox
  private var running: [UnsafeMutableRawPointer: Running] = [:]

  init(multi: UnsafeMutableRawPointer, inbox: LoopInbox) {
    self.multi = multi
    self.inbox = inbox
  }

  /// Returns when the inbox is closed, every claim is settled and the multi handle is freed.
  mutating func run() {
    var isOpen = true
    while isOpen {
      let contents = inbox.take()
      drop(contents.cancellations)
      for submission in contents.submissions { start(submission) }
      isOpen = !contents.isClosed && advance()
    }
    for submission in inbox.retire().submissions { submission.claim.fail(Self.ended(submission)) }
    for (_, transfer) in running {
      curl_multi_remove_handle(multi, transfer.handle.raw)
      transfer.submission.claim.fail(Self.ended(transfer.submission))
    }
    running = [:]
    curl_multi_cleanup(multi)
    inbox.announceEnd()
  }

  /// Advances every transfer as far as possible and sleeps until there is more to do. Returns false
  /// where libcurl can't go on, which only happens without memory or descriptors.
  private mutating func advance() -> Bool {
    var active: Int32 = 0
    guard curl_multi_perform(multi, &active) == CURLM_OK else { return false }
    settleFinished()
    let pause = expireOverdue()
    // libcurl shortens the sleep to its own timers, and a wake-up ends it.
    return curl_multi_poll(multi, nil, 0, pause, nil) == CURLM_OK
  }

  private mutating func start(_ submission: Submission) {
    guard !submission.claim.isSettled else { return }
    do {
      let handle = try EasyHandle()
      let finish = try submission.prepare(handle)
      guard curl_multi_add_handle(multi, handle.raw) == CURLM_OK else {
        throw LibcurlRefusal(code: CURLE_OUT_OF_MEMORY)
      }
      running[handle.raw] = Running(submission: submission, handle: handle, finish: finish)
    } catch let refusal as LibcurlRefusal {
      submission.claim.fail(refusal.failure(submission.peer))
    } catch {
      submission.claim.fail(error)
    }
  }

  private mutating func drop(_ claims: [any Claim]) {
    for claim in claims {
      guard let found = running.first(where: { $0.value.submission.claim === claim }) else {
        continue
      }
      remove(found.key)
    }
  }

  private mutating func settleFinished() {
    var left: Int32 = 0
    while let message = curl_multi_info_read(multi, &left) {
      // Removing the handle invalidates the message, so it is read first.
      let code = message.pointee.data.result
      guard message.pointee.msg == CURLMSG_DONE,
        let transfer = message.pointee.easy_handle.flatMap({ running[$0] })
      else { continue }
      transfer.finish(transfer.handle, code)
      remove(transfer.handle.raw)
    }
  }

  /// Ends overdue transfers and returns the milliseconds until the next one is due. libcurl's own
  /// total time-out isn't used: it ignores transfers that wait for a connection.
  private mutating func expireOverdue() -> Int32 {
    let now = SuspendingClock.now
    for transfer in running.values where transfer.submission.deadline <= now {
      let handle = transfer.handle
      transfer.submission.claim.fail(
        HTTPFailure.timedOut(
          transfer.submission.peer, after: transfer.submission.timeout, handle: handle))
      remove(handle.raw)
    }
    guard let next = running.values.map(\.submission.deadline).min() else { return 60_000 }
    // Rounded up, so that the loop doesn't spin on a fraction of a millisecond.
    return Int32(clamping: min(now.duration(to: next).milliseconds + 1, 60_000))
  }

  private mutating func remove(_ key: UnsafeMutableRawPointer) {
    guard let transfer = running.removeValue(forKey: key) else { return }
    curl_multi_remove_handle(multi, transfer.handle.raw)
  }

  private static func ended(_ submission: Submission) -> HTTPFailure {
    HTTPFailure(
      .broken, "the request to \(submission.peer) was given up: the HTTP engine has shut down")
  }
}
