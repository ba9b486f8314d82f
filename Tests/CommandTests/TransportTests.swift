import Foundation
import Testing

/// The network as the environment describes it.
@Suite struct TransportTests {
  @Test(
    "A private CA is trusted where the environment names it",
    arguments: [
      ("CURL_CA_BUNDLE", 0), ("SSL_CERT_FILE", 0), ("AWS_CA_BUNDLE", 1), ("UNRELATED", 1),
    ])
  func privateCA(variable: String, status: Int32) async throws {
    try await World.with { world in
      let run = try await world.cdnotify(
        "test-channel", "--channel", "webhook,url=\(world.sink.httpsURL)/hook",
        changes: [variable: world.sink.caFile])
      #expect(run.status == status, "\(run.error)")
      #expect(try await world.sink.requests("/hook").count == (status == 0 ? 1 : 0))
      if status != 0 { #expect(run.error.contains("certificate of localhost")) }
    }
  }

  @Test func aProxyOfTheEnvironmentIsUsed() async throws {
    try await World.with { world in
      let run = try await world.cdnotify(
        "test-channel", "--channel", "webhook,url=http://hooks.test/hook",
        changes: ["http_proxy": world.sink.url])
      #expect(run.status == 0, "\(run.error)")
      let requests = try await world.sink.requests("/")
      let proxied = try await world.sink.requests("http://hooks.test/hook")
      #expect(proxied.count + requests.count >= 1)
    }
  }

  @Test func aRedirectIsNotFollowed() async throws {
    try await World.with { world in
      try await world.sink.script(
        "/old", #""status": 301, "headers": {"Location": "\#(world.sink.url)/new"}"#)
      let run = try await world.cdnotify(
        "test-channel", "--channel", "webhook,url=\(world.sink.url)/old")
      #expect(run.status == 1)
      #expect(try await world.sink.requests("/old").count == 1)
      #expect(try await world.sink.requests("/new").isEmpty)
    }
  }
}
