import ArgumentParser
import CodeDeployNotifications
import Foundation

/// An error with the sentence it prints and the status it ends with.
struct Failure: Error {
  var status: ExitStatus
  var message: String

  init(_ status: ExitStatus, _ message: String) {
    self.status = status
    self.message = message
  }

  /// Says what went wrong on standard error, in a line, and how the process ends.
  static func report(_ error: any Error) -> ExitStatus {
    if let failure = known(error) {
      Console.error("cdnotify: \(failure.message)")
      return failure.status
    }
    let code = CDNotify.exitCode(for: error)
    let message = CDNotify.fullMessage(for: error)
    if code == .success {
      Console.output(message)
      return .done
    }
    guard code == .validationFailure else {
      Console.error("cdnotify: an unexpected error, which is a bug: \(error)")
      return .bug
    }
    Console.error(message)
    return .usage
  }

  private static func known(_ error: any Error) -> Failure? {
    switch error {
    case let failure as Failure: failure
    case let problem as DocumentProblem: Failure(.badDocument, problem.description)
    case let failure as StoreFailure: Failure(ExitStatus(failure), failure.description)
    case let failure as AWSFailure:
      Failure(
        ExitStatus(failure),
        [failure.description, failure.advice].compactMap { $0 }.joined(separator: " "))
    default: nil
    }
  }
}

extension ExitStatus {
  init(_ failure: StoreFailure) {
    switch failure.kind {
    case .unusable: self = .storeUnusable
    case .unreachable: self = .unavailable
    case .credentials: self = .noCredentials
    }
  }

  init(_ failure: AWSFailure) {
    switch failure.kind {
    case .noCredentials, .credentialsRefused: self = .noCredentials
    default: self = .unavailable
    }
  }
}
