import AWSClient
import CodeDeployNotifications
import Foundation

/// What a scope's credentials may do of what a poll does there, by doing it.
struct Permissions: Sendable {
  let scope: AWSScope
  let registrations: [Registration]
  let source: DeploymentSource
  let aws: AWSCaller

  /// A deployment that isn't there: AWS says so only to who may know.
  private static let unknown = "d-CDNOTIFY0"

  func lines() async -> [CheckLine] {
    var lines = [await listing()]
    lines.append(
      await line("codedeploy:BatchGetDeployments") {
        _ = try await source.deployments([Self.unknown])
      })
    if let line = await targets() { lines.append(line) }
    if let line = await trail() { lines.append(line) }
    return lines
  }

  private func line(
    _ action: String, _ request: () async throws -> Void
  ) async -> CheckLine {
    do {
      try await request()
      return CheckLine("codedeploy", scope.label, .ok, "\(action) is allowed")
    } catch {
      return CheckLine("codedeploy", scope.label, failure: error)
    }
  }

  /// The whole account's listing, or else each group's, as a poll does it.
  private func listing() async -> CheckLine {
    let whole = await line("codedeploy:ListDeployments") {
      do {
        _ = try await source.listPage(ListingFilter(createdSince: Date()), nil)
      } catch let failure as AWSFailure where failure.kind == .accessDenied {
        guard try await groupsCanBeListed() else { throw failure }
        throw OnlyByGroup()
      }
    }
    guard whole.answer == OnlyByGroup.sentence else { return whole }
    return CheckLine("codedeploy", scope.label, .note, whole.answer)
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
          _ = try await source.listPage(ListingFilter(group: name, createdSince: Date()), nil)
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
  private func targets() async -> CheckLine? {
    do {
      _ = try await source.details.targetPage(Self.unknown, true, nil)
    } catch let failure as AWSFailure where failure.kind == .accessDenied {
      return CheckLine(
        "codedeploy", scope.label, .note,
        "codedeploy:ListDeploymentTargets is not allowed: failures are announced without the "
          + "target, script and log")
    } catch {
      // That there is no such deployment is the answer that was expected.
    }
    return nil
  }

  /// CloudTrail is asked only for mail to whoever pushed.
  private func trail() async -> CheckLine? {
    let isWanted = registrations.flatMap(\.channels).contains { channel in
      ["to", "cc"].contains { channel.settings[$0]?.contains("deployer") == true }
    }
    guard isWanted else { return nil }
    do {
      try await CloudTrail.probe(aws, region: scope.region, now: Date())
      return CheckLine(
        "cloudtrail", scope.label, .ok, "cloudtrail:LookupEvents is allowed, for to=deployer")
    } catch let failure as AWSFailure where failure.kind == .accessDenied {
      return CheckLine(
        "cloudtrail", scope.label, .note,
        "cloudtrail:LookupEvents is not allowed: to=deployer goes by the description and the "
          + "commit's author")
    } catch {
      return CheckLine("cloudtrail", scope.label, failure: error)
    }
  }
}
