import AWSClient
import CodeDeployNotifications
import Foundation

/// Checks the permissions of a scope's credentials by making the requests of a poll.
struct Permissions: Sendable {
  let scope: AWSScope
  let registrations: [Registration]
  let source: DeploymentSource
  let aws: AWSCaller
  let now: @Sendable () -> Date

  /// A deployment that doesn't exist. AWS says so only to those who may know.
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

  /// Lists the whole account or, if that is denied, each group, as a poll does.
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

  /// Listing the account is denied, and listing its groups isn't.
  private struct OnlyByGroup: Error, CustomStringConvertible {
    static let sentence =
      "codedeploy:ListDeployments is allowed for some deployment groups only, so each group takes "
      + "a request of its own; allow it on deploymentgroup:* to list all in one request"
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
        // Another result reports an application that doesn't exist.
        continue
      }
    }
    return true
  }

  /// A result only where the permission is missing: failures are announced without it too.
  private func targets() async -> CheckResult? {
    do {
      _ = try await source.details.targetPage(Self.unknown, true, nil)
    } catch let failure as AWSFailure where failure.kind == .accessDenied {
      return CheckResult(
        .codeDeploy, scope.label, .note,
        "codedeploy:ListDeploymentTargets is not allowed: failures are announced without the "
          + "target, script and log")
    } catch {
      // The expected answer says that there is no such deployment.
    }
    return nil
  }

  /// CloudTrail is needed only for mail to whoever pushed, and for calling that person in a chat.
  private func trail() async -> CheckResult? {
    let wanting = ["to", "cc", "mention"].filter { setting in
      registrations.flatMap(\.channels).contains {
        $0.settings[setting]?.contains("deployer") == true
      }
    }
    guard !wanting.isEmpty else { return nil }
    let purpose = wanting.map { "\($0)=deployer" }.joined(separator: " and ")
    do {
      try await CloudTrail.probe(aws, region: scope.region, now: now())
      return CheckResult(
        .cloudTrail, scope.label, .ok, "cloudtrail:LookupEvents is allowed, for \(purpose)")
    } catch let failure as AWSFailure where failure.kind == .accessDenied {
      return CheckResult(
        .cloudTrail, scope.label, .note,
        "cloudtrail:LookupEvents is not allowed: \(purpose) uses only the description and the "
          + "commit's author")
    } catch {
      return CheckResult(.cloudTrail, scope.label, failure: error)
    }
  }
}
