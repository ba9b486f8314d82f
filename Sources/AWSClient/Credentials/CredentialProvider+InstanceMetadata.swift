import CodeDeployNotifications
import Foundation

extension CredentialProvider {
  /// The role of the EC2 instance, from its metadata service: first a token, then the role's name,
  /// then its keys (botocore's `InstanceMetadataFetcher`).
  /// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
  static let instanceMetadata = CredentialProvider { context in
    let isDisabled = context.environment.variable("AWS_EC2_METADATA_DISABLED")
    if isDisabled?.lowercased() == "true" {
      return .absent("instance metadata: AWS_EC2_METADATA_DISABLED is true")
    }
    return try await InstanceMetadata(context).find()
  }
}

/// One query of the metadata service.
private struct InstanceMetadata: Sendable {
  private let http: HTTPClient
  private let environment: AWSEnvironment
  private let base: String
  private let timeout: Duration
  private let attempts: Int
  /// What says that version 1 is disabled; `nil` where it isn't.
  private let version1Disabled: String?

  /// Ends the search in this source, with the reason in words.
  private struct Nothing: Error {
    var reason: String
  }

  init(_ context: CredentialContext) throws {
    // The settings are those of the profile that was asked for, also where another one led here.
    let profile = context.session
    http = context.http
    environment = context.environment
    base = try Self.base(profile)
    timeout = .seconds(
      try profile.number("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout") ?? 1)
    attempts =
      try profile.number("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts") ?? 1
    let names = ("AWS_EC2_METADATA_V1_DISABLED", "ec2_metadata_v1_disabled")
    version1Disabled =
      profile.flag(names.0, names.1) ? profile.place(names.0, names.1) : nil
  }

  private static func base(_ profile: AWSProfile) throws -> String {
    let modeNames = ("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode")
    let mode = profile.setting(modeNames.0, modeNames.1)
    guard mode.map({ ["ipv4", "ipv6"].contains($0.lowercased()) }) ?? true else {
      throw AWSFailure(
        .noCredentials,
        "\(profile.place(modeNames.0, modeNames.1)) is \"\((mode ?? "").inSentence(upTo: 50))\", but "
          + "must be IPv4 or IPv6.")
    }
    let names = ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint")
    if let own = profile.setting(names.0, names.1) {
      guard ["http://", "https://"].contains(where: { own.lowercased().hasPrefix($0) }) else {
        throw AWSFailure(
          .noCredentials,
          "\(profile.place(names.0, names.1)) is not an http or https URL.")
      }
      if let problem = AddressRules.problem(AddressRules.origin(of: own)) {
        throw AWSFailure(.noCredentials, "\(profile.place(names.0, names.1)) \(problem).")
      }
      return own.hasSuffix("/") ? own : own + "/"
    }
    let isVersion6 =
      mode.map { $0.lowercased() == "ipv6" }
      ?? profile.flag("AWS_IMDS_USE_IPV6", "imds_use_ipv6")
    return isVersion6 ? "http://[fd00:ec2::254]/" : "http://169.254.169.254/"
  }

  func find() async throws -> CredentialProvider.Finding {
    do {
      guard let boot = environment.bootID else { return .found(try await keys()) }
      let kept = KeptCredentials("instance", [boot, base], environment)
      return .found(try await kept.credentials { try await keys() })
    } catch let nothing as Nothing {
      return .absent("instance metadata: \(nothing.reason)")
    }
  }

  private func keys() async throws -> AWSCredentials {
    let token = try await token()
    if token == nil, let version1Disabled {
      throw AWSFailure(
        .noCredentials,
        "The instance metadata at \(host) returned no token, and \(version1Disabled) is true.")
    }
    let path = "latest/meta-data/iam/security-credentials/"
    let role = try await get(path, token).text.trimmingSpace()
    // An instance has one role. Only the first line is used as a path.
    let name = role.prefix { !$0.isNewline }
    let keys = try await get(path + String(name).percentEncoded, token)
    return try credentials(keys.body, role: String(name).inSentence())
  }

  /// A body without keys, such as the message that EC2 can't assume the role, counts as no
  /// credentials.
  private func credentials(_ body: [UInt8], role: String) throws -> AWSCredentials {
    do {
      let document = try CredentialDocument(body, from: "the service at \(host)", isAnswer: true)
      return extended(
        try document.credentials(
          needs: [.token, .expiration], source: "the instance's role \(role)"))
    } catch let failure as AWSFailure {
      throw Nothing(reason: failure.description.asClause)
    }
  }

  /// The service's host, such as `169.254.169.254`, for messages.
  private var host: String {
    let authority = base.split(separator: "/", omittingEmptySubsequences: true).dropFirst().first
    return String(authority?.split(separator: "@").last ?? "")
  }

  /// The token of version 2; `nil` where there is none, as on an instance with version 1 only.
  private func token() async throws -> String? {
    let request = HTTPRequest(
      .put, base + "latest/api/token",
      headers: [HTTPField("x-aws-ec2-metadata-token-ttl-seconds", "21600")], timeout: timeout,
      maximumResponseBytes: 1 << 16, bypassesProxy: true)
    for _ in 0..<attempts {
      do {
        let response = try await http.send(request)
        switch response.status {
        case 200: return response.text
        case 403, 404, 405: return nil
        case 400: throw Nothing(reason: "\(host) refused the request for a token")
        default: continue
        }
      } catch let failure as HTTPFailure {
        // Behind a hop limit the answer never comes, and a retry only costs time.
        if failure.kind == .timedOut { return nil }
      }
    }
    return nil
  }

  private func get(_ path: String, _ token: String?) async throws -> HTTPResponse {
    let headers = token.map { [HTTPField("x-aws-ec2-metadata-token", $0)] } ?? []
    let request = HTTPRequest(
      .get, base + path, headers: headers, timeout: timeout, maximumResponseBytes: 1 << 16,
      bypassesProxy: true)
    var reason = ""
    for _ in 0..<attempts {
      do {
        let response = try await http.send(request)
        if response.status == 200, !response.body.isEmpty { return response }
        reason =
          response.status == 404
          ? "\(host) has no role for this instance" : "\(host) answered status \(response.status)"
      } catch let failure as HTTPFailure {
        reason = failure.description
      }
    }
    throw Nothing(reason: reason)
  }

  /// When the service can't renew a role's keys, EC2 goes on accepting the old ones. They are used,
  /// and requested again some minutes later (`_evaluate_expiration`).
  private func extended(_ credentials: AWSCredentials) -> AWSCredentials {
    var credentials = credentials
    let now = environment.now()
    let window = 15 * 60 + 120 + environment.random() * 480
    if let expiration = credentials.expiration, now >= expiration - window {
      credentials.expiration = now + window
    }
    return credentials
  }
}
