import Foundation
import Testing

/// Registrations in many accounts and regions, all served by one cycle.
@Suite struct ManyAccountsTests {
  /// A scope in which an application is registered.
  private struct Place {
    var application: String
    var region = "us-east-1"
    var role: String?
    var account = "123456789012"

    var options: [String] {
      ["--region", region] + (role.map { ["--role-arn", $0] } ?? [])
    }
  }

  private static let trusted = "arn:aws:iam::210987654321:role/deployments"
  private static let denied = "arn:aws:iam::345678901234:role/closed"

  private static let places = [
    Place(application: "virginia"),
    Place(application: "ireland", region: "eu-west-1"),
    Place(application: "sydney", region: "ap-southeast-2"),
    Place(application: "sister", role: trusted, account: "210987654321"),
    Place(application: "closed", role: denied, account: "345678901234"),
  ]

  private func register(_ world: World) async throws {
    for place in Self.places {
      let arguments =
        ["register", place.application, "--no-verify", "--since", "1h"] + place.options + [
          "--channel", "webhook,url=\(world.sink.url)/\(place.application)",
        ]
      let run = try await world.cdnotify(arguments)
      try #require(run.status == 0, "\(run.error)")
      let fields = #""region": "\#(place.region)", "account": "\#(place.account)""#
      try await world.aws.deploy(place.application, fields)
    }
    try await world.aws.role(#"{"role_arn": "\#(Self.denied)", "trusted": []}"#)
  }

  @Test("One region that is throttled and one role that is denied leave the others announced")
  func trouble() async throws {
    try await World.with { world in
      try await register(world)
      try await world.aws.fault(
        #"{"service": "codedeploy", "region": "eu-west-1", "kind": "throttle", "count": -1}"#)
      let poll = try await world.cdnotify("poll", "--json")
      #expect(poll.status == 69, "\(poll.error)")
      let sent = try poll.json()["notifications"].array
      #expect(sent.map { $0["application"].string } == ["sister", "sydney", "virginia"])
      #expect(sent.allSatisfy { $0["outcome"].string == "sent" })
      for name in ["sister", "sydney", "virginia"] {
        #expect(try await world.sink.requests("/\(name)").count == 1)
      }

      let lines = poll.error.split(separator: "\n").map(String.init)
      #expect(lines.count == 2, "\(poll.error)")
      #expect(lines.contains { $0.contains("eu-west-1") && $0.contains("throttles") })
      #expect(lines.contains { $0.contains(Self.denied) && $0.contains("AssumeRole") })
      let scopes = try poll.json()["scopes"].array
      #expect(scopes.filter { $0["complete"].bool == true }.count == 3)
      #expect(scopes.filter { $0["error"].string != nil }.count == 2)

      // After the outage only what it delayed is announced.
      try await world.aws.clearFaults()
      try await world.aws.role(#"{"role_arn": "\#(Self.denied)"}"#)
      #expect(try await world.cdnotify("poll").status == 0)
      for place in Self.places {
        #expect(try await world.sink.requests("/\(place.application)").count == 1)
      }
    }
  }

  @Test("A throttled account sees fewer calls, not more") func fewerCalls() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      let register = try await world.cdnotify(
        "register", "checkout", "--since", "1h", "--channel", "webhook,url=\(world.sink.url)/hook")
      #expect(register.status == 0)
      // Ten batches; without a shared retry budget each would be tried three times.
      try await world.aws.deploy("checkout", #""count": 250"#)
      try await world.aws.fault(
        #"{"operation": "BatchGetDeployments", "kind": "throttle", "count": -1}"#)
      try await world.aws.forgetRequests()
      #expect(try await world.cdnotify("poll").status == 69)
      let batches = try await world.aws.requests("operation=BatchGetDeployments").count
      #expect(batches <= 18, "of 30")
      try await world.aws.clearFaults()
      #expect(try await world.cdnotify("poll").status == 0)
      #expect(try await world.sink.requests("/hook").count == 250)
    }
  }
}
