import ArgumentParser
import CodeDeployNotifications
import DeploymentNotifier
import Foundation

/// An error with the sentences to print and the exit status.
struct Failure: Error {
  var status: ExitStatus
  /// One line for each problem.
  var lines: [String]

  init(_ status: ExitStatus, _ message: String) { self.init(status, lines: [message]) }

  init(_ status: ExitStatus, lines: [String]) {
    self.status = status
    self.lines = lines
  }

  /// Prints an error on standard error and returns the exit status.
  static func report(_ error: any Error, _ arguments: [String]) -> ExitStatus {
    if let problems = error as? DocumentProblems {
      for problem in problems.problems { Console.error("\(problem)") }
      return .badDocument
    }
    if let failure = known(error) {
      for line in failure.lines { Console.error(line) }
      return failure.status
    }
    let code = CDNotify.exitCode(for: error)
    if code == .success {
      Console.output(CDNotify.fullMessage(for: error))
      return .done
    }
    guard code == .validationFailure else {
      Console.error("an unexpected error, which is a bug: \(error)")
      return .bug
    }
    let message = UsageMessage.improved(CDNotify.message(for: error), arguments)
    let usage = Console.format == .text ? usage(CDNotify.fullMessage(for: error)) : ""
    Console.error(message + usage)
    return .usage
  }

  /// The usage line from all that the parser says.
  private static func usage(_ text: String) -> String {
    text.range(of: "Usage: ", options: .backwards).map { "\n" + text[$0.lowerBound...] } ?? ""
  }

  /// The sentence for an error, in the command's words.
  static func sentence(_ error: any Error) -> String {
    (error as? StoreFailure)?.commandDescription ?? "\(error)"
  }

  private static func known(_ error: any Error) -> Failure? {
    switch error {
    case let failure as Failure: failure
    case let problem as SelectionProblem: problem.failure
    case let problem as StoreNameProblem: problem.failure
    case let refusal as RegistrationRefusal: refusal.failure
    case let problem as DocumentProblem: Failure(.badDocument, problem.description)
    case let failure as HTTPFailure: Failure(.unavailable, failure.description)
    case let failure as StoreFailure: Failure(ExitStatus(failure), failure.commandDescription)
    case let failure as AWSFailure:
      Failure(
        ExitStatus(failure),
        [failure.description, failure.adviceWithCheckHint].compactMap { $0 }.joined(separator: " "))
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
