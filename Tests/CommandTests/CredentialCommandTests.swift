import Foundation
import Testing

/// The built program with credentials from other sources than the environment. The log of the local
/// AWS, which verified each signature, shows whose they are.
@Suite struct CredentialCommandTests {
  private static let temporary = "ASIAEXAMPLE00000PEER"

  private static let bare = ["AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""]

  /// Registers and polls, and returns whose key signed CodeDeploy's calls.
  private static func signer(
    _ world: World, _ changes: [String: String], _ arguments: String...
  ) async throws -> JSON {
    try await world.aws.applications(["checkout"])
    let register = try await world.cdnotify(
      ["register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook"] + arguments,
      changes: bare.merging(changes) { $1 })
    #expect(register.status == 0, "\(register.error)")
    let poll = try await world.cdnotify("poll", changes: bare.merging(changes) { $1 })
    #expect(poll.status == 0, "\(poll.error)")
    let requests = try await world.aws.requests("service=codedeploy&operation=ListDeployments")
    return requests.last ?? .null
  }

  private static func configure(_ world: World, _ config: String) throws {
    try FileManager.default.createDirectory(
      atPath: world.path(".aws"), withIntermediateDirectories: true)
    _ = try world.write(config, to: ".aws/config")
  }

  /// The proxy in the environment can't be reached, and is bypassed.
  private static func behindAProxy(_ world: World) -> [String: String] {
    [
      "http_proxy": "http://127.0.0.1:9", "no_proxy": "localhost",
      "AWS_ENDPOINT_URL": world.aws.endpoint.replacing("127.0.0.1", with: "localhost"),
    ]
  }

  @Test("Instance metadata is asked for keys without the proxy") func instance() async throws {
    try await World.with { world in
      let peer = try IdentityPeer()
      let changes = [
        "AWS_EC2_METADATA_DISABLED": "",
        "AWS_EC2_METADATA_SERVICE_ENDPOINT": "\(peer.endpoint)/imds/peer/",
      ].merging(Self.behindAProxy(world)) { $1 }
      let signer = try await Self.signer(world, changes)
      #expect(signer["access_key"].string == Self.temporary)
      let methods = try await peer.requests().compactMap { $0["method"].string }
      #expect(methods == ["PUT", "GET", "GET", "PUT", "GET", "GET"])
    }
  }

  @Test("A container's address is asked for keys without the proxy") func container() async throws {
    try await World.with { world in
      let peer = try IdentityPeer()
      let changes = ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "\(peer.endpoint)/container/peer"]
      let signer = try await Self.signer(
        world, changes.merging(Self.behindAProxy(world)) { $1 })
      #expect(signer["access_key"].string == Self.temporary)
    }
  }

