import ChannelKit
import ChannelTesting
import CodeDeployNotifications
import Foundation
import Synchronization
import Testing

@testable import NotificationChannels

/// Digests of every channel that has them.
@Suite struct DigestChannelTests {
  private static let samples = ChannelSample.all.filter {
    ChannelCatalog.all.type(named: $0.type)?.digest != nil
  }

  private static func parts(
    _ count: Int, hostile: Bool = false, failing: Int = 1, services: ChannelServices
  ) -> ChannelDigest {
    ChannelDigest(
      (0..<count).map { number in
        var notification = hostile ? Sample.hostileNotification : Sample.notification()
        notification.id = "key-\(number)"
        notification.deploymentID = "d-NUMBER\(number)X"
        if !hostile {
          notification.event = number >= count - failing ? .failed : .succeeded
          notification.error = Deployment.ErrorInformation(code: "HEALTH", message: "too many")
        }
        return ChannelDigest.Part(notification.cleaned, services: services)
      })
  }

  /// What was sent: the body of the only request, or the mail's texts.
  private func sent(
    _ sample: ChannelSample, _ count: Int, hostile: Bool = false, failing: Int = 1,
    _ more: [String: [String]] = [:]
  ) async throws -> String {
    let provider = sample.provider()
    let settings = sample.settings.merging(more) { $1 }
    let channel = try channel(sample.type, settings)
    let answer = try await channel.deliver(
      Self.parts(count, hostile: hostile, failing: failing, services: provider.services()),
      with: provider.services())
    #expect(!answer.isEmpty)
    let mails = await provider.mails.map { $0.text + $0.html }
    let calls = await provider.calls.map { call in
      if case .rest(_, let body) = call.form { String(decoding: body, as: UTF8.self) } else { "" }
    }
    let texts = await provider.requests.map(\.text) + mails + calls
    #expect(texts.count == 1)
    return texts.joined().substituting("\\/", with: "/")
  }

