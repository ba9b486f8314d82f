import CodeDeployNotifications

extension AWSCall {
  /// The operation for each path of a REST service.
  private static let restOperations = [
    "/federation/credentials": "GetRoleCredentials", "/token": "CreateToken",
    "/v1/token": "CreateOAuth2Token",
    "/v2/email/outbound-emails": "SendEmail",
  ]

  /// The operation's name, for messages.
  var operation: String {
    switch form {
    case .json(_, let target, _): String(target.split(separator: ".").last ?? "")
    case .query(let action, _, _): action
    case .rest(let path, _): Self.restOperations[path] ?? path
    }
  }

  /// The call as a POST with everything in the body and an explicit `Content-Type`: the form that
  /// libcurl signs as AWS does.
  func request(to endpoint: AWSEndpoint, credentials: AWSCredentials?) -> HTTPRequest {
    var headers: [HTTPField]
    var path = "/"
    let body: [UInt8]
    switch form {
    case .json(let version, let target, let json):
      headers = [
        HTTPField("Content-Type", "application/x-amz-json-\(version)"),
        HTTPField("X-Amz-Target", target),
      ]
      body = json
    case .query(let action, let version, let parameters):
      headers = [HTTPField("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")]
      let all = [("Action", action), ("Version", version)] + parameters
      body = Array(
        all.map { "\($0.0.percentEncoded)=\($0.1.percentEncoded)" }.joined(separator: "&").utf8)
    case .rest(let itsPath, let json):
      headers = [HTTPField("Content-Type", "application/json")]
      path = itsPath.hasPrefix("/") ? itsPath : "/" + itsPath
      body = json
    }
    return HTTPRequest(
      .post, endpoint.base + path, headers: headers, body: body, timeout: timeout,
      signature: credentials.map {
        AWSSignature(
          credentials: $0, region: endpoint.signingRegion, service: signingName)
      })
  }
}
