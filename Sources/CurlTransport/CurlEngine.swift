import CCurl
import CodeDeployNotifications
import Foundation

/// Sends HTTP requests with libcurl: any number at once, on one thread that sleeps when there is
/// nothing to do, with one pool of connections. Mails have threads of their own (`SoloTransfers`).
///
/// `withEngine` limits its life to a scope. Its clients may be used anywhere within that.
package final class CurlEngine: Sendable {
  /// Settings for all requests of an engine.
  package struct Configuration: Sendable {
    /// The `User-Agent`, such as `cdnotify/1.0`.
    package var userAgent: String
    /// The longest time for name lookup, connection and TLS handshake together. A request with a
    /// shorter time-out has that as the limit.
    package var connectTimeout: Duration
    /// Further requests to a host wait for a connection, and their time-outs run meanwhile: a
    /// request that is sent late can be cut off after it has arrived. So there is no limit by
    /// default; the callers decide how many requests run at once.
    package var maximumConnectionsPerHost: Int?
    /// The proxies on the way.
    package var proxies = ProxySettings()
    /// This host's name, for mail servers. Finding it out may take a moment.
    var hostName: @Sendable () -> String? = { HostName.own }

    package init(
      userAgent: String, connectTimeout: Duration = .seconds(5),
      maximumConnectionsPerHost: Int? = nil
    ) {
      self.userAgent = userAgent
      self.connectTimeout = connectTimeout
      self.maximumConnectionsPerHost = maximumConnectionsPerHost
    }
  }

  /// The versions of libcurl and of the libraries that it uses, for `--version --verbose`.
  package static var libraryVersion: String { String(cString: curl_version()) }

  /// libcurl has to be initialised once in a process, before its first use.
  private static let globalSetUp: CURLcode = curl_global_init(Int(CURL_GLOBAL_DEFAULT))

  private let configuration: Configuration
  private let inbox: LoopInbox
  private let soloTransfers = SoloTransfers()

  /// Starts the engine's thread. It ends with `shutdown()`, or when nothing refers to the engine
  /// and its clients any more. Throws where libcurl can't be set up.
  package init(configuration: Configuration) throws {
    let failure = HTTPFailure(
      .broken, "libcurl can't be started: no memory is left, or no more files can be opened")
    guard Self.globalSetUp == CURLE_OK, let multi = curl_multi_init() else { throw failure }
    // libcurl begins without its wake-up sockets where it can't get them. The engine's thread would
    // then sleep through what it is told.
    guard curl_multi_wakeup(multi) == CURLM_OK else {
      curl_multi_cleanup(multi)
      throw failure
    }
    // Zero is no limit.
    let limit = configuration.maximumConnectionsPerHost.map { max(1, $0) } ?? 0
    ccurl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, limit)
    let waker = Waker(multi)
    let inbox = LoopInbox(waker: waker)
    self.configuration = configuration
    self.inbox = inbox

    let thread = Thread {
      // Signals are for the program's own threads. A SIGPIPE, which TLS can raise on a closed
      // connection, stays pending on this thread and does no harm.
      var all = sigset_t()
      sigfillset(&all)
      pthread_sigmask(SIG_BLOCK, &all, nil)
      var loop = TransferLoop(multi: waker.owned, inbox: inbox)
      loop.run()
    }
    thread.start()
  }

  deinit {
    inbox.close()
    soloTransfers.close()
  }

  /// Runs `body` with an engine, and returns or throws after the engine has ended.
  package static func withEngine<Result>(
    configuration: Configuration, isolation: isolated (any Actor)? = #isolation,
    _ body: (CurlEngine) async throws -> Result
  ) async throws -> Result {
    let engine = try CurlEngine(configuration: configuration)
    do {
      let result = try await body(engine)
      await engine.shutdown()
      return result
    } catch {
      await engine.shutdown()
      throw error
    }
  }

  /// Ends the engine and returns when its thread has ended. Running and later requests fail with
  /// `HTTPFailure`. Calling it again has no effect.
  package func shutdown() async {
    inbox.close()
    soloTransfers.close()
    await inbox.waitForEnd()
    await soloTransfers.waitForEnd()
  }

  /// A client that trusts only the CAs in the file `caBundle`, or the system's CAs for `nil`. All
  /// clients share the engine's connections, as far as they trust the same CAs.
  ///
  /// Like browsers, libcurl repeats a request, even a POST, if a reused connection ends before the
  /// first byte of the answer. A request that must not take effect twice needs a key by which its
  /// receiver recognises it, or `needsNewConnection`.
  package func client(caBundle: String? = nil) -> HTTPClient {
    HTTPClient { request in
      try await self.perform(
        Transfer(request, caBundle: caBundle, configuration: self.configuration))
    }
  }

  /// A client that submits mails to servers, with the same trust as `client(caBundle:)`. Each mail
  /// has a connection of its own.
  package func mailClient(caBundle: String? = nil) -> MailClient {
    MailClient { request in
      let transfer = try Transfer(request, caBundle: caBundle, configuration: self.configuration)
      let ticket = Ticket<MailAnswer>()
      return try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { continuation in
          guard ticket.wait(continuation) else { return }
          self.soloTransfers.run(transfer, for: ticket)
        }
      } onCancel: {
        // The transfer's thread notices that within a second and closes the connection.
        ticket.fail(CancellationError())
      }
    }
  }

  /// Submits a transfer and waits for its outcome.
  func perform<Output>(_ transfer: Transfer<Output>) async throws -> Output {
    let ticket = Ticket<Output>()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        guard ticket.wait(continuation) else { return }
        if !inbox.submit(Submission(transfer, for: ticket)) {
          ticket.fail(
            HTTPFailure(.broken, "no request to \(transfer.peer): the HTTP engine has shut down"))
        }
      }
    } onCancel: {
      ticket.fail(CancellationError())
      inbox.cancel(ticket)
    }
  }
}
