import CCurl
import CodeDeployNotifications
import Foundation

/// Carries out HTTP requests with libcurl: any number at once, on one thread that sleeps when
/// there is nothing to do, over one pool of connections. Mails go beside that (`SoloTransfers`).
///
/// `withEngine` ties its life to a scope. The clients may be kept and used anywhere within it.
package final class CurlEngine: Sendable {
  /// What holds for every request of an engine.
  package struct Configuration: Sendable {
    /// The `User-Agent`, such as `cdnotify/1.0`.
    package var userAgent: String
    /// The longest that name lookup, connection and TLS handshake may take together. A request
    /// whose own time-out is shorter is held to that.
    package var connectTimeout: Duration
    /// More requests to one host than this wait for a connection, and their time-outs run while
    /// they wait: one that then is sent can be cut when it has arrived. So there is no such limit
    /// unless somebody asks for it; whoever makes requests decides how many at once.
    package var maximumConnectionsPerHost: Int?
    /// The proxies on the way.
    package var proxies = ProxySettings()
    /// This host's name, for mail servers; it may take a moment to find out.
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

  /// libcurl's version and those of the libraries it works with, for a report of what is installed.
  package static var libraryVersion: String { String(cString: curl_version()) }

  /// libcurl wants to be set up once in a process, before its first use.
  private static let globalSetUp: CURLcode = curl_global_init(Int(CURL_GLOBAL_DEFAULT))

  private let configuration: Configuration
  private let inbox: LoopInbox
  private let soloTransfers = SoloTransfers()

  /// Starts the engine's thread. It ends with `shutdown()`, or when nothing refers to the engine
  /// and its clients any more.
  package init(configuration: Configuration) throws {
    guard Self.globalSetUp == CURLE_OK, let multi = curl_multi_init() else {
      throw HTTPFailure(.broken, "libcurl can't be started")
    }
    // Zero is no limit.
    let limit = configuration.maximumConnectionsPerHost.map { max(1, $0) } ?? 0
    ccurl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, limit)
    let waker = Waker(multi)
    let inbox = LoopInbox(waker: waker)
    self.configuration = configuration
    self.inbox = inbox

    let thread = Thread {
      // Signals are for the program's own threads. A SIGPIPE, which TLS on a closed connection
      // can raise, stays pending here and harms nobody.
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

  /// Runs `body` with an engine, and returns or throws when the engine has ended.
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

  /// Ends the engine and returns when its thread is done. Requests under way and later ones end
  /// with `HTTPFailure`. Calling it again does nothing more.
  package func shutdown() async {
    inbox.close()
    soloTransfers.close()
    await inbox.waitForEnd()
    await soloTransfers.waitForEnd()
  }

  /// A client that trusts the CAs in the file `caBundle` and no others, or the system's where it
  /// is `nil`. All clients share the engine's connections, as far as their trust is the same.
  ///
  /// As browsers do, libcurl sends a request once more, a POST too, when a connection that was
  /// kept open ends before a byte of the answer came. A request that must not arrive twice needs
  /// a key by which its receiver knows it.
  package func client(caBundle: String? = nil) -> HTTPClient {
    HTTPClient { request in
      try await self.perform(
        Transfer(request, caBundle: caBundle, configuration: self.configuration))
    }
  }

  /// A client that gives mails to servers and trusts as `client(caBundle:)` does. Each mail has a
  /// connection of its own.
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
        // Its thread sees that within a second and lets go of the connection.
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
