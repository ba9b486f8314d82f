import CodeDeployNotifications

/// The outcome of a delivery, in a comparable form.
package enum Outcome: Equatable, Sendable {
  case sent(String)
  case failed(DeliveryFailure.Verdict, String)

  package static func of(_ deliver: () async throws -> String) async throws -> Outcome {
    do {
      return .sent(try await deliver())
    } catch let failure as DeliveryFailure {
      return .failed(failure.verdict, failure.description)
    }
  }

  package var verdict: DeliveryFailure.Verdict? {
    if case .failed(let verdict, _) = self { verdict } else { nil }
  }

  package var text: String {
    switch self {
    case .sent(let text), .failed(_, let text): text
    }
  }
}
