import CodeDeployNotifications
import DeploymentNotifier
import Foundation
import Testing

@Suite("A notifier within a service")
struct DeploymentNotifierTests {
  private func outcomes(_ report: PollReport) -> [String] {
    report.notifications.map { "\($0.deploymentID) \($0.outcome.rawValue)" }
  }

  @Test("A document of 2016 is registered") func documentOf2016() async throws {
    let surroundings = Surroundings()
    let notifier = try surroundings.notifier(.builtIn.removing("exec") + [EchoChannel.self])
    let body = """
      { "codedeploy_application_name": "checkout",
        "notifications": [ { "newrelic_notification": { "application_name": "Checkout API" } } ] }
      """
    let registered = try await notifier.register(document: Array(body.utf8))
    #expect(registered.map(\.application) == ["checkout"])
    #expect(registered.map(\.scope.region) == ["eu-west-1"])
    #expect(try await notifier.registrations() == registered)
    #expect(try await notifier.unregister("checkout") == 1)
    #expect(try await notifier.registrations().isEmpty)
  }

  @Test("A channel type that was removed can't be registered") func removedType() async throws {
    let notifier = try Surroundings().notifier(.builtIn.removing("exec"))
    await #expect(throws: DocumentProblem.self) {
      try await notifier.register("checkout", channels: ["exec,command=/bin/true"])
    }
  }

  @Test("A registration made in code has to keep the rules of documents")
  func registeredInCode() async throws {
    let notifier = try Surroundings().notifier()
    func register(_ application: String, _ channel: ChannelConfiguration) async throws {
      try await notifier.register(
        Registration(
          application: application, scope: AWSScope(region: ""), channels: [channel]))
    }
    let good = ChannelConfiguration(type: "echo")
    try await register("checkout", good)
    await #expect(throws: DocumentProblem.self) { try await register("", good) }
    await #expect(throws: DocumentProblem.self) {
      try await register("checkout", ChannelConfiguration(type: "echo", settings: ["no": ["x"]]))
    }
    await #expect(throws: DocumentProblem.self) {
      try await register("checkout", ChannelConfiguration(type: "other"))
    }
    #expect(try await notifier.registrations().map(\.scope.region) == ["eu-west-1"])
  }

  @Test("Problems don't name the command's options") func problemWords() async throws {
    let notifier = try Surroundings().notifier()
    let problem = await #expect(throws: DocumentProblem.self) {
      try await notifier.register("checkout", channels: ["echo,no=x"])
    }
    #expect(problem.map { !$0.description.contains("--") } == true)
  }

  @Test("Cycles that overlap announce a deployment once") func overlappingCycles() async throws {
    let surroundings = Surroundings()
    let notifier = try surroundings.notifier()
    try await notifier.register("checkout", channels: ["echo"])
    surroundings.put("d-1")
    let sent = await withTaskGroup(of: [String].self) { group in
      for _ in 0..<8 { group.addTask { outcomes(await notifier.poll(.patient)) } }
      return await group.reduce(into: []) { $0 += $1 }
    }
    #expect(sent == ["d-1 sent"])
  }

  @Test("A channel's answer is reported without its secrets") func secretsInAnswers() async throws {
    let surroundings = Surroundings()
    let notifier = try surroundings.notifier()
    try await notifier.register("checkout", channels: ["echo,token=swordfish1,refuse=true"])
    surroundings.put("d-1")
    let report = await notifier.poll(.patient)
    #expect(outcomes(report) == ["d-1 failed"])
    #expect(report.failures.count == 1)
    #expect(!report.failures.contains { $0.description.contains("swordfish1") })
    #expect(surroundings.errors == report.failures.map(\.description))
  }

  @Test("A failure at AWS is in the report and in the log") func failureAtAWS() async throws {
    let surroundings = Surroundings()
    let notifier = try surroundings.notifier()
    try await notifier.register("checkout", channels: ["echo"])
    surroundings.fail(AWSFailure(.noCredentials, "No AWS credentials were found."))
    let report = await notifier.poll(.patient)
    #expect(report.failures.map(\.subject) == [.scope(AWSScope(region: "eu-west-1"))])
    #expect(surroundings.errors == report.failures.map(\.description))
    surroundings.fail(nil)
    #expect(await notifier.poll(.patient).failures.isEmpty)
  }

  @Test("Notifications of another program's channel types stay pending for it")
  func otherProgram() async throws {
    let surroundings = Surroundings()
    let ours = try surroundings.notifier(ChannelCatalog([]))
    let theirs = try surroundings.notifier()
    try await theirs.register("checkout", channels: ["echo"])
    surroundings.put("d-1")
    for _ in 0..<3 {
      let report = await ours.poll(.patient)
      #expect(report.notifications.isEmpty)
      #expect(report.pending == 1)
      #expect(
        report.leftToOthers.map(\.reason) == ["this program has no channel type \"echo\""])
    }
    let report = await theirs.poll(.patient)
    #expect(outcomes(report) == ["d-1 sent"])
    #expect(report.notifications.map(\.attempts) == [1])
  }

  @Test("A notification whose reference only another program follows stays pending")
  func otherReference() async throws {
    let surroundings = Surroundings()
    let ours = try surroundings.notifier()
    let theirs = try surroundings.notifier(references: .values(["TOKEN": "swordfish1"]))
    try await theirs.register("checkout", channels: ["echo,token=env:TOKEN"])
    surroundings.put("d-1")
    let report = await ours.poll(.patient)
    #expect(report.pending == 1)
    #expect(
      report.leftToOthers.map(\.reason)
        == ["token: env:TOKEN can't be resolved: this program allows no references"])
    #expect(outcomes(await theirs.poll(.patient)) == ["d-1 sent"])
  }

  @Test(
    "A notification whose reference leads nowhere stays pending",
    arguments: [
      (
        "env:NOBODY_HAS_SET_THIS",
        "token: env:NOBODY_HAS_SET_THIS is not set in the environment of this run"
      ),
      ("file:/no/such/file", "token: file:/no/such/file can't be read: no such file or directory"),
    ])
  func missingReference(reference: String, reason: String) async throws {
    let surroundings = Surroundings()
    let ours = try surroundings.notifier(references: .standard)
    try await ours.register("checkout", channels: ["echo,token=\(reference)"])
    surroundings.put("d-1")
    for _ in 0..<2 {
      let report = await ours.poll(.patient)
      #expect(report.notifications.isEmpty)
      #expect(report.failures.isEmpty)
      #expect(report.pending == 1)
      #expect(report.leftToOthers.map(\.reason) == [reason])
    }
  }

  @Test("A registration without a region gets the notifier's") func withoutRegion() async throws {
    let surroundings = Surroundings()
    let notifier = try surroundings.notifier()
    let registration = Registration(
      application: "checkout", scope: AWSScope(region: ""),
      channels: [ChannelConfiguration(type: "echo")])
    // As the command stores it where it knows no region.
    let record = RegistrationRecord(
      registration: registration,
      baselines: ["echo": .init(since: Date().addingTimeInterval(-60), isBackfilled: false)])
    #expect(try await surroundings.store.change([.put(record, over: nil)]))
    surroundings.put("d-1")
    var listed: [String] = []
    for try await one in notifier.deployments(of: "checkout") { listed.append(one.id) }
    #expect(listed == ["d-1"])
    #expect(try await notifier.test("checkout").map(\.scope.region) == ["eu-west-1"])
    #expect(try await notifier.registrations() == [registration])
    let report = await notifier.poll(.patient)
    #expect(report.failures.isEmpty, "\(report.failures)")
    #expect(outcomes(report) == ["d-1 sent"])
    #expect(try await notifier.registrations().map(\.scope.region) == ["eu-west-1"])
  }

  @Test("A reference that the program doesn't follow can't be registered")
  func refusedReference() async throws {
    let surroundings = Surroundings()
    let notifier = try surroundings.notifier(references: .values(["TOKEN": "swordfish1"]))
    for reference in ["env:PATH", "file:/etc/hostname", "ssm:/token"] {
      let problem = await #expect(throws: DocumentProblem.self) {
        try await notifier.register("checkout", channels: ["echo,token=\(reference)"])
      }
      #expect(
        problem?.description
          == "echo.token: \(reference) is not one of the references that this program allows")
      #expect(problem?.application == "checkout")
    }
    #expect(try await notifier.registrations().isEmpty)
    try await notifier.register("checkout", channels: ["echo,token=env:TOKEN"])
  }

  @Test("A registration's document has no secrets, and can be registered again")
  func maskedDocument() async throws {
    let surroundings = Surroundings()
    let notifier = try surroundings.notifier()
    try await notifier.register("checkout", channels: ["echo,token=swordfish1"])
    let registered = try await notifier.registrations()
    let document = notifier.document(of: registered)
    #expect(!document.contains("swordfish1"))
    #expect(document.contains(#""token": "********""#))
    #expect(try await notifier.register(document: document) == registered)
  }

  @Test("An unknown application is a problem of its own kind")
  func unknownApplication() async throws {
    let surroundings = Surroundings()
    let notifier = try surroundings.notifier()
    var failure = AWSFailure(.refused, "There is no nowhere.")
    failure.missing = .application
    surroundings.fail(failure)
    let problem = await #expect(throws: NotifierProblem.self) {
      for try await _ in notifier.deployments(of: "nowhere") {}
    }
    #expect(problem?.kind == .unknownApplication)
    #expect(problem?.description == "CodeDeploy in eu-west-1 has no application \"nowhere\"")
  }

  @Test("All deployments of an application are listed once, from every page, and no others")
  func listing() async throws {
    let surroundings = Surroundings()
    let notifier = try surroundings.notifier()
    let expected = (0...Surroundings.pageSize).map { "d-\($0)" }
    for id in expected { surroundings.put(id) }
    surroundings.put("d-other", of: "other")
    var ids: [String] = []
    for try await deployment in notifier.deployments(of: "checkout") { ids.append(deployment.id) }
    #expect(ids.sorted() == expected.sorted())
  }

  @Test("Announcing an unknown deployment is a failure") func unknownDeployment() async throws {
    let notifier = try Surroundings().notifier()
    try await notifier.register("checkout", channels: ["echo"])
    let report = await notifier.announce(["d-MISSING"])
    #expect(report.failures.map(\.subject) == [.deployment(id: "d-MISSING")])
  }

  @Test("Polling ends when its task is cancelled") func cancelled() async throws {
    let surroundings = Surroundings()
    let notifier = try surroundings.notifier()
    try await notifier.register("checkout", channels: ["echo"])
    surroundings.put("d-1")
    let polling = Task { try await notifier.polling(every: .seconds(3600)).run() }
    for _ in 0..<6000 where try await surroundings.store.outcomes().isEmpty {
      try await Task.sleep(for: .milliseconds(5))
    }
    #expect(try await !surroundings.store.outcomes().isEmpty)
    polling.cancel()
    try await polling.value
  }
}
