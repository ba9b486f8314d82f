import CodeDeployNotifications
import Foundation
import Testing

@testable import DeploymentNotifier

/// What only a service can be told, as the command checks it earlier.
@Suite("What a service is refused with") struct RefusalTests {
  private let surroundings = Surroundings()

  private func refusal(_ body: () async throws -> Void) async -> String? {
    do { try await body() } catch { return "\(error)" }
    return nil
  }

  @Test("Bytes that aren't text are no document") func bytes() async throws {
    let notifier = try surroundings.notifier()
    #expect(
      await refusal { try await notifier.register(document: [0xFF, 0xFE]) }
        == "the document is not UTF-8 text")
  }

  @Test("An application of several registrations is told with them") func ambiguous() {
    let scopes = ["eu-west-1", "us-east-1"].map { AWSScope(region: $0) }
    #expect(
      "\(SelectionProblem.ambiguous("checkout", scopes))"
        == "checkout is registered 2 times; say which one:\n  eu-west-1\n  us-east-1")
  }

  @Test("Without a region each request says where to give one") func noRegion() async throws {
    let notifier = try surroundings.notifier(region: nil)
    #expect(
      await refusal { try await notifier.register("checkout", channels: ["echo,token=swordfish1"]) }
        == "no region for checkout: name it in the registration, or set AWS_REGION in the notifier's "
        + "AWS settings")
    #expect(
      await refusal { for try await _ in notifier.deployments(of: "checkout") {} }
        == "no region for checkout, which isn't registered: set AWS_REGION in the notifier's AWS "
        + "settings")
    #expect(
      await refusal { _ = try await notifier.wait(for: ["d-1"]) }
        == "no region is known in which the deployments could be: register their application, or set "
        + "AWS_REGION in the notifier's AWS settings")
  }

  @Test("A channel that declares digests and sends none says so") func noDigests() async {
    #expect(
      await refusal {
        let echo = try EchoChannel(
          settings: SettingValues(["token": ["swordfish1"]], settings: EchoChannel.settings))
        let services = ChannelServices(
          http: HTTPClient { _ in throw HTTPFailure(.broken, "") },
          aws: AWSCaller { _ in throw AWSFailure(.unreachable, "") }, region: "eu-west-1",
          now: Date())
        _ = try await echo.deliver(ChannelDigest([]), with: services)
      } == "echo sends no digests")
  }
}
