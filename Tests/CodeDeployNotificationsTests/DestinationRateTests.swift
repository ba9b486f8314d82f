import Foundation
import Testing

@testable import CodeDeployNotifications

@Suite struct DestinationRateTests {
  @Test("Sixty to a Slack webhook, one a second and half a minute for more, go out in a minute")
  func slack() {
    var run = RateLimitSimulation(takes: 1, per: .seconds(1), asks: .seconds(30))
    run.interval = .milliseconds(1050)
    run.run(60)
    #expect(run.taken.count == 60)
    #expect(run.refusals == 0)
    #expect(run.cycles == 2)
    #expect(run.taken.last.map { $0 < .seconds(70) } == true)
  }

  @Test("A provider that says how many more it takes is hardly ever asked for too much")
  func discord() {
    var run = RateLimitSimulation(takes: 5, per: .seconds(2))
    run.saysRemaining = true
    run.run(60)
    #expect(run.taken.count == 60)
    #expect(run.refusals <= 5)
    #expect(run.taken.last.map { $0 < .seconds(40) } == true)
  }

  @Test(
    "A limit that nobody knew is learnt from few refusals",
    arguments: [
      (1, Duration.seconds(1), Duration.seconds(1), 20), (5, .seconds(2), nil, 20),
      (60, .seconds(60), nil, 20), (1, .seconds(3), .seconds(3), 60),
    ] as [(Int, Duration, Duration?, Int)])
  func unknown(takes: Int, per: Duration, asks: Duration?, refusals: Int) {
    var run = RateLimitSimulation(takes: takes, per: per, asks: asks)
    run.run(60)
    #expect(run.taken.count == 60)
    #expect(run.refusals <= refusals, "\(run.refusals) refusals")
    let ideal = per * 60 / takes
    #expect(run.taken.last.map { $0 < ideal * 3 } == true, "\(run.taken.last ?? .zero)")
  }

  @Test("A pause that the cycle has no time for has all that waits for it wait as long")
  func longPause() throws {
    var queue = DeliveryQueue(limit: 32, end: .seconds(50))
    queue.add((0..<20).map { .sample("d-\($0)", hook: "a", group: "g-\($0)") })
    queue.add([.sample("other", hook: "b")])
    var started: [DeliveryQueue.Item] = []
    while let item = queue.start(at: .zero) { started.append(item) }
    #expect(started.count == 4)
    for item in started where item.route.limit.hangsOn == ["slack", "a"] {
      queue.finish(item, at: .seconds(1), .isLimited(asked: .seconds(120)), .untried)
    }
    while let item = queue.start(at: .seconds(1)) { started.append(item) }
    #expect(started.map(\.name).contains("other slack"), "another webhook's limit is its own")
    let returned = queue.takePutBack()
    #expect(returned.count == 20)
    #expect(returned.allSatisfy { $0.notBefore == .seconds(121) })
  }

  @Test("After a refusal one at a time finds out whether it takes anything again")
  func probing() throws {
    var queue = DeliveryQueue(limit: 32, end: .seconds(50))
    queue.add((0..<9).map { .sample("d-\($0)", group: "g-\($0)") })
    var started: [DeliveryQueue.Item] = []
    while let item = queue.start(at: .zero) { started.append(item) }
    for item in started {
      queue.finish(item, at: .seconds(1), .isLimited(asked: .milliseconds(500)), .untried)
    }
    #expect(queue.start(at: .seconds(1)) == nil)
    #expect(queue.nextAlarm == .milliseconds(1500))
    let probe = try queue.next(at: .milliseconds(1500))
    #expect(probe.name == "d-0 slack", "it keeps its place")
    #expect(queue.start(at: .seconds(5)) == nil)
    queue.finish(probe, at: .seconds(5), .took(nil), .done)
    _ = try queue.next(at: .seconds(5))
  }
}
