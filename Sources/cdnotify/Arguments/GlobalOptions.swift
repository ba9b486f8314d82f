import ArgumentParser
import CodeDeployNotifications
import DeploymentNotifier
import Logging

/// Options of every subcommand.
struct GlobalOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where registrations and the ledger are kept: a path, sqlite:PATH or dynamodb:TABLE.",
      discussion: """
        A DynamoDB table can be shared by many hosts; dynamodb:TABLE?region=REGION names its region. \
        CDNOTIFY_STORE where it isn't given; else /var/lib/cdnotify/cdnotify.db for root and \
        $XDG_STATE_HOME/cdnotify/cdnotify.db for others.
        """,
      valueName: "store"))
  var store: String?

  @Flag(
    help: ArgumentHelp(
      "The store is meant to be another user's; root acts as that user.",
      discussion: """
        Whoever can write the store can send and run things as the user that polls it, so another \
        user's is refused without this.
        """))
  var trustStoreOwner = false

  @Option(
    name: .customLong("log-format"),
    help: ArgumentHelp(
      "How lines of standard error are written: text, or an object each as json.",
      discussion: "\(LogFormat.variable) where it isn't given.", valueName: "text|json"))
  var logFormat: LogFormat?

  @Flag(help: "Say more of what is done, on standard error.")
  var verbose = false

  @Flag(help: "Print nothing but trouble.")
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

  @Option(help: "The profile of the AWS configuration that reaches the application.")
  var profile: String?

  @Option(name: .customLong("role-arn"), help: "A role to assume for reaching the application.")
  var roleARN: String?

  /// The selection that these options make.
  var selection: ScopeSelection {
    ScopeSelection(region: region, profile: profile, roleARN: roleARN)
  }
}
