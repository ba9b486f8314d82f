import DeploymentNotifier
import Foundation
import Logging
import TestSupport
import Testing

/// A notifier knows the environment that it was given, and not its process's.
@Suite("The environment that a notifier was given") struct GivenEnvironmentTests {
  private func notifier(_ variables: [String: String]) async throws -> DeploymentNotifier {
    var variables = variables
    variables["AWS_REGION"] = "eu-west-1"
    return try DeploymentNotifier(
      store: .inMemory, aws: AWSSettings(variables: variables, homeDirectory: "/nonexistent"),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  private func answers(
    _ channel: String, _ variables: [String: String]
  ) async throws -> [String] {
    let notifier = try await notifier(variables)
    try await notifier.register("checkout", channels: [channel], verifying: false)
    return try await notifier.test("checkout").map(\.answer)
  }

  @Test("Programs are found in the given PATH, and get only given variables")
  func programs() async throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("cdnotify-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(atPath: folder) }
    // A link is no file that a child of another test may have open for writing.
    try FileManager.default.createSymbolicLink(
      atPath: folder + "/ours-alone", withDestinationPath: "/usr/bin/env")
    let channel =
      "exec,command=ours-alone,args=sh,args=-c,"
      + "args=\"echo ${HOME-no home} ${LANG-no language} ${TZ-no zone} ${OTHER-no other}\""
    #expect(
      try await answers(
        channel, ["PATH": "\(folder):/usr/bin:/bin", "TZ": "UTC", "OTHER": "is not passed on"])
        == ["no home no language UTC no other"])
    // The process's own path has no such program either way, and its usual one none.
    #expect(try await answers(channel, [:]) == ["ours-alone was not found in PATH"])
  }

  private static let refusal =
    "HTTP/1.1 407 No\r\nContent-Length: 23\r\n\r\nnot ada:swordfish1, no!"

  @Test("The given proxies are used, and their passwords never shown") func proxies() async throws {
    let refusal: @Sendable (LoopbackServer.Request) -> LoopbackServer.Reply = { _ in
      .thenClose(Array(Self.refusal.utf8))
    }
    try await LoopbackServer.run(refusal) { proxy in
      let address = "http://ada:swordfish1@127.0.0.1:\(proxy.port)"
      let channel = "webhook,url=http://receiver.invalid/hook"
      let answer = try await answers(channel, ["http_proxy": address])
      #expect(proxy.requests.map(\.line) == ["POST http://receiver.invalid/hook HTTP/1.1"])
      #expect(answer.count == 1 && answer[0].contains("407"), "\(answer)")
      #expect(!answer[0].contains("swordfish1"), "\(answer)")
      // `http_proxy` has no upper case, and exceptions are reached without.
      for variables in [
        [:], ["HTTP_PROXY": address], ["https_proxy": address],
        ["http_proxy": address, "no_proxy": "receiver.invalid"],
      ] { _ = try await answers(channel, variables) }
      #expect(proxy.requests.count == 1)
      _ = try await answers(channel, ["ALL_PROXY": address])
      #expect(proxy.requests.count == 2)
    }
  }
}
