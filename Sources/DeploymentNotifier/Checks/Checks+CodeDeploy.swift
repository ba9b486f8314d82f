import AWSClient
import CodeDeployNotifications
import Foundation

extension Checks {
  /// Whether a registration would find credentials, where nothing is registered yet.
  func ownCredentials() async -> [CheckResult] {
    do {
      guard let region = try region("") else {
        return [
          CheckResult(
            .credentials, "no region", .failed,
            "set AWS_REGION, or a region in the AWS configuration's profile")
        ]
      }
      return [await credentials(ScopeAccess(AWSScope(region: region)))]
    } catch {
      return [CheckResult(.credentials, "this host", failure: error)]
    }
  }

  private func credentials(_ access: ScopeAccess) async -> CheckResult {
    let scope = access.scope
    do {
      let arn = try await AWSIdentity.arn(announcing.aws(access), region: scope.region)
      return CheckResult(.credentials, scope.label, .ok, arn)
    } catch {
      return CheckResult(.credentials, scope.label, failure: error)
    }
  }

  /// The credentials of a scope, and whether they permit what a poll and a registration do there.
  func codeDeploy(
    _ scope: AWSScope, _ records: [RegistrationRecord]
  ) async -> [CheckResult] {
    guard !scope.region.isEmpty else { return [withoutRegion(scope)] }
    let access = ScopeAccess(scope, for: records.map(\.registration))
    let identity = await credentials(access)
    guard identity.outcome == .ok else { return [identity] }
    let source = source(access)
    let permissions = Permissions(
      scope: scope, registrations: records.map(\.registration), source: source,
      aws: announcing.aws(access), now: announcing.now)
    return [identity] + (await permissions.results())
      + [await applications(scope, records, source)]
  }

  /// Registrations without a region: a poll has to know one.
  private func withoutRegion(_ scope: AWSScope) -> CheckResult {
    do {
      guard try region(scope.profile) != nil else {
        return CheckResult(
          .codeDeploy, scope.label, .failed,
          "registered without a region, and none is known here: set AWS_REGION, or a region in the "
            + "AWS configuration's profile")
      }
    } catch {
      return CheckResult(.codeDeploy, scope.label, failure: error)
    }
    return CheckResult(
      .codeDeploy, scope.label, .note,
      "registered without a region; the first poll that has a region sets it")
  }

  /// When deployments were last read; without that nothing is announced.
  func listing(_ scope: AWSScope, _ watermark: Date?) -> CheckResult {
    guard let watermark else {
      return CheckResult(
        .listing, scope.label, .note,
        "deployments have never been read completely", remedy: .startPolling)
    }
    let age = Duration.seconds(max(0, announcing.now().timeIntervalSince(watermark)))
    let said = "deployments were last read completely \(age.inWords) ago"
    return age < .seconds(3600)
      ? CheckResult(.listing, scope.label, .ok, said)
      : CheckResult(.listing, scope.label, .note, said, remedy: .lookAtPolling)
  }

  /// Whether the registered applications exist.
  private func applications(
    _ scope: AWSScope, _ records: [RegistrationRecord], _ source: DeploymentSource
  ) async -> CheckResult {
    let names = records.map(\.registration.application)
    do {
      let missing = Set(names).subtracting(try await source.applications(names)).sorted()
      guard missing.isEmpty else {
        let names = missing.map { "\"\($0)\"" }.joined(separator: ", ")
        return CheckResult(
          .codeDeploy, scope.label, .failed,
          "no application \(names): check the name and the region, or unregister it")
      }
      let unmatched = try await GroupPatterns.unmatched(
        in: records.map(\.registration), source)
      guard unmatched.isEmpty else {
        return CheckResult(.codeDeploy, scope.label, .note, unmatched.joined(separator: "; "))
      }
      let what = "\(names.count.counted("application")) \(names.count == 1 ? "is" : "are")"
      return CheckResult(.codeDeploy, scope.label, .ok, "\(what) there")
    } catch let failure as AWSFailure where failure.kind == .accessDenied {
      // Only registering needs it, and can do without it.
      return CheckResult(
        .codeDeploy, scope.label, .note,
        "can't check whether the applications exist: codedeploy:BatchGetApplications is not allowed"
      )
    } catch {
      return CheckResult(.codeDeploy, scope.label, failure: error)
    }
  }
}
