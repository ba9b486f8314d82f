import ChannelTesting
import CodeDeployNotifications
import Foundation
import Testing

@testable import NotificationChannels

@Suite struct GitHubChannelTests {
  private static let made = [#"{"id":7}"#, #"{"id":8}"#]

  private func deliver(
    _ provider: Provider, _ settings: [String: [String]] = [:],
    _ change: (inout DeploymentNotification) -> Void = { _ in }
  ) async throws -> Outcome {
    let channel = try channel("github", settings.merging(["token": ["ghp_x"]]) { $1 })
    return try await Outcome.of {
      try await channel.deliver(Sample.message(change), with: provider.services())
    }
  }

  private func json(_ request: HTTPRequest) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any])
  }

  @Test("A deployment is looked for, made, kept, and given its status") func success() async throws
  {
    let provider = Provider(bodies: ["[]"] + Self.made)
    let settings = ["environment_url": ["https://example.com/{{application}}/{{deployment_id}}"]]
    let outcome = try await deliver(provider, settings)
    #expect(outcome == .sent("deployment 7 of example/checkout is success"))
    let requests = await provider.requests
    let root = "https://api.github.com/repos/example/checkout/deployments"
    #expect(
      requests.map(\.url) == [
        root + "?environment=production&per_page=100&ref=0123456789abcdef0123456789abcdef01234567",
        root, root + "/7/statuses",
      ])
    #expect(requests.map(\.method) == [.get, .post, .post])
    let creation = try json(requests[1])
    #expect(creation["auto_merge"] as? Bool == false)
    #expect((creation["required_contexts"] as? [String]) == [])
    #expect(creation["ref"] as? String == "0123456789abcdef0123456789abcdef01234567")
    #expect(
      (creation["payload"] as? [String: String])?["codedeploy_deployment"] == "d-A1B2C3D4E")
    let status = try json(requests[2])
    #expect(status["state"] as? String == "success")
    #expect(status["environment_url"] as? String == "https://example.com/checkout/d-A1B2C3D4E")
    #expect((status["log_url"] as? String)?.contains("d-A1B2C3D4E") == true)
    #expect(await provider.notes["d-A1B2C3D4E"]?.contains("\"id\":7") == true)
  }

  @Test("What another attempt made is found by CodeDeploy's id, in whatever form the payload is")
  func found() async throws {
    for payload in [
      #"{"codedeploy_deployment":"d-A1B2C3D4E"}"#,
      #""{\"codedeploy_deployment\":\"d-A1B2C3D4E\"}""#,
    ] {
      let list = """
        [{"id":1,"payload":{}},{"id":2,"payload":""},{"id":3,"payload":"x"},
         {"id":4,"payload":{"codedeploy_deployment":5}},{"id":5,"payload":\(payload)}]
        """
      let provider = Provider(bodies: [list, "[]", #"{"id":8}"#])
      #expect(
        try await deliver(provider) == .sent("deployment 5 of example/checkout is success"))
      #expect(await provider.requests.map(\.method) == [.get, .get, .post])
    }
  }

  @Test("A deployment that was deleted on GitHub is made anew, once")
  func deleted() async throws {
    func answers(_ last: (Int, String)...) -> [Result<HTTPResponse, HTTPFailure>] {
      let first = [(200, "[]")] + Self.made.map { (200, $0) }
      return (first + last).map {
        .success(HTTPResponse(status: $0.0, body: Array($0.1.utf8)))
      }
    }
    let missing = (404, #"{"message":"Not Found"}"#)
    let provider = Provider(
      answers(missing, (200, "[]"), (201, #"{"id":9}"#), (201, #"{"id":10}"#)))
    _ = try await deliver(provider) { $0.event = .started }
    #expect(try await deliver(provider) == .sent("deployment 9 of example/checkout is success"))
    #expect(await provider.requests.suffix(4).map(\.method) == [.get, .get, .post, .post])
    #expect(await provider.notes["d-A1B2C3D4E"]?.contains("\"id\":9") == true)
    // Where nothing else is there either, it is the repository's or the token's 404.
    let gone = Provider(answers(missing))
    _ = try await deliver(gone) { $0.event = .started }
    let outcome = try await deliver(gone)
    #expect(outcome.verdict == .refused)
    #expect(outcome.text.contains("token has no access"), "\(outcome.text)")
    #expect(await gone.requests.count == 5)
    #expect(await gone.notes["d-A1B2C3D4E"]?.contains("\"id\":7") == true)
  }

  @Test("A status whose answer was lost isn't made twice, and no later one is taken back")
  func repeated() async throws {
    let provider = Provider(bodies: [
      #"[{"id":5,"payload":{"codedeploy_deployment":"d-A1B2C3D4E"}}]"#,
      #"[{"state":"success","description":"checkout succeeded"}]"#,
    ])
    #expect(try await deliver(provider) == .sent("deployment 5 of example/checkout is success"))
    #expect(await provider.requests.map(\.method) == [.get, .get])
    let late = try await deliver(provider) { $0.event = .started }
    #expect(late == .sent(#"deployment 5 shows "succeeded" already"#))
  }

  @Test("What was rolled back becomes inactive, and each names the other") func rollback()
    async throws
  {
    let provider = Provider(bodies: ["[]"] + Self.made + ["[]", #"{"id":9}"#, #"{"id":10}"#])
    _ = try await deliver(provider) {
      $0.deploymentID = "d-FAILED"
      $0.event = .failed
    }
    let outcome = try await deliver(provider) {
      $0.rollback = Deployment.RollbackInformation(triggeredBy: "d-FAILED")
    }
    #expect(
      outcome == .sent("deployment 9 of example/checkout is success, deployment 7 inactive"))
    let requests = await provider.requests
    let status = try json(requests[5])
    #expect(
      (status["description"] as? String)?.hasPrefix("Rolls back d-FAILED (deployment 7): ") == true)
    let inactive = try json(requests[6])
    #expect(requests[6].url.hasSuffix("/deployments/7/statuses"))
    #expect(inactive["state"] as? String == "inactive")
    #expect(
      inactive["description"] as? String == "Rolled back by d-A1B2C3D4E (deployment 9)")
  }

  @Test("A commit status is one request") func commitStatus() async throws {
    let provider = Provider(bodies: [#"{"id":1}"#])
    let outcome = try await deliver(provider, ["as": ["status"]]) { $0.event = .failed }
    #expect(
      outcome
        == .sent("codedeploy/checkout/production of example/checkout@0123456 is failure"))
    let request = try #require(await provider.requests.first)
    #expect(request.url.hasSuffix("/statuses/0123456789abcdef0123456789abcdef01234567"))
    #expect(try json(request)["context"] as? String == "codedeploy/checkout/production")
    let tag = try await deliver(Provider(), ["as": ["status"], "ref": ["v1"]])
    #expect(tag.text.contains("whole SHA"))
  }

  @Test("A revision that is no commit needs repository and ref") func noCommit() async throws {
    let s3 = Revision(type: "S3", bucket: "b", key: "releases/checkout-42.zip", version: "42")
    let bare = try await deliver(Provider()) { $0.revision = s3 }
    #expect(bare.verdict == .refused)
    #expect(bare.text.contains("set repository and ref"))
    let empty = try await deliver(
      Provider(), ["repository": ["a/b"], "ref": ["{{revision.commit}}"]]
    ) { $0.revision = s3 }
    #expect(empty.text.contains("ref is missing or has no value"))
    let provider = Provider(bodies: ["[]"] + Self.made)
    _ = try await deliver(
      provider, ["repository": ["a/b"], "ref": ["v{{revision.version}}"]]
    ) { $0.revision = s3 }
    #expect(try json(await provider.requests[1])["ref"] as? String == "v42")
  }

  @Test("A template with a name that comes to nothing counts as not set") func emptyNames()
    async throws
  {
    let s3 = Revision(type: "S3", bucket: "b", key: "releases/checkout-42.zip", version: "42")
    let half = try await deliver(
      Provider(), ["repository": ["a/b"], "ref": ["v{{revision.commit}}"]]
    ) { $0.revision = s3 }
    #expect(half.verdict == .refused)
    #expect(half.text.contains("ref is missing or has no value"), "\(half.text)")

    let provider = Provider(bodies: ["[]"] + Self.made)
    _ = try await deliver(
      provider,
      [
        "ref": ["v{{{revision.version}}}"], "environment": ["{{labels.stage}}-eu"],
        "environment_url": ["https://{{labels.host}}.example.com"],
      ])
    let requests = await provider.requests
    let creation = try json(requests[1])
    #expect(creation["ref"] as? String == "0123456789abcdef0123456789abcdef01234567")
    #expect(creation["environment"] as? String == "production")
    #expect(try json(requests[2])["environment_url"] == nil)

    let sections = Provider(bodies: ["[]"] + Self.made)
    _ = try await deliver(
      sections, ["environment": ["eu{{#labels.stage}}-{{labels.stage}}{{/labels.stage}}"]])
    #expect(try json(await sections.requests[1])["environment"] as? String == "eu")
  }

  @Test("Another channel's status with another address doesn't stand for this one's")
  func otherAddress() async throws {
    let provider = Provider(bodies: [
      #"[{"id":5,"payload":{"codedeploy_deployment":"d-A1B2C3D4E"}}]"#,
      #"[{"state":"success","description":"checkout succeeded","environment_url":"https://a"}]"#,
      #"{"id":8}"#,
    ])
    let outcome = try await deliver(provider, ["environment_url": ["https://b.example.com"]])
    #expect(outcome == .sent("deployment 5 of example/checkout is success"))
    let requests = await provider.requests
    #expect(requests.map(\.method) == [.get, .get, .post])
    #expect(try json(requests[2])["environment_url"] as? String == "https://b.example.com")
  }

  @Test("A limit is waited for, in each of GitHub's forms")
  func limits() async throws {
    let secondary = "You have exceeded a secondary rate limit."
    for (status, headers, body, wait) in [
      (403, [HTTPField("Retry-After", "17")], "", 17),
      (429, [HTTPField("Retry-After", "17")], "", 17),
      (
        403,
        [
          HTTPField("x-ratelimit-remaining", "0"), HTTPField("x-ratelimit-reset", "1800000300"),
        ], "API rate limit exceeded", 300
      ),
      (403, [], secondary, 60), (429, [], secondary, 60),
    ] {
      let answer = HTTPResponse(status: status, headers: headers, body: Array(body.utf8))
      let outcome = try await deliver(Provider([.success(answer)]))
      #expect(outcome.verdict == .limited(after: .seconds(wait)), "\(status) \(body)")
      let said = "GitHub answered \(status), a rate limit" + (body.isEmpty ? "" : ": \(body)")
      #expect(outcome.text == said)
    }
  }

  @Test(
    "What GitHub refuses has failed, with what to do",
    arguments: [
      (401, "check token"), (404, "token has no access to it"), (409, "can't deploy this commit"),
      (422, "doesn't accept this ref, environment or environment_url)"),
      (403, "(token needs the permission “Deployments: read and write”)"), (307, "was renamed"),
    ])
  func refusals(status: Int, says: String) async throws {
    let answer = HTTPResponse(status: status, body: Array(#"{"message":"No."}"#.utf8))
    let outcome = try await deliver(Provider([.success(answer)]))
    #expect(outcome.verdict == .refused)
    #expect(outcome.text.contains(says), "\(outcome)")
  }

  @Test(
    "What GitHub refuses of a commit status has failed, with what a status needs",
    arguments: [
      (403, "(token needs the permission “Commit statuses: read and write”)"),
      (404, "it needs the permission “Commit statuses: read and write”)"),
      (422, "(GitHub doesn't accept this ref or context)"), (301, "was renamed"),
    ])
  func refusedStatuses(status: Int, says: String) async throws {
    let answer = HTTPResponse(status: status, body: Array(#"{"message":"No."}"#.utf8))
    let outcome = try await deliver(Provider([.success(answer)]), ["as": ["status"]])
    #expect(outcome.verdict == .refused)
    #expect(outcome.text.contains(says), "\(outcome)")
  }
}

extension ChannelSample {
  static let github = [
    ChannelSample(
      label: "github deployment", type: "github",
      settings: [
        "token": ["github_pat_11AAAAAAAAAAAAAAAAAAAA"],
        "base_url": ["https://ada:Basic-pass-8@ghe.example.com/api/v3"],
      ],
      transport: .http(["[]", #"{"id":7}"#, #"{"id":8}"#]), readsBody: true,
      secrets: ["github_pat_11AAAAAAAAAAAAAAAAAAAA", "Basic-pass-8"], adjust: ofACommit),
    ChannelSample(
      label: "github status", type: "github",
      settings: ["token": ["github_pat_11AAAAAAAAAAAAAAAAAAAA"], "as": ["status"]],
      transport: .http([#"{"id":7}"#]), readsBody: true,
      secrets: ["github_pat_11AAAAAAAAAAAAAAAAAAAA"], adjust: ofACommit),
  ]

  /// GitHub accepts only commits, which are checked. The rolled back deployment would be looked up,
  /// with another exchange.
  private static let ofACommit: @Sendable (inout DeploymentNotification) -> Void = {
    $0.revision = Sample.notification().revision
    $0.rollback?.triggeredBy = nil
  }
}