  @Test("The chats and mail send digests, and ask for them by the same setting")
  func whoSendsThem() {
    let types = ChannelCatalog.all.types.filter { $0.digest != nil }.map { $0.type }
    #expect(
      Set(types) == ["slack", "teams", "discord", "googlechat", "hipchat", "email", "ses"])
    for type in ChannelCatalog.all.types {
      #expect(type.settings.contains { $0.name == "digest_above" } == (type.digest != nil))
    }
  }

  @Test("It counts, names each, and has the failures first with their cause", arguments: samples)
  func content(sample: ChannelSample) async throws {
    let text = try await sent(sample, 5)
    #expect(text.contains("5 deployments of checkout: 1 failed, 4 succeeded"))
    for number in 0..<5 { #expect(text.contains("d-NUMBER\(number)X"), "\(number)") }
    let failed = try #require(text.range(of: "d-NUMBER4X"))
    let succeeded = try #require(text.range(of: "d-NUMBER0X"))
    #expect(failed.lowerBound < succeeded.lowerBound)
    let cause = try #require(text.range(of: "HEALTH: too many"))
    #expect(cause.lowerBound < succeeded.lowerBound)
  }

  @Test("Where there are several, each line names its account and region", arguments: samples)
  func places(sample: ChannelSample) async throws {
    func sent(_ change: (Int, inout DeploymentNotification) -> Void) async throws -> String {
      let provider = sample.provider()
      var digest = Self.parts(3, services: provider.services())
      for index in digest.parts.indices {
        digest.parts[index].notification.accountID = "111111111111"
        change(index, &digest.parts[index].notification)
      }
      _ = try await channel(sample.type, sample.settings).deliver(digest, with: provider.services())
      let calls = await provider.calls.map { call in
        if case .rest(_, let body) = call.form { String(decoding: body, as: UTF8.self) } else { "" }
      }
      return
        (await provider.requests.map(\.text) + provider.mails.map { $0.text + $0.html } + calls)
        .joined()
    }
    let several = try await sent { index, notification in
      if index == 1 { notification.accountName = "staging" }
      if index == 2 {
        notification.accountID = "222222222222"
        notification.region = "us-east-1"
      }
    }
    // A parenthesis may be escaped.
    for place in ["111111111111, eu-west-1", "staging, eu-west-1", "222222222222, us-east-1"] {
      #expect(several.contains(place), "\(place)")
    }
    #expect(try await !sent { _, _ in }.contains("111111111111, "))
    let regions = try await sent { index, notification in
      if index == 2 { notification.region = "us-east-1" }
    }
    #expect(regions.contains("us-east-1)") || regions.contains("us-east-1\\"), "\(regions)")
    #expect(!regions.contains("111111111111, "))
  }

  @Test("The title counts a deployment once, however many of its events are in it")
  func deployments() {
    var digest = Self.parts(4, services: Provider().services())
    for index in digest.parts.indices {
      digest.parts[index].notification.deploymentID = "d-NUMBER\(index / 2)X"
      digest.parts[index].notification.event = index.isMultiple(of: 2) ? .ready : .overdue
    }
    let parts = DigestParts(digest)
    #expect(parts.title == "2 deployments of checkout: 2 overdue, 2 ready")
    #expect(parts.lines.count == 4)
  }

  @Test("However long their texts are, all that one message takes are in it", arguments: samples)
  func full(sample: ChannelSample) async throws {
    let form = try #require(ChannelCatalog.all.type(named: sample.type)?.digest)
    let text = try await sent(sample, form.size, hostile: true)
    for number in 0..<form.size { #expect(text.contains("NUMBER\(number)X"), "\(number)") }
    let bounds = [
      "slack": 20_000, "teams": 20_000, "discord": 9_000, "googlechat": 32_000,
      "hipchat": 12_000, "email": 64 << 10 + 96 << 10, "ses": 200 << 10,
    ]
    #expect(text.utf8.count <= bounds[sample.type] ?? 0, "\(text.utf8.count)")
    // Texts that would take effect in the channel's own markup; a mail's texts are plain.
    let live = [
      "slack": ["<!channel>"], "discord": ["@everyone"], "hipchat": ["<script>"],
      "googlechat": ["<script>", "<!channel>"], "teams": ["[a](http"],
    ]
    for call in live[sample.type, default: []] + ["\u{1B}"] {
      #expect(!text.contains(call), "\(call)")
    }
  }

  @Test("Why what failed is left out where there is no room is said") func leftOut() async throws {
    let sample = try #require(Self.samples.first { $0.type == "discord" })
    let text = try await sent(sample, 25, hostile: true)
    #expect(text.contains("There was no room for the details of 25 of them"))
  }

  @Test("A digest asks for all of its deployers at once, and doesn't wait for a source that hangs")
  func hangingSource() async throws {
    let sample = try #require(
      Self.samples.first { $0.type == "slack" && $0.settings["webhook_url"] != nil })
    let asked = Mutex(0)
    let source = DeployerSource { _, _ in
      asked.withLock { $0 += 1 }
      try await Task.sleep(for: .seconds(86_400))
      return nil
    } remembered: { notification, _ in
      guard notification.deploymentID == "d-NUMBER0X" else { return nil }
      return FoundDeployer(deployer: .init(name: "ada"), identities: ["ada"])
    }
    let provider = sample.provider()
    var digest = Self.parts(8, failing: 8, services: provider.services())
    // The time is over when each of the others was asked.
    let limit = LookUpLimit {
      while asked.withLock({ $0 }) < 7, !Task.isCancelled {
        try? await Task.sleep(for: .milliseconds(1))
      }
    }
    let memory = LookUpMemory()
    for index in digest.parts.indices {
      let notification = digest.parts[index].notification
      let access = ScopeAccess(AWSScope(region: "eu-west-1"))
      digest.parts[index].services.deployerID = { _ in
        try await source.entry(
          notification, access, ["ada": "U0ADA0001"], QuickLookUps(memory: memory, limit: limit))
      }
    }
    let channel = try channel(
      "slack", sample.settings.merging(["mention": ["deployer"]]) { $1 })
    _ = try await channel.deliver(digest, with: provider.services())
    let text = try #require(await provider.requests.first).text
    #expect(text.contains("8 failed"))
    #expect(text.contains("<@U0ADA0001>"))
    #expect(asked.withLock { $0 } == 7)
  }

  @Test("A digest calls whom its failures would have called, once, and else nobody")
  func mentions() async throws {
    for (type, id, call) in [
      ("slack", "U024BE7LH", "<@U024BE7LH>"),
      ("discord", "80351110224678912", "<@80351110224678912>"),
      ("googlechat", "users/123456789", "<users/123456789>"),
      ("teams", "ada@example.com", #""mentioned":{"id":"ada@example.com""#),
    ] {
      for sample in Self.samples where sample.type == type {
        let failing = try await sent(sample, 5, failing: 3, ["mention": [id]])
        #expect(failing.contains(call), "\(sample.label)")
        let fine = try await sent(sample, 5, failing: 0, ["mention": [id]])
        #expect(!fine.contains(call), "\(sample.label)")
      }
    }
  }

  @Test(
    "Statuses mean the same, and no answer leaks a secret",
    arguments: samples.filter { !$0.bodies.isEmpty }, [400, 429, 503])
  func statuses(sample: ChannelSample, status: Int) async throws {
    let body = sample.secrets.joined(separator: " ")
    let provider = sample.provider(
      failingAt: 0, with: .success(HTTPResponse(status: status, body: Array(body.utf8))))
    let channel = try channel(sample.type, sample.settings)
    let outcome = try await Outcome.of {
      try await channel.deliver(
        Self.parts(3, services: provider.services()), with: provider.services())
    }
    let verdicts: [Int: DeliveryFailure.Verdict] = [
      400: .refused, 429: .limited(after: nil), 503: .tryAgain(after: nil),
    ]
    #expect(outcome.verdict == verdicts[status])
    for secret in sample.secrets { #expect(!outcome.text.contains(secret)) }
  }

  @Test("A digest of mails is no part of a thread, and none goes to who pushed") func mail()
    async throws
  {
    let sample = try #require(Self.samples.first { $0.type == "email" })
    let provider = sample.provider()
    let channel = try channel(sample.type, sample.settings)
    let digest = Self.parts(3, services: provider.services())
    _ = try await channel.deliver(digest, with: provider.services())
    let mail = try #require(await provider.mails.first)
    let names = Set(mail.headers.map(\.name))
    #expect(names.contains("Auto-Submitted") && !names.contains("References"))
    let id = mail.headers.first { $0.name == "Message-ID" }?.value
    #expect(id?.hasPrefix("<\(digest.id)@") == true)
    let settings = sample.settings.merging([
      "to": ["deployer"], "digest_above": ["10"],
    ]) { $1 }
    #expect(throws: SettingProblem.self) { try self.channel("email", settings) }
  }
}

extension DigestChannelTests {
  fileprivate func channel(_ type: String, _ settings: [String: [String]]) throws -> any Channel {
    try NotificationChannelsTests.channel(type, settings)
  }
}
