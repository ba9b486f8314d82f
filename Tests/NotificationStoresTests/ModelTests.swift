import CodeDeployNotifications
import CycleSupport
import Foundation
import Testing

/// Random sequences of deployments, registrations, faults, clock jumps and polls, compared with a
/// simple model of the promises. A failure names its seed: CDNOTIFY_TEST_SEED=… runs it again.
@Suite struct ModelTests {
  @Test("Never miss, never repeat", arguments: SeededGenerator.seeds(150))
  func promises(seed: UInt64) async throws { try await keep(seed, .sqlite) }

  @Test(
    "Never miss, never repeat, on DynamoDB", arguments: StoreKind.dynamoDB,
    SeededGenerator.seeds(6))
  func promisesOnDynamoDB(kind: StoreKind, seed: UInt64) async throws { try await keep(seed, kind) }

  private func keep(_ seed: UInt64, _ kind: StoreKind) async throws {
    try await Installation.with(kind) { site in
      var run = RandomRun(site: site, seed: seed)
      for _ in 0..<80 { try await run.step() }
      let pending = try await run.settle()

      let accepted = site.provider.accepted
      let counts = Dictionary(accepted.map { ($0, 1) }, uniquingKeysWith: +)
      #expect(counts.filter { $0.value > 1 } == [:], "repeated; seed \(seed)")
      #expect(pending == 0, "still pending; seed \(seed)")
      let missed = run.model.promised.subtracting(accepted).subtracting(site.provider.refused)
      #expect(missed == [], "missed; seed \(seed)")
      #expect(Set(accepted).subtracting(run.model.allowed) == [], "unasked; seed \(seed)")
      for (index, post) in accepted.enumerated() where post.hasPrefix("every: started") {
        let id = post.split(separator: " ").last ?? ""
        let before = accepted[..<index].filter { $0.hasPrefix("every: ") && $0.hasSuffix(" \(id)") }
        #expect(before == [], "an end before its start; seed \(seed)")
      }
    }
  }
}

/// One random run. Everything that is done to the installation is recorded in the model.
private struct RandomRun {
  let site: Installation
  var model = PromiseModel()
  private var random: SeededGenerator
  /// The seconds since the run began, and how far the host's clock is off.
  private var time = 0.0
  private var skew = 0.0
  private var deployments: [Deployment] = []
  private let applications = ["basket", "checkout", "search"]

  init(site: Installation, seed: UInt64) {
    self.site = site
    random = SeededGenerator(seed: seed)
  }

  private mutating func chance(_ percent: Int) -> Bool {
    Int.random(in: 0..<100, using: &random) < percent
  }

  private var trueTime: Date { Sample.at(time) }

  mutating func step() async throws {
    switch Int.random(in: 0..<100, using: &random) {
    case ..<22: deploy()
    case ..<47: advance()
    case ..<57: pass(Double.random(in: 1...3600, using: &random))
    case ..<65: try await register()
    case ..<67: try await unregister()
    case ..<70: jump()
    default: await poll()
    }
  }

  private mutating func pass(_ seconds: Double) {
    time += seconds
    site.clock.pass(seconds)
  }

  private mutating func deploy() {
    guard let application = applications.randomElement(using: &random) else { return }
    pass(1)
    let id = "d-\(deployments.count)"
    deployments.append(
      Deployment(id: id, application: application, status: .created, createdAt: trueTime))
    site.codeDeploy.put(deployments)
  }

  private mutating func advance() {
    let inFlight = deployments.indices.filter { !deployments[$0].status.isFinal }
    guard let index = inFlight.randomElement(using: &random) else { return }
    pass(1)
    let ends: [(DeploymentStatus, DeploymentEvent)] = [
      (.succeeded, .succeeded), (.failed, .failed), (.stopped, .stopped),
    ]
    func note(_ event: DeploymentEvent, at time: Double) {
      model.events.append(
        PromiseModel.Event(
          application: deployments[index].application, id: deployments[index].id, event: event,
          at: time))
    }
    if deployments[index].status == .created, chance(70) {
      deployments[index].status = .inProgress
      deployments[index].startedAt = trueTime
      note(.started, at: time)
    } else if let (status, event) = ends.randomElement(using: &random) {
      // A deployment that succeeds has started, whether CodeDeploy says when or not.
      if status == .succeeded, deployments[index].startedAt == nil {
        deployments[index].startedAt = trueTime
        note(.started, at: time)
      }
      deployments[index].status = status
      deployments[index].completedAt = trueTime
      note(event, at: time)
    }
    site.codeDeploy.put(deployments)
  }

  /// Registering asks CodeDeploy, which refuses a clock that is off.
  private mutating func register() async throws {
    guard abs(skew) <= 300, let application = applications.randomElement(using: &random) else {
      return
    }
    let channels = chance(50) ? ["ends"] : ["ends", "every"]
    let requested = Sample.registration(
      application,
      channels: channels.map { name in
        .hook(name, on: name == "every" ? DeploymentEvent.allCases.filter { $0 != .overdue } : nil)
      })
    let old = try await site.store.registrations()
      .first { $0.registration.identity == requested.identity }
    let now = site.clock.now
    let merge = try RegistrationMerge(
      requested, into: old, replacing: .same, since: nil, now: now,
      catalog: ChannelCatalog([HookChannel.self]))
    _ = try await site.store.change([.put(merge.record, over: old)])
    model.register(application, channels, at: time)
  }

  private mutating func unregister() async throws {
    guard let record = try await site.store.registrations().randomElement(using: &random) else {
      return
    }
    _ = try await site.store.change([.remove(record)])
    model.unregister(record.registration.application)
  }

  /// The host's clock jumps, and is corrected some time later.
  private mutating func jump() {
    let targets = [0, 0, 0, -200, 200, -86_400, 86_400, 31_536_000.0]
    let target = targets.randomElement(using: &random) ?? 0
    site.clock.pass(target - skew)
    skew = target
  }

  private mutating func poll() async {
    // A clock that is off by more than five minutes makes AWS refuse every request.
    let isRefused = abs(skew) > 300
    site.codeDeploy.failPage(isRefused || chance(15) ? 0 : nil)
    site.codeDeploy.failBatches(isRefused || chance(10))
    site.codeDeploy.leaveOut(
      chance(10) ? Set(deployments.map(\.id).filter { _ in chance(30) }) : [])
    for server in ["ends", "every"] {
      let answers = [200, 200, 200, 503, 503, 400]
      site.provider.answer(server, answers.randomElement(using: &random) ?? 200)
    }
    if chance(20) {
      async let first = site.poll()
      async let second = site.poll()
      _ = await (first, second)
    } else {
      _ = await site.poll()
    }
  }

  /// Ends all faults, and polls until nothing is pending. Returns how many notifications still are.
  mutating func settle() async throws -> Int {
    site.clock.pass(-skew)
    skew = 0
    site.codeDeploy.failPage(nil)
    site.codeDeploy.failBatches(false)
    site.codeDeploy.leaveOut([])
    for server in ["ends", "every"] { site.provider.answer(server, 200) }
    var pending = 0
    for _ in 0..<6 {
      pending = await site.poll().pending
      pass(7 * 3600)
    }
    return pending
  }
}
