import DeploymentNotifier
import ServerNames
import Testing

/// Compiles only while `DeploymentNotifier` exports none of these names.
private struct Connection: Channel {
  var isWritable: Bool { true }
}

private struct Ledger: Store {}

@Suite("Names that servers have already")
struct NameTests {
  @Test("mean what they meant without the notifier") func names() {
    #expect(Connection().isWritable)
    #expect(HTTPRequest(path: "/").path == "/")
    _ = (HTTPResponse(), HTTPField(), HTTPClient(), AWSClient(), Ledger())
  }
}
