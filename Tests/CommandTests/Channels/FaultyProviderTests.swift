import Foundation
import Testing

/// Every channel that uses HTTP meets the same faults on real connections; the channels are those of
/// `PlantedChannel`.
@Suite struct FaultyProviderTests {
  /// A provider's fault, and what every channel reports about it.
  struct Fault: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var answer: String
    /// Words in the report; empty where providers send words of their own.
    var says: String

    init(_ label: String, _ answer: String, says: String = "") {
      testDescription = label
      self.answer = answer
      self.says = says
    }

    static let all = [
      Fault("closes without a word", #""close": true"#, says: "answer"),
      Fault("resets the connection", #""reset": true"#),
      Fault("is cut in its headers", #""cut_after": 20, "status": 200"#),
      Fault("is cut in its body", #""cut_after": 200, "status": 200, "body_repeat": 1"#),
      Fault("is no HTTP", #""raw": "SSH-2.0-OpenSSH_9.2\r\n\r\n""#),
      Fault("answers megabytes of error", #""status": 500, "body_repeat": 3"#, says: "500"),
      Fault("answers megabytes without end", #""status": 200, "body_repeat": 40"#),
      Fault("is too busy", #""status": 429, "headers": {"Retry-After": "7"}"#, says: "429"),
      Fault(
        "redirects", #""status": 302, "headers": {"Location": "http://127.0.0.1:1/"}"#, says: "302"),
      Fault("isn't there", #""status": 404, "body": "nothing here""#, says: "404"),
    ]
  }

  private func register(_ world: World) async throws {
    let channels = PlantedChannel.literals(world.sink.url).specs.flatMap { ["--channel", $0] }
    let run = try await world.cdnotify(["register", "checkout", "--no-verify"] + channels)
    try #require(run.status == 0, "\(run.error)")
  }

  private static let count = PlantedChannel.all.filter(\.isOverHTTP).count

  private func checkSecrets(_ run: Run, sourceLocation: SourceLocation = #_sourceLocation) {
    for secret in PlantedChannel.literals("http://server").marks {
      #expect(!(run.output + run.error).contains(secret), sourceLocation: sourceLocation)
    }
  }

  @Test(
    "Whatever is wrong with a provider, each channel says it briefly and without secrets",
    arguments: Fault.all)
  func fault(fault: Fault) async throws {
    try await World.with { world in
      try await register(world)
      try await world.sink.script("/", fault.answer)
      let run = try await world.cdnotify("test-channel", "checkout", "--json")
      checkSecrets(run)
      let answers = try run.json().array
      #expect(answers.count == Self.count)
      for answer in answers {
        let text = answer["answer"].string ?? ""
        #expect(answer["ok"].bool == false, "\(answer)")
        #expect(text.count < 500, "\(text.count)")
        #expect(fault.says.isEmpty || text.contains(fault.says), "\(text)")
      }
      #expect(run.status == 1)
    }
  }

  @Test("Notifications to providers that don't answer are pending at the deadline")
  func hanging() async throws {
    try await World.with { world in
      try await register(world)
      try await world.aws.deploy("checkout")
      try await world.sink.script("/", #""hang": 60"#)
      let poll = try await world.cdnotify("poll", "--json", "--deadline", "3s")
      checkSecrets(poll)
      #expect(poll.status == 75, "\(poll.error)")
      #expect(try poll.json()["pending"].int == Self.count)
      // GitHub would have shown the start too, which is over.
      let ends = try poll.json()["notifications"].array.filter { $0["event"].string != "started" }
      #expect(!ends.isEmpty)
      for notification in ends {
        #expect(notification["outcome"].string == "retrying", "\(notification)")
      }
    }
  }
}
