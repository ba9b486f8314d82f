import Foundation
import Testing

/// CodeDeploy's answer, cut at every byte, never causes a crash or moves the watermark.
@Suite struct CutAnswerTests {
  /// The answer of `ListDeployments` when it has found something.
  private static let body = #"{"deployments":["d-A1B2C3D4E","d-F5G6H7J8K"],"nextToken":"bmV4dA=="}"#
  private static let answer = """
    HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\n\
    Content-Length: \(body.utf8.count)\r\n\r\n\(body)
    """

  /// Runs `body` with an application whose first cycle is done and whose watermark is an hour old,
  /// so that every complete listing would move it.
  private func settled(_ body: (World) async throws -> Void) async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      try await world.cdnotify(
        "register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook")
      #expect(try await world.cdnotify("poll").status == 0)
      try await world.sql("UPDATE scope SET mark = mark - 3600000")
      try await body(world)
    }
  }

  /// Polls with the sink in CodeDeploy's place; returns the error if all is as expected.
  private func poll(_ world: World, _ place: String) async throws {
    let store = FileManager.default.contents(atPath: world.path("store.db"))
    let poll = try await world.cdnotify(
      "poll", changes: ["AWS_ENDPOINT_URL": world.sink.url, "AWS_MAX_ATTEMPTS": "1"])
    #expect(poll.status == 69, "\(place): \(poll.error)")
    #expect(poll.output == "")
    #expect(poll.error.hasPrefix("cdnotify: "), "\(place): \(poll.error)")
    #expect(poll.error.split(separator: "\n").count == 1, "\(place): \(poll.error)")
    #expect(FileManager.default.contents(atPath: world.path("store.db")) == store, "\(place)")
  }

  @Test("A connection that ends at any byte changes nothing in the store")
  func cutConnection() async throws {
    try await settled { world in
      for count in 0..<Self.answer.utf8.count {
        try await world.sink.script(
          "/", count: 1, #""raw": \#(quoted(Self.answer)), "cut_after": \#(count)"#)
        try await poll(world, "cut after \(count) bytes")
      }
    }
  }

  /// A middlebox can shorten the body and make the length fit.
  @Test("A body that ends at any byte changes nothing in the store") func cutBody() async throws {
    try await settled { world in
      for count in 0..<Self.body.utf8.count {
        try await world.sink.script(
          "/", count: 1, #""body": \#(quoted(String(Self.body.prefix(count))))"#)
        try await poll(world, "a body of \(count) bytes")
      }
    }
  }

  @Test("Deployments whose details were cut off are announced by a later poll")
  func cutDetails() async throws {
    try await settled { world in
      let ids = try await world.aws.deploy("checkout", #""count": 2"#)
      for kind in ["cut", "truncated"] {
        for after in [0, 1, 20, 100, 300] {
          try await world.aws.fault(
            #"{"operation": "BatchGetDeployments", "kind": "\#(kind)", "after": \#(after)}"#)
          let poll = try await world.cdnotify("poll", changes: ["AWS_MAX_ATTEMPTS": "1"])
          #expect(poll.status == 69)
          #expect(try await world.sink.requests("/hook").isEmpty)
        }
      }
      #expect(try await world.cdnotify("poll").status == 0)
      let announced = try await world.sink.bodies("/hook").compactMap { $0["deployment_id"].string }
      #expect(announced.sorted() == ids.sorted())
    }
  }

  private func quoted(_ text: String) throws -> String {
    String(decoding: try JSONEncoder().encode(text), as: UTF8.self)
  }
}
