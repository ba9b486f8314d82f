import CodeDeployNotifications

extension CredentialProvider {
  /// Credentials from a container platform: ECS and similar ones by
  /// `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI`, EKS Pod Identity, Greengrass and others by
  /// `AWS_CONTAINER_CREDENTIALS_FULL_URI` (botocore's `ContainerProvider`).
  /// https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
  static let container = CredentialProvider { context in
    let environment = context.environment
    let address: ContainerAddress
    let (relative, full) = (
      "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"
    )
    if let path = environment.variable(relative) {
      address = try ContainerAddress("http://169.254.170.2\(path)", from: relative)
    } else if let url = environment.variable(full) {
      address = try ContainerAddress(url, from: full)
    } else {
      return .absent(
        "container: neither \(relative) nor \(full) is set")
    }
    var headers = [HTTPField("Accept", "application/json")]
    let token = try authorization(environment)
    if let token { headers.append(HTTPField("Authorization", token.revealed)) }
    let request = HTTPRequest(
      .get, address.url, headers: headers, timeout: .seconds(2), maximumResponseBytes: 1 << 16,
      bypassesProxy: address.isOfThisMachine)
    let ask: @Sendable () async throws -> AWSCredentials = {
      let body = try await answer(to: request, at: address.host, token, context)
      let document = try CredentialDocument(
        body, from: "the container's credential service at \(address.host)", isAnswer: true)
      return try document.credentials(needs: [.token, .expiration], source: "the container")
    }
    guard let boot = environment.bootID else { return .found(try await ask()) }
    let kept = KeptCredentials(
      "container", [boot, address.url, token?.revealed], environment)
    return .found(try await kept.credentials(ask))
  }

  /// How often botocore tries, and the pause in between (`ContainerMetadataFetcher`).
  private static let attempts = 3
  private static let pause = Duration.seconds(1)

  private static func answer(
    to request: HTTPRequest, at host: String, _ token: Secret?, _ context: CredentialContext
  ) async throws -> [UInt8] {
    var attempt = 1
    while true {
      let problem: String
      do {
        let response = try await context.http.send(request)
        if response.status == 200 { return response.body }
        var said = response.text
        if let token { said = SecretMask([token]).masked(said) }
        problem =
          "status \(response.status)" + (said.isEmpty ? "" : ": \(said.inSentence(upTo: 200))")
      } catch let failure as HTTPFailure {
        problem = failure.description
      }
      guard attempt < attempts else {
        throw AWSFailure(
          .noCredentials,
          "The container's credential service at \(host) returned no credentials: \(problem).")
      }
      attempt += 1
      try await context.environment.sleep(pause)
    }
  }

  /// The token for the service. The file is read at each load, because EKS replaces it.
  private static func authorization(_ environment: AWSEnvironment) throws -> Secret? {
    var token = environment.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN")
    var source = "AWS_CONTAINER_AUTHORIZATION_TOKEN"
    if let path = environment.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") {
      source = "The container's authorization token file \(path.inSentence())"
      guard let bytes = try environment.read(path, as: source) else {
        throw AWSFailure(.noCredentials, "\(source) doesn't exist.")
      }
      token = String(decoding: bytes, as: UTF8.self)
    }
    guard let token else { return nil }
    guard !token.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
      throw AWSFailure(.noCredentials, "\(source) contains a line break or control character.")
    }
    return Secret(token)
  }
}

/// The address of a container's credentials. Any host is allowed for https. For http only this
/// machine and AWS's own link-local addresses are, so that nobody on the network reads them
/// (`_validate_allowed_url`).
struct ContainerAddress: Sendable, Hashable {
  var url: String
  var host: String
  /// Whether it is an address of this machine, which must not be reached through a proxy.
  var isOfThisMachine: Bool

  private static let known: Set = [
    "169.254.170.2", "169.254.170.23", "fd00:ec2::23", "localhost",
  ]

  /// - Parameter variable: The variable that has the address, for messages.
  init(_ url: String, from variable: String) throws {
    let scheme = ["https://", "http://"].first { url.lowercased().hasPrefix($0) }
    let authority = url.dropFirst(scheme?.count ?? 0).prefix { !"/?#".contains($0) }
    guard let scheme, !authority.isEmpty, !authority.contains("@") else {
      throw AWSFailure(
        .noCredentials, "\(variable) is not an http or https URL.")
    }
    if let problem = AddressRules.problem(scheme + authority) {
      throw AWSFailure(.noCredentials, "\(variable) \(problem).")
    }
    self.url = url
    if authority.first == "[" {
      host = String(authority.dropFirst().prefix { $0 != "]" }).lowercased()
    } else {
      host = String(authority.prefix { $0 != ":" }).lowercased()
    }
    isOfThisMachine = Self.known.contains(host) || LoopbackHost.isNumber(host)
    guard scheme == "https://" || isOfThisMachine else {
      throw AWSFailure(
        .noCredentials,
        "\(variable) names the host \(host.inSentence()): over http, credentials are accepted only "
          + "from this machine or \(Self.known.sorted().joined(separator: ", "))."
      )
    }
  }
}
