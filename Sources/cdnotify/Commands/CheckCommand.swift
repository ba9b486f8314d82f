import ArgumentParser
import CodeDeployNotifications
import DeploymentNotifier
import Foundation
import NotificationStores

/// `cdnotify check`: whether all that a poll needs is there, a line each.
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Checks the store, the credentials, their permissions and every channel's settings.",
    usage: "cdnotify check [OPTION...]",
    discussion: """
      A line each, with what to do about what is missing. Nothing is sent; "cdnotify test-channel" \
      does that, and only that tells whether a provider takes what is sent. A SQLite store that is \
      not there is made. It ends with 1 when a line failed.
      """)

  @Flag(help: "Create the DynamoDB table of --store where it is missing, and have it forget.")
  var createTable = false

  @Flag(help: "Print the lines as JSON.")
  var json = false

  @OptionGroup var global: GlobalOptions

  func run() async throws {
    let lines = try await Context.with(global) { context in
      let location = try context.storeLocation()
      if createTable, let path = location.choice.path {
        throw Failure(
          .usage,
          "--create-table is for a DynamoDB table, as in --store dynamodb:cdnotify; the store is "
            + "the file \(path)")
      }
      let checks = try Checks(context: context, location: location)
      return await Progress.show("Checking", quiet: global.quiet || json) { [createTable] _ in
        await checks.lines(creatingTable: createTable)
      }
    }
    if json { try Console.output(json: lines) }
    for line in lines where !json {
      let isTrouble = line.result == .failed
      guard isTrouble || !global.quiet else { continue }
      Console.output(line.text.printable)
    }
    if lines.contains(where: { $0.result == .failed }) { throw ExitStatus.failed }
  }
}

/// What was looked at, and what came of it.
struct CheckLine: Sendable, Encodable {
  enum Result: String, Sendable, Encodable {
    case ok
    /// Nothing fails by it, and yet it is worth a word.
    case note
    case failed
  }

  /// `store`, `credentials`, `codedeploy`, `listing`, `channel` or `delivery`.
  var check: String
  /// Which one of these.
  var subject: String
  var result: Result
  var answer: String

  init(_ check: String, _ subject: String, _ result: Result, _ answer: String) {
    self.check = check
    self.subject = subject
    self.result = result
    self.answer = answer
  }

  /// What a failure says, and what to do about it.
  init(_ check: String, _ subject: String, failure: any Error) {
    let aws = failure as? AWSFailure
    let parts =
      [Failure.sentence(failure), aws?.remedyOrAdvice].compactMap { $0 } + (aws?.places ?? [])
    self.init(check, subject, .failed, parts.joined(separator: " "))
  }

  var text: String {
    let mark =
      switch result {
      case .ok: "ok    "
      case .note: "note  "
      case .failed: "FAILED"
      }
    return "\(mark)  \(check.padded(to: 11))  \(subject)  \(answer)"
  }
}