  @Test("The program in credential_process provides the keys") func process() async throws {
    try await World.with { world in
      _ = try world.write(
        #"{"Version": 1, "AccessKeyId": "\#(AWSPeer.accessKey)", "#
          + #""SecretAccessKey": "\#(AWSPeer.secretKey)"}"#, to: "keys.json")
      try Self.configure(
        world, "[profile tool]\ncredential_process = cat '\(world.path("keys.json"))'\n")
      let signer = try await Self.signer(world, [:], "--profile", "tool")
      #expect(signer["access_key"].string == AWSPeer.accessKey)
    }
  }

  @Test("A role is assumed with its external id") func externalID() async throws {
    try await World.with { world in
      try await world.aws.role(
        #"{"role_arn": "arn:aws:iam::123456789012:role/reader", "external_id": "shared"}"#)
      try Self.configure(
        world,
        """
        [profile reader]
        role_arn = arn:aws:iam::123456789012:role/reader
        external_id = shared
        role_session_name = nightly
        source_profile = base
        [profile base]
        aws_access_key_id = \(AWSPeer.accessKey)
        aws_secret_access_key = \(AWSPeer.secretKey)
        """)
      let signer = try await Self.signer(world, [:], "--profile", "reader")
      #expect(
        signer["principal"].string
          == "arn:aws:sts::123456789012:assumed-role/reader/nightly")

      try Self.configure(
        world,
        try String(contentsOfFile: world.path(".aws/config"), encoding: .utf8)
          .replacing("external_id = shared\n", with: ""))
      let poll = try await world.cdnotify("poll", changes: Self.bare)
      #expect(poll.status == 69)
      #expect(
        poll.error.contains(
          "is not authorized to perform: sts:AssumeRole on resource: "
            + "arn:aws:iam::123456789012:role/reader (AccessDenied)."), "\(poll.error)")
      #expect(
        poll.error.contains(
          "Check that the role arn:aws:iam::123456789012:role/reader exists, that its trust policy "
            + "admits these credentials without an external id"), "\(poll.error)")
    }
  }

  @Test("A web identity's token provides the keys") func webIdentity() async throws {
    try await World.with { world in
      let peer = try IdentityPeer()
      let changes = [
        "AWS_WEB_IDENTITY_TOKEN_FILE": try world.write(peer.token("current"), to: "token"),
        "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/web",
      ]
      let signer = try await Self.signer(world, changes)
      #expect(
        signer["principal"].string == "arn:aws:sts::123456789012:assumed-role/web/cdnotify")

      // The identity peer's STS checks the token.
      _ = try world.write(peer.token("expired"), to: "token")
      let poll = try await world.cdnotify(
        "poll",
        changes: Self.bare.merging(changes.merging(["AWS_ENDPOINT_URL_STS": peer.endpoint]) { $1 })
        { $1 })
      #expect(poll.status == 77)
      #expect(
        poll.error.contains("The token in \(changes["AWS_WEB_IDENTITY_TOKEN_FILE"] ?? "") must be"),
        "\(poll.error)")
      #expect(!poll.error.contains(peer.token("expired")))
    }
  }

  @Test("Each source of credentials that was tried is named") func triedSources() async throws {
    try await World.with { world in
      let refused = try await world.cdnotify(
        "register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook",
        changes: Self.bare)
      #expect(refused.status == 77)
      #expect(
        refused.error == "cdnotify: No AWS credentials were found. Set AWS_ACCESS_KEY_ID and "
          + "AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, as for the AWS CLI. \"cdnotify check\" says "
          + "where they were looked for.\n")
      let check = try await world.cdnotify("check", changes: Self.bare)
      let said = check.output + check.error
      let sources = [
        "Environment: ", "Role: ", "Web identity: ", "IAM Identity Center: ",
        "there is no file \(world.path(".aws/credentials"))", "Login: ", "Process: ",
        "there is no file \(world.path(".aws/config"))", "Container: ", "Instance metadata: ",
      ]
      for source in sources { #expect(said.contains(source), "\(said)") }
    }
  }

  @Test("An idle poll with a role's cached keys makes one request") func cachedKeys() async throws {
    try await World.with { world in
      try await world.aws.role(#"{"role_arn": "arn:aws:iam::123456789012:role/reader"}"#)
      try await world.aws.applications(["checkout"])
      let kept = ["CDNOTIFY_CREDENTIAL_CACHE": ""]
      func requests(_ changes: [String: String]) async throws -> [String] {
        try await world.aws.forgetRequests()
        #expect(try await world.cdnotify("poll", changes: changes).status == 0)
        return try await world.aws.requests().compactMap { $0["operation"].string }
      }
      try await world.cdnotify(
        "register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook", "--role-arn",
        "arn:aws:iam::123456789012:role/reader", changes: kept)
      _ = try await requests(kept)
      #expect(try await requests(kept) == ["ListDeployments"])
      // They aren't in the store, and only their owner can read them.
      let folder = world.path("credentials")
      let files = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(files.count == 1)
      let mode = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(files.first ?? "")")
      #expect((mode[.posixPermissions] as? NSNumber)?.intValue == 0o600)
      let off = ["CDNOTIFY_CREDENTIAL_CACHE": "off"]
      #expect(try await requests(off) == ["AssumeRole", "ListDeployments"])
    }
  }

  @Test(
    "A blank or line break in an access key is reported with its place and the variable's name",
    arguments: [
      ("AKIAPEER\n", "ends in a line break"), (" AKIAPEER", "begins with a space or tab"),
      ("AKIA PEER", "contains a space or tab"),
    ])
  func blankInKey(key: String, fault: String) async throws {
    try await World.with { world in
      let refused = try await world.cdnotify(
        "register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook",
        changes: ["AWS_ACCESS_KEY_ID": key])
      #expect(refused.status == 77)
      #expect(
        refused.error.hasPrefix("cdnotify: AWS_ACCESS_KEY_ID \(fault), which no AWS key has."),
        "\(refused.error)")
    }
  }
}
