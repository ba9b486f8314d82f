import AWSClient
import CodeDeployNotifications
import Foundation

/// What a scope's credentials may do of what a poll does there, by doing it.
struct Permissions: Sendable {
  let scope: AWSScope
  let registrations: [Registration]
  let source: DeploymentSource
  let aws: AWSCaller
  let now: @Sendable () -> Date

  /// A deployment that isn't there: AWS says so only to who may know.
  private static let unknown = "d-CDNOTIFY0"

  func results() async -> [CheckResult] {
    var results = [await listing()]
    results.append(
      await result("codedeploy:BatchGetDeployments") {
        _ = try await source.deployments([Self.unknown])
      })
    if let result = await targets() { results.append(result) }
    if let result = await trail() { results.append(result) }
    return results
  }

  private func result(
    _ action: String, _ request: () async throws -> Void
  ) async -> CheckResult {
    do {
      try await request()
      return CheckResult(.codeDeploy, scope.label, .ok, "\(action) is allowed")
    } catch {
      return CheckResult(.codeDeploy, scope.label, failure: error)
    }
  }

  /// The whole account's listing, or else each group's, as a poll does it.
  private func listing() async -> CheckResult {
    let whole = await result("codedeploy:ListDeployments") {
      do {
        _ = try await source.listPage(ListingFilter(createdSince: now()), nil)
      } catch let failure as AWSFailure where failure.kind == .accessDenied {
        guard try await groupsCanBeListed() else { throw failure }
        throw OnlyByGroup()
      }
    }
    guard whole.finding == OnlyByGroup.sentence else { return whole }
    return CheckResult(.codeDeploy, scope.label, .note, whole.finding)
  }

  /// The account is denied, and the groups aren't.
  private struct OnlyByGroup: Error, CustomStringConvertible {
    static let sentence =
      "codedeploy:ListDeployments is allowed for deployment groups only: each is listed by itself, "
      + "a request each; allowed on deploymentgroup:* it would be one for all"
    var description: String { Self.sentence }
  }

  private func groupsCanBeListed() async throws -> Bool {
    for registration in registrations {
      do {
        for group in try await source.groups(registration.application) {
          let name = DeploymentGroupName(application: registration.application, group: group)
          _ = try await source.listPage(ListingFilter(group: name, createdSince: now()), nil)
        }
      } catch let failure as AWSFailure where failure.kind == .accessDenied {
        return false
      } catch let failure as AWSFailure where failure.kind == .refused {
        // An application that isn't there has a line of its own.
        continue
      }
    }
    return true
  }

  /// Said only where it is missing: failures are announced without it too.
  private func targets() async -> CheckResult? {
    do {
      _ = try await source.details.targetPage(Self.unknown, true, nil)
    } catch let failure as AWSFailure where failure.kind == .accessDenied {
      return CheckResult(
        .codeDeploy, scope.label, .note,
        "codedeploy:ListDeploymentTargets is not allowed: failures are announced without the "
          + "target, script and log")
    } catch {
      // That there is no such deployment is the answer that was expected.
    }
    return nil
  }

  /// CloudTrail is asked only for mail to whoever pushed.
  private func trail() async -> CheckResult? {
    let isWanted = registrations.flatMap(\.channels).contains { channel in
      ["to", "cc"].contains { channel.settings[$0]?.contains("deployer") == true }
    }
    guard isWanted else { return nil }
    do {
      try await CloudTrail.probe(aws, region: scope.region, now: now())
      return CheckResult(
        .cloudTrail, scope.label, .ok, "cloudtrail:LookupEvents is allowed, for to=deployer")
    } catch let failure as AWSFailure where failure.kind == .accessDenied {
      return CheckResult(
        .cloudTrail, scope.label, .note,
        "cloudtrail:LookupEvents is not allowed: to=deployer goes by the description and the "
          + "commit's author")
    } catch {
      return CheckResult(.cloudTrail, scope.label, failure: error)
    }
  }
}
