import Synchronization

/// Watches one attempt: when it first passes a request to a transport, and how many more messages
/// the provider says that it takes.
final class SendWatch: Sendable {
  private struct State {
    var onSend: (@Sendable () -> Void)?
    var allowance: RateAllowance?
  }

  private let state: Mutex<State>

  /// - Parameter onSend: Called once, when the first request is sent.
  init(onSend: @escaping @Sendable () -> Void = {}) { state = Mutex(State(onSend: onSend)) }

  var allowance: RateAllowance? { state.withLock(\.allowance) }

  func noteSend() {
    state.withLock { state in
      defer { state.onSend = nil }
      return state.onSend
    }?()
  }

  /// Keeps the allowance with the fewest messages left.
  func note(_ allowance: RateAllowance) {
    state.withLock { state in
      if let known = state.allowance, known.remaining < allowance.remaining { return }
      state.allowance = allowance
    }
  }

  func watching(_ http: HTTPClient) -> HTTPClient {
    HTTPClient { request in
      self.noteSend()
      return try await http.send(request)
    }
  }

  func watching(_ aws: AWSCaller) -> AWSCaller {
    AWSCaller { call in
      self.noteSend()
      return try await aws.call(call)
    }
  }

  func watching(_ mail: MailClient) -> MailClient {
    MailClient { request in
      self.noteSend()
      return try await mail.send(request)
    }
  }
}
