import ChannelKit
import ChannelTesting
import CodeDeployNotifications
import Testing

@testable import NotificationChannels

/// What channels have stored of deployments, letter by letter: other hosts' binaries read it too.
@Suite struct StoredNoteTests {
  private func note(_ label: String, _ message: ChannelMessage) async throws -> String? {
    let sample = try #require(ChannelSample.all.first { $0.label == label })
    let provider = sample.provider()
    _ = try await channel(sample.type, sample.settings)
      .deliver(message, with: provider.services())
    return await provider.notes["d-A1B2C3D4E"]
  }

  @Test("Slack's note has the message's place and the events") func slack() async throws {
    #expect(
      try await note("slack as an app", Sample.failedMessage()) == #"""
        {"detail":"failed","event":"failed","first":"failed","place":{"channel":"C1","ts":"1700000000.000100"},"target":"C1"}
        """#)
  }

  @Test("GitHub's note has the target, without a password and escaped slashes") func github()
    async throws
  {
    let note = try await note("github deployment", Sample.message())
    #expect(
      note == #"""
        {"event":"succeeded","id":7,"target":"https://ghe.example.com/api/v3 example/checkout production"}
        """#)
  }

  @Test("A mail's note has who is done, with escaped slashes") func mail() async throws {
    let provider = Provider(mail: [])
    var progress = MailProgress(id: "key/1")
    progress.sent = ["ada@example.com"]
    progress.refused = ["bob@example.com": "550 5.1.1 https://example.com/no-user ü"]
    try await progress.keep(for: Sample.notification(), in: provider.services().memory)
    #expect(
      await provider.notes == [
        "d-A1B2C3D4E": #"""
        {"id":"key\/1","refused":{"bob@example.com":"550 5.1.1 https:\/\/example.com\/no-user ü"},"sent":["ada@example.com"]}
        """#
      ])
    let read = try await provider.services().memory.note(MailProgress.self, of: "d-A1B2C3D4E")
    #expect(read == progress)
  }
}
