import CodeDeployNotifications
import DeploymentNotifier
import Testing

/// What the command does beside polling, from a service.
@Suite("What a service does beside polling")
struct ApplicationLayerTests {
  private let surroundings = Surroundings()

  private func lines() async throws -> [String] {
    try await surroundings.store.history(HistoryQuery()).flatMap { entry in
      entry.notifications.map { "\(entry.deployment.id) \($0.state.rawValue)" }
    }.sorted()
  }

  @Test("A check says what is wrong without naming the command's options")
  func checkAnswers() async throws {
    let notifier = try surroundings.notifier()
    try await notifier.register("checkout", channels: ["echo,token=swordfish1"])
    let results = await notifier.check()
    #expect(
      results.map { "\($0.kind.rawValue) \($0.outcome.rawValue)" } == [
        "store ok", "credentials failed", "listing note", "channel ok",
      ], "\(results)")
    #expect(results[0].answer == "1 registration")
    #expect(results[1].answer.hasPrefix("there is no AWS here Check the network"))
    for result in results {
      #expect(!result.answer.contains("--") && !result.answer.contains("cdnotify"), "\(result)")
      #expect(!result.answer.contains("swordfish1"))
    }
  }

  @Test("A sample is sent, and not recorded") func sample() async throws {
    let notifier = try surroundings.notifier()
    try await notifier.register(
      "checkout", channels: ["echo,name=good", "echo,name=bad,refuse=true"])
    let results = try await notifier.test("checkout", with: .failed)
    #expect(results.map(\.channel) == ["good", "bad"])
    #expect(results.map(\.isSent) == [true, false])
    #expect(results.allSatisfy { $0.answer.contains("got Test: ") && $0.type == "echo" })
    #expect(try await notifier.test("checkout", channel: "good").map(\.isSent) == [true])
    #expect(try await lines() == [])
    var problem = await #expect(throws: NotifierProblem.self) {
      try await notifier.test("chekout")
    }
    #expect(problem?.kind == .notRegistered)
    #expect(problem?.description.contains("did you mean checkout?") == true)
    problem = await #expect(throws: NotifierProblem.self) {
      try await notifier.test("checkout", channel: "better")
    }
    #expect(problem?.kind == .unknownChannel)
  }

  @Test("A sample has the registration's labels, and the account of its role")
  func sampleOfRegistration() {
    var registration = Registration(
      application: "checkout",
      scope: AWSScope(region: "eu-west-1", roleARN: "arn:aws:iam::123456789012:role/deploy"))
    registration.labels = ["team": "payments"]
    registration.accounts = ["123456789012": "shop"]
    let sample = DeploymentNotifier.Sample.overdue.notification(of: registration)
    #expect(sample.labels == ["team": "payments"])
    #expect(sample.accountID == "123456789012")
    #expect(sample.accountName == "shop")
    registration.scope.roleARN = ""
    registration.labels = [:]
    let unknown = DeploymentNotifier.Sample.overdue.notification(of: registration)
    #expect(unknown.labels == nil && unknown.accountID == nil && unknown.accountName == nil)
  }

  @Test("Notifications of a muted channel are skipped") func muted() async throws {
    let notifier = try surroundings.notifier()
    try await notifier.register("checkout", channels: ["echo"])
    try await notifier.mute("checkout", channels: ["echo"], for: .seconds(3600))
    surroundings.put("d-1")
    await notifier.poll(.patient)
    try await notifier.unmute("checkout")
    surroundings.put("d-2")
    await notifier.poll(.patient)
    #expect(try await lines() == ["d-1 skipped", "d-2 sent"])
    await #expect(throws: NotifierProblem.self) {
      try await notifier.mute("checkout", channels: ["ecko"], for: .seconds(3600))
    }
  }

  @Test("A failed notification is pending again after a retry") func retried() async throws {
    let notifier = try surroundings.notifier()
    try await notifier.register("checkout", channels: ["echo,refuse=true"])
    surroundings.put("d-1")
    await notifier.poll(.patient)
    #expect(try await lines() == ["d-1 failed"])
    #expect(try await notifier.retry("other").isEmpty)
    #expect(try await notifier.retry(ids: []).isEmpty)
    #expect(try await notifier.retry("checkout").count == 1)
    #expect(try await lines() == ["d-1 pending"])
    #expect(try await notifier.retry(ids: ["d-1"]).isEmpty, "it is pending already")
  }

  @Test("What is muted isn't retried: no cycle would send it") func mutedRetry() async throws {
    let notifier = try surroundings.notifier()
    try await notifier.register("checkout", channels: ["echo,refuse=true"])
    surroundings.put("d-1")
    await notifier.poll(.patient)
    try await notifier.mute("checkout", channels: ["echo"], for: .seconds(3600))
    #expect(try await notifier.retry("checkout").isEmpty)
    #expect(try await notifier.retry(ids: ["d-1"]).isEmpty)
    #expect(try await lines() == ["d-1 failed"])
    try await notifier.unmute("checkout")
    #expect(try await notifier.retry(ids: ["d-1"]).count == 1)
  }

  @Test("A deployment that was waited for is announced when it has ended")
  func waited() async throws {
    let notifier = try surroundings.notifier()
    try await notifier.register("checkout", channels: ["echo"])
    surroundings.put("d-1")
    surroundings.put("d-2", of: "unregistered")
    let result = try await notifier.wait(for: ["d-1", "d-2", "d-1"])
    #expect(result.hasEnded)
    #expect(result.found.map(\.deployment.id) == ["d-1", "d-2"])
    #expect(result.found.map(\.scope.region) == ["eu-west-1", "eu-west-1"])
    #expect(try await lines() == ["d-1 sent"])
    #expect(surroundings.errors == [])
  }

  @Test("Waiting ends when AWS refuses") func refused() async throws {
    let notifier = try surroundings.notifier()
    surroundings.fail(AWSFailure(.accessDenied, "denied"))
    let result = try await notifier.wait(for: ["d-1"])
    #expect(result.unanswered == ["d-1"] && !result.hasEnded)
    #expect(result.failure?.kind == .accessDenied)
  }
}
