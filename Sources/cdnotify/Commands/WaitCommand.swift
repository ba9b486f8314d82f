import ArgumentParser
import CodeDeployNotifications
import DeploymentNotifier
import Foundation

/// `cdnotify wait`: for pipelines, waits until deployments have ended.
struct WaitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wait",
    abstract: "Waits until deployments have ended, announces them, and tells why one failed.",
    usage: "cdnotify wait DEPLOYMENT... [OPTION...]",
    discussion: """
      For a step of a pipeline. Ends with 0 if all succeeded, 1 if one failed or was stopped, 75 \
      if the time was up, and 69 if AWS never answered. The application need not be registered; if \
      it is, the end is announced as by "poll --deployment".

        cdnotify wait "$(aws deploy create-deployment … --query deploymentId --output text)"
      """)

  @Argument(help: "The ids of the deployments.")
  var deployments: [String]

  @Option(help: "How long to wait.", transform: DurationArgument.read)
  var timeout = DurationArgument(.seconds(3600))

  @Flag(help: "Print the deployments as \"history --json\" does, when they have ended.")
  var json = false

  @OptionGroup var scope: ScopeOptions
  @OptionGroup var global: GlobalOptions

  mutating func validate() throws {
    for id in deployments where id.isEmpty || id.printable != id {
      throw ValidationError(
        "\"\(id.printable)\" is not a deployment's id; one looks like d-ABCDEF123")
    }
    try ScopeOptions.usage { try scope.check() }
    guard timeout.duration > .zero else {
      throw ValidationError("--timeout must be more than 0s, as in --timeout 60m")
    }
  }

  func run() async throws {
    // A deployment that ends at the last moment is still announced, for as long as a poll may take.
    let limit = timeout.duration + PollOptions().deadline
    let status = try await Watchdog.guarding("the wait", deadline: limit) {
      try await wait()
    }
    if status != .done { throw status }
  }

  private func wait() async throws -> ExitStatus {
    try await Context.with(global) { context in
      let announcing = WaitAnnouncing(context: context)
      let wait = DeploymentWait(
        ids: deployments, scopes: try await scopes(context, announcing),
        timeout: timeout.duration, source: { context.source($0) })
      let output = WaitOutput(isJSON: json, isQuiet: global.quiet)
      let result = await StopSignals.stopping {
        await wait.run(
          progress: { output.progress($0) },
          ended: { ended in
            await output.say(ended, context)
            await announcing.announce(ended)
          })
      }
      output.clear()
      if json { try await output.printJSON(result, announcing) }
      return output.conclude(result, timeout.duration)
    }
  }

  /// The scopes in which a deployment can be: those of the options, else the environment's and
  /// those of registrations.
  private func scopes(
    _ context: Context, _ announcing: WaitAnnouncing
  ) async throws -> [ScopeAccess] {
    let region = try scope.region ?? context.region(profile: scope.profile ?? "")
    let scopes = DeploymentWait.scopes(
      scope.selection, region: region, registrations: await announcing.registrations())
    guard !scopes.isEmpty else {
      throw Failure(
        .usage, "no region is known; give that of the deployment, as in --region eu-west-1")
    }
    return scopes
  }
}
