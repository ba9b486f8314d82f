import ArgumentParser
import CodeDeployNotifications
import DeploymentNotifier
import Logging

/// Options of every subcommand.
struct GlobalOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The store of registrations and the ledger: a path, sqlite:PATH or dynamodb:TABLE.",
      discussion: """
        A DynamoDB table can be shared by many hosts; dynamodb:TABLE?region=REGION names its \
        region. The default is CDNOTIFY_STORE, or else /var/lib/cdnotify/cdnotify.db for root and \
        $XDG_STATE_HOME/cdnotify/cdnotify.db for others.
        """,
      valueName: "store"))
  var store: String?

  @Flag(
    help: ArgumentHelp(
      "Accept a store that belongs to another user; root acts as that user.",
      discussion: """
        Whoever can write the store can send messages and run programs as the user that polls it, \
        so a store of another user is refused without this option.
        """))
  var trustStoreOwner = false

  @Option(
    name: .customLong("log-format"),
    help: ArgumentHelp(
      "The format of standard error: text, or json for an object per line.",
      discussion: "The default is \(LogFormat.variable), or else text.", valueName: "text|json"))
  var logFormat: LogFormat?

  @Flag(help: "Print more about what is done, on standard error.")
  var verbose = false

  @Flag(help: "Print only problems.")
  var quiet = false
}

extension GlobalOptions {
  /// The name that the user gave the store; `nil` for the default one.
  func storeName(_ environment: [String: String]) -> String? {
    store ?? environment["CDNOTIFY_STORE"].flatMap { $0.isEmpty ? nil : $0 }
  }
}

extension LogFormat: ExpressibleByArgument {}

/// Options that distinguish registrations of one application.
struct ScopeOptions: ParsableArguments {
  @Option(help: "The AWS region of the application.")
  var region: String?

  @Option(help: "The profile of the AWS configuration to use for the application.")
  var profile: String?

  @Option(name: .customLong("role-arn"), help: "A role to assume for access to the application.")
  var roleARN: String?

  /// The selection that these options make.
  var selection: ScopeSelection {
    ScopeSelection(region: region, profile: profile, roleARN: roleARN)
  }

  /// Throws `DocumentProblem` where an option isn't in its form. To select a registration it needn't
  /// be: an older version may have stored it.
  func check() throws {
    if let region { try RegistrationRules.checkRegion(region, at: "--region") }
    if let roleARN { try RegistrationRules.checkRole(roleARN, at: "--role-arn") }
    if let profile { try RegistrationRules.checkProfile(profile, at: "--profile") }
  }

  /// Checks parts of a command line. Throws `ValidationError`.
  static func usage(_ check: () throws -> Void) throws {
    do { try check() } catch let problem as DocumentProblem {
      throw ValidationError(problem.description)
    }
  }
}
