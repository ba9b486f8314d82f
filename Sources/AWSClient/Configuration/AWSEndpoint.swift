import CodeDeployNotifications

/// Where a service's requests go: AWS's public address for the region, or what the user set
/// instead (https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html).
struct AWSEndpoint: Sendable, Hashable {
  /// Scheme, host, port, and a path without a trailing slash. A call's own path is appended.
  var base: String
  /// The region that signatures are made for. It is the call's own, unless one address serves
  /// several regions.
  var signingRegion: String
  /// Whether it is AWS's own address rather than one that the user set.
  var isPublic: Bool
  /// A warning about an address that the user set and that others can eavesdrop on; `nil` for the
  /// rest.
  var warning: String?

  init(service: String, region: String, profile: AWSProfile) throws {
    guard Self.canBeRegion(region) else {
      guard !region.isEmpty else {
        throw AWSFailure(
          .refused,
          "No AWS region is known: set AWS_REGION, give the AWS profile a region, or register the "
            + "application with one.")
      }
      throw AWSFailure(.refused, "\"\(region.inSentence())\" is not an AWS region.")
    }
    let plain = region.plainRegion
    signingRegion = plain
    if let override = try Self.override(
      service: service, profile: profile)
    {
      base = try Self.checked(override.url, from: override.source)
      isPublic = false
      warning = Self.warning(of: base, from: override.source)
      return
    }
    let address = PublicAddress(
      service: service, region: plain,
      isFIPS: plain != region || profile.flag("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"),
      isDualStack: profile.flag("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"))
    isPublic = true
    if try service == "sts" && profile.stsEndpoints() == .legacy && address.hasGlobalSTS {
      base = "https://sts.amazonaws.com"
      signingRegion = "us-east-1"
    } else {
      base = "https://\(address.host)"
    }
  }

  /// Only characters of a host name, so that a region can't redirect a request.
  static func canBeRegion(_ region: String) -> Bool {
    !region.isEmpty && region.allSatisfy { $0.isASCIIAlphanumeric || $0 == "-" }
  }

  /// Service ids that differ from the endpoint prefix in more than case (`serviceId` in the
  /// models).
  private static let serviceIDs = [
    "email": "sesv2", "secretsmanager": "secrets_manager", "portal.sso": "sso", "oidc": "sso_oidc",
  ]

  /// The address that the user set and where, in this order: the service's variable, the variable
  /// for all, the profile's `services` section, the profile (`ConfiguredEndpointProvider` of
  /// botocore).
  private static func override(
    service: String, profile: AWSProfile
  ) throws -> (url: String, source: String)? {
    let (environment, settings) = (profile.environment, profile.settings)
    let ignore =
      environment.variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")
      ?? settings.text("ignore_configured_endpoint_urls")
    if ignore?.lowercased() == "true" { return nil }

    let id = serviceIDs[service] ?? service.replacing("-", with: "_")
    for variable in ["AWS_ENDPOINT_URL_\(id.uppercased())", "AWS_ENDPOINT_URL"] {
      if let url = environment.variable(variable) { return (url, variable) }
    }
    if let name = settings.text("services") {
      guard let section = profile.configuration.services[name] else {
        throw AWSFailure(
          .refused,
          "The AWS profile \(profile.choice.name) names services \(name.inSentence()), but there is "
            + "no [services \(name.inSentence())] in \(profile.configuration.configFile.path).")
      }
      if case .block(let keys) = section[id], let url = keys["endpoint_url"], !url.isEmpty {
        return (url, "endpoint_url of \(id) in [services \(name)]")
      }
    }
    return settings.text("endpoint_url").map {
      ($0, "endpoint_url of profile \(profile.choice.name)")
    }
  }

  /// An override as a URL that requests can be signed for: libcurl signs a plain path correctly,
  /// but not one that needs percent-encoding.
  private static func checked(_ url: String, from source: String) throws -> String {
    var base = url.trimmingSpace()
    while base.last == "/" { base = base.dropLast() }
    let scheme = ["https://", "http://"].first { base.lowercased().hasPrefix($0) }
    guard let scheme else {
      throw AWSFailure(.refused, "\(source) is not an http or https URL.")
    }
    let rest = base.dropFirst(scheme.count)
    let host = rest.prefix { $0 != "/" }
    let path = rest.dropFirst(host.count)
    let hostIsPlain = host.allSatisfy { $0.isASCIIAlphanumeric || ".-_:[]".contains($0) }
    guard !host.isEmpty, host.first != ":", hostIsPlain else {
      throw AWSFailure(.refused, "\(source) has no valid host name.")
    }
    if let problem = AddressRules.problem(scheme + host) {
      throw AWSFailure(.refused, "\(source) \(problem).")
    }
    let pathIsPlain = path.allSatisfy { $0.isASCIIAlphanumeric || "/-._~".contains($0) }
    guard pathIsPlain, !path.contains("//"), !path.split(separator: "/").contains(where: isDots)
    else {
      throw AWSFailure(
        .refused,
        "\(source) has a path that can't be signed: use only letters, digits, /, -, _, . and ~.")
    }
    return scheme + rest
  }

  /// Plain http to another machine can be read on the way.
  private static func warning(of base: String, from source: String) -> String? {
    guard base.lowercased().hasPrefix("http://") else { return nil }
    let authority = base.dropFirst("http://".count).prefix { $0 != "/" }.lowercased()
    let host =
      authority.first == "["
      ? authority.dropFirst().prefix { $0 != "]" } : authority.prefix { $0 != ":" }
    guard !LoopbackHost.names(host) else { return nil }
    return
      "\(source) reaches AWS over plain http, so "
      + "requests and answers, session tokens included, can be read on the way: use https."
  }

  private static func isDots(_ segment: Substring) -> Bool { segment == "." || segment == ".." }
}
