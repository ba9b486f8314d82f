import AWSClient
import CodeDeployNotifications
import Foundation
import HostFiles

/// Why a reference can't be resolved.
private struct ReferenceFailure: Error, CustomStringConvertible {
  var description: String
}

extension ReferenceResolver {
  /// Resolves references from the environment, files, systemd's credentials and AWS.
  package static func standard(
    environment: [String: String],
    aws: @escaping @Sendable (ScopeAccess) -> AWSCaller
  ) -> ReferenceResolver {
    ReferenceResolver { reference, access in
      switch reference.source {
      case .environment:
        guard let value = environment[reference.name], !value.isEmpty else {
          throw ReferenceFailure(
            description: "\(reference) is not set in the environment of this run")
        }
        return value
      case .file:
        return try read(reference.name, reference)
      case .credential:
        guard let folder = environment["CREDENTIALS_DIRECTORY"], !folder.isEmpty else {
          throw ReferenceFailure(
            description: "\(reference) needs systemd's $CREDENTIALS_DIRECTORY, which is not set; "
              + "add LoadCredential= to the unit")
        }
        guard !reference.name.contains("/") else {
          throw ReferenceFailure(description: "\(reference) must be a name without a slash")
        }
        return try read("\(folder)/\(reference.name)", reference)
      case .parameterStore:
        return try await AWSSecrets.parameter(
          aws(access), name: reference.name,
          region: try region(of: reference, in: access.scope))
      case .secretsManager:
        return try await AWSSecrets.secret(
          aws(access), name: reference.name,
          region: try region(of: reference, in: access.scope))
      }
    }
  }

  /// The region in which AWS is asked: that of the reference's ARN, else the registration's.
  private static func region(of reference: SettingReference, in scope: AWSScope) throws -> String {
    let parts = reference.name.split(separator: ":", omittingEmptySubsequences: false)
    if parts.count > 5, parts[0] == "arn", !parts[3].isEmpty { return String(parts[3]) }
    guard !scope.region.isEmpty else {
      throw ReferenceFailure(
        description:
          "\(reference) needs a region; set AWS_REGION, or register the application with one")
    }
    return scope.region
  }

  /// The text of a file.
  private static func read(_ path: String, _ reference: SettingReference) throws -> String {
    let bytes: [UInt8]
    do {
      bytes = try BoundedFile.read(path, limit: 64 << 10, waits: false, processes: false)
    } catch .isLarger {
      throw ReferenceFailure(
        description: "\(reference) is larger than 64 KiB: name a file that holds the value alone")
    } catch {
      throw ReferenceFailure(description: "\(reference) \(error)")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ReferenceFailure(description: "\(reference) is not UTF-8 text")
    }
    guard text.contains(where: { !$0.isNewline }) else {
      throw ReferenceFailure(description: "\(reference) is empty")
    }
    return text
  }
}
