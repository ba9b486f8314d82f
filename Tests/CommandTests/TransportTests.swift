import Foundation
import Testing

/// Network settings in the environment.
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

  @Test("The environment's proxy is used") func proxy() async throws {
    try await World.with { world in
      let run = try await world.cdnotify(
        "test-channel", "--channel", "webhook,url=http://hooks.test/hook",
        changes: ["http_proxy": world.sink.url])
      #expect(run.status == 0, "\(run.error)")
      // A proxy is asked for the whole address.
      #expect(try await world.sink.requests("http://hooks.test/hook").count == 1)
    }
  }

  @Test("What a proxy says of its own password is shown to nobody", arguments: [0, 9, 18, 27, 36])
  func proxyPassword(first: Int) async throws {
    try await World.with { world in
      let proxy = world.sink.url.replacing("://", with: "://puser-0123:ppassword-0123@")
      try await world.sink.script("http://hooks.test/", #""status": 407, "echo": \#(first)"#)
      let run = try await world.cdnotify(
        "test-channel", "--json", "--channel", "webhook,url=http://hooks.test/hook",
        changes: ["http_proxy": proxy])
      #expect(run.status == 1)
      let said = run.output + run.error
      #expect(said.contains("407"), "\(said)")
      let basic = Data("puser-0123:ppassword-0123".utf8).base64EncodedString()
      for form in ["ppassword", String(basic.prefix(16)), "7070617373776f"] {
        #expect(!said.contains(form), "\(said)")
      }
    }
  }

  @Test("A redirect is not followed") func redirect() async throws {
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
