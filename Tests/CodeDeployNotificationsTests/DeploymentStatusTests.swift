import CodeDeployNotifications
import Foundation
import Testing

@Suite struct DeploymentStatusTests {
  @Test(
    "A status is final or in flight, and an unknown one is in flight",
    arguments: [
      ("Created", false), ("Queued", false), ("InProgress", false), ("Baking", false),
      ("Ready", false), ("Succeeded", true), ("Failed", true), ("Stopped", true),
      ("succeeded", false), ("Paused", false), ("", false),
    ])
  func finality(word: String, isFinal: Bool) {
    #expect(DeploymentStatus(rawValue: word).isFinal == isFinal)
  }

  @Test("Listings ask for every status that a deployment can leave") func inFlight() {
    let words = DeploymentStatus.inFlight.map(\.rawValue)
    #expect(words == ["Created", "Queued", "InProgress", "Baking", "Ready"])
  }

  @Test("A status is written as CodeDeploy's word") func coding() throws {
    let json = try JSONCoding.encoder().encode([DeploymentStatus(rawValue: "Paused")])
    #expect(String(decoding: json, as: UTF8.self) == #"["Paused"]"#)
    let read = try JSONCoding.decoder().decode([DeploymentStatus].self, from: json)
    #expect(read == [DeploymentStatus(rawValue: "Paused")])
  }
}

@Suite struct DeploymentEventTests {
  @Test(
    "Events stand in the order of a deployment's life",
    arguments: [
      (.started, "started", 0, false), (.ready, "ready", 1, false),
      (.succeeded, "succeeded", 2, true), (.failed, "failed", 2, true),
      (.stopped, "stopped", 2, true),
    ] as [(DeploymentEvent, String, Int, Bool)])
  func order(event: DeploymentEvent, word: String, position: Int, isEnd: Bool) {
    #expect(event.rawValue == word)
    #expect(event.position == position)
    #expect(event.isEnd == isEnd)
  }

  @Test("Ends don't come one before the other") func ends() {
    #expect(DeploymentEvent.ends == [.succeeded, .failed, .stopped])
    #expect(DeploymentEvent.started < .ready && .ready < DeploymentEvent.failed)
    for (one, other) in [(DeploymentEvent.succeeded, DeploymentEvent.failed), (.failed, .stopped)] {
      #expect(!(one < other) && !(other < one))
    }
  }
}
