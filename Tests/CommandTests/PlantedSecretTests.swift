import Foundation
import Testing

/// Recognisable secrets in every secret setting of every channel, in every form, against servers
/// that repeat all of it. None of it may be printed, recorded or exported.
@Suite struct PlantedSecretTests {
  /// The form in which a secret is in a setting.
  enum Form: String, CaseIterable, Sendable {
    case literal, environment, file
  }

  /// A channel, its other settings, and its settings with secrets: `SERVER` and `USER` stand for
  /// the server's address without and with a user, and `1` to `3` in braces for marks.
  struct Variant: Sendable {
    var type: String
    var others: [String] = []
    var settings: [String: String]
    /// Settings that aren't secret as literals, but are as references.
    var isReferenced = false
  }

  private static let variants = [
    Variant(
      type: "newrelic", others: ["entity_guid=MXxBUE18QVBQTElDQVRJT058MQ"],
      settings: ["api_key": "{1}", "base_url": "USER/nr"]),
    Variant(
      type: "hipchat", others: ["room=Releases"], settings: ["token": "{1}", "base_url": "USER/hc"]),
    Variant(type: "slack", settings: ["webhook_url": "USER/services/T0/{1}"]),
    Variant(
      type: "slack", others: ["channel=C024BE91L"],
      settings: ["token": "{1}", "base_url": "USER/sl"]),
    Variant(type: "teams", settings: ["webhook_url": "SERVER/workflows/{1}?sig={2}"]),
    Variant(type: "discord", settings: ["webhook_url": "SERVER/api/webhooks/1234567890/{1}"]),
    Variant(
      type: "googlechat",
      settings: ["webhook_url": "SERVER/v1/spaces/AAA/messages?key={1}&token={2}"]),
    Variant(type: "pagerduty", settings: ["routing_key": "{1}", "base_url": "USER/pd"]),
    Variant(type: "datadog", settings: ["api_key": "{1}", "base_url": "USER/dd"]),
    Variant(type: "grafana", settings: ["token": "{1}", "url": "USER/gf"]),
    Variant(
      type: "webhook",
      settings: ["url": "USER/hook/{1}?k={2}", "secret": "{3}", "header.X-Key": "Bearer {4}"]),
    Variant(
      type: "webhook",
      settings: ["url": "SERVER/hook", "header.Authorization": "Bearer {1}", "header.x": "{2}"]),
    Variant(
      type: "webhook",
      others: ["content_type=text/plain", "request_body=key {{secret.key}}"],
      settings: ["url": "USER/hook/{{secret.key}}", "secret.key": "{1}", "header.X-Key": "{2}"]),
    Variant(
      type: "github", others: ["repository=example/checkout"],
      settings: ["token": "{1}", "base_url": "USER/gh"]),
    Variant(
      type: "apprise", others: ["tags=team"], settings: ["key": "{1}", "base_url": "USER/ap"]),
    Variant(
      type: "sns",
      settings: ["topic_arn": "arn:aws:sns:us-east-1:123456789012:{1}"], isReferenced: true),
    Variant(
      type: "ses", others: ["to=ada@example.com"], settings: ["from": "{1}@example.com"],
      isReferenced: true),
    Variant(
      type: "exec", others: ["command=/bin/sh", "args=-c", "args=echo $0; echo $0 >&2; exit 1"],
      settings: ["args": "{1}"], isReferenced: true),
  ]

  /// Tests below check the mail server and Apprise's command.
  private static let elsewhere: Set = ["email password", "apprise url"]

  /// A mark that occurs in no other text: 32 letters and digits, which differ near both ends by the
  /// variant and the number.
  private static func mark(_ number: Int, of variant: Int = 0) -> String {
    "Zq7pL9xWvK3m\(variant + 10)\(number)rBcD5fGh2JkN\(variant + 10)\(number)wY"
  }

  @Test("Every secret setting that is documented is planted") func everySetting() throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../docs/channels.md")
    var type = ""
    for line in try String(contentsOf: path, encoding: .utf8).split(separator: "\n") {
      if line.hasPrefix("## ") || line.hasPrefix("### ") {
        type =
          line.split(separator: "`").dropFirst().first.map(String.init)
          ?? String(line.drop { "# ".contains($0) })
      }
      guard line.hasPrefix("| `"), line.contains("*secret*") || line.hasPrefix("| `base_url`")
      else { continue }
      let name = String(line.dropFirst(3).prefix { $0 != "`" })
      guard !Self.elsewhere.contains("\(type) \(name)") else { continue }
      let key = name.split(separator: ".").first.map(String.init) ?? name
      let isPlanted = Self.variants.contains { variant in
        variant.type == type && variant.settings.keys.contains { $0.hasPrefix(key) }
      }
      #expect(isPlanted, "\(type) \(name)")
    }
  }

  @Test("No secret of any channel is seen again", arguments: Form.allCases)
  func planted(form: Form) async throws {
    try await World.with { world in
      var specs: [String] = []
      var marks: [String] = []
      var changes: [String: String] = [:]
      for (number, variant) in Self.variants.enumerated() {
        if variant.isReferenced, form == .literal { continue }
        let planted = Self.planted(in: variant, number, world.sink.url)
        try #require(!planted.marks.isEmpty)
        marks += planted.marks
        var fields = [variant.type, "name=channel\(number)"] + variant.others
        for (index, (key, value)) in planted.settings.enumerated() {
          switch form {
          case .literal: fields.append("\(key)=\(value)")
          case .environment:
            changes["PLANTED_\(number)_\(index)"] = value
            fields.append("\(key)=env:PLANTED_\(number)_\(index)")
          case .file:
            let path = try world.write(value + "\n", to: "planted\(number)_\(index)")
            fields.append("\(key)=file:\(path)")
          }
        }
        specs.append(fields.joined(separator: ","))
      }
      try await world.aws.applications(["checkout"])
      let seen = try await everything(world, specs, changes)
      for mark in marks {
        for shape in Self.shapes(mark) {
          #expect(!seen.contains(shape), "\(shape) in: \(Self.around(shape, seen))")
        }
      }
    }
  }

  /// A variant's settings with marks in them, and these marks.
  private static func planted(
    in variant: Variant, _ number: Int, _ server: String
  ) -> (settings: [(key: String, value: String)], marks: [String]) {
    let user = mark(9, of: number)
    var marks: Set<String> = []
    let settings = variant.settings.sorted { $0.key < $1.key }.map { key, template in
      var value = template.replacing("SERVER", with: server).replacing(
        "USER", with: server.replacing("http://", with: "http://ada:\(user)@"))
      if value.contains(user) { marks.insert(user) }
      for place in 1...4 where value.contains("{\(place)}") {
        value = value.replacing("{\(place)}", with: mark(place, of: number))
        marks.insert(mark(place, of: number))
      }
      return (key: key, value: value)
    }
    return (settings, marks.sorted())
  }

  @Test("A mail server that says the login again is not quoted") func mail() async throws {
    try await World.with { world in
      let mail = try MailPeer()
      let (user, password) = (Self.mark(1), Self.mark(2))
      let login = Data("\0\(user)\0\(password)".utf8).base64EncodedString()
      try await mail.script(
        #""at": "EHLO", "reply": "550 5.7.8 no \#(password) for \#(user), \#(login)""#)
      try await world.aws.applications(["checkout"])
      let seen = try await everything(
        world,
        [
          "email,host=127.0.0.1,port=\(mail.scriptedPort),username=env:USER_NAME,"
            + "password=env:PASSWORD,from=ci@example.com,to=ada@example.com"
        ],
        ["USER_NAME": user, "PASSWORD": password])
      for shape in Self.shapes(password) + Self.shapes(user) + [login] {
        #expect(!seen.contains(shape), "\(shape) in: \(Self.around(shape, seen))")
      }
      #expect(seen.contains("5.7.8 no"), "the server's words are told: \(seen.suffix(500))")
    }
  }

  @Test(
    "No part of an address of Apprise's is seen again",
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/apprise")))
  func apprise() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      let server = world.sink.url.replacing("http://", with: "json://ada:\(Self.mark(1))@")
      let url = "\(server)/in/\(Self.mark(2))?token=\(Self.mark(3))"
      let seen = try await everything(world, ["apprise,url=env:APPRISE_URL"], ["APPRISE_URL": url])
      for shape in (1...3).flatMap({ Self.shapes(Self.mark($0)) }) {
        #expect(!seen.contains(shape), "\(shape) in: \(Self.around(shape, seen))")
      }
    }
  }

  /// Registers these channels, sends through them, runs every command, and returns everything that
  /// was printed and stored, except the registration itself.
  private func everything(
    _ world: World, _ specs: [String], _ changes: [String: String]
  ) async throws -> String {
    var seen = ""
    @discardableResult
    func run(_ arguments: [String], input: String = "") async throws -> Run {
      let run = try await world.cdnotify(arguments, input: input, changes: changes)
      seen += run.output + run.error
      return run
    }
    let channels = specs.flatMap { ["--channel", $0] }
    let registered = try await run(["register", "checkout"] + channels)
    try #require(registered.status == 0, "\(registered.error)")
    // A typing error in a command line must not be repeated either.
    for spec in specs {
      for mistaken in [spec + ",nosuchkey=1", spec.replacing("http://", with: "htp//")] {
        try await run(["register", "checkout", "--channel", mistaken])
      }
    }
    for number in [0, 3, 7, 11, 18] {
      for status in [200, 401] {
        try await world.sink.clearScripts()
        try await world.sink.script("/", #""status": \#(status), "echo": \#(number)"#)
        try await run(["test-channel", "checkout", "--verbose"])
      }
    }
    try await world.sink.script("/", #""status": 400, "echo": 1"#)
    try await world.aws.deploy("checkout")
    try await run(["poll", "--verbose", "--json"])
    try await run(["history", "--json"])
    try await run(["list"])
    try await run(["check"])
    try await run(["export"])
    let listed = try await run(["list", "--json"])
    let again = try await run(
      ["register", "--no-verify", "--file", "-"], input: listed.output)
    #expect(again.output == "checkout: nothing changed\n", "\(again.error)")
    return seen
  }

  /// A mark and its encodings.
  private static func shapes(_ mark: String) -> [String] {
    let bytes = Array(mark.utf8)
    let half = String(mark.prefix(16))
    let inner = Data(bytes).base64EncodedString().dropLast(4)
    return [
      half, String(mark.suffix(12)), String(inner),
      bytes.map { String(format: "%02x", $0) }.joined(),
    ]
  }

  private static func around(_ text: String, _ seen: String) -> String {
    guard let range = seen.firstRange(of: text) else { return "" }
    return String(seen[..<range.lowerBound].suffix(200) + seen[range.lowerBound...].prefix(100))
  }

  @Test("What a command says of another channel's secret is shown to nobody")
  func otherChannel() async throws {
    try await World.with { world in
      let file = try world.write("plum-4711-orchard-lane", to: "token")
      try await world.aws.applications(["checkout"])
      let registered = try await world.cdnotify(
        "register", "checkout", "--channel",
        "webhook,url=\(world.sink.url)/hook,secret=file:\(file)",
        "--channel",
        "exec,command=/bin/sh,args=-c,args=sleep 1; echo token $(cat \(file)) refused >&2; exit 3")
      try #require(registered.status == 0, "\(registered.error)")
      try await world.aws.deploy("checkout", #""create_time": 0"#)
      let run = try await world.cdnotify("poll", "--json")
      #expect(run.status == 1)
      let said = try await run.output + run.error + world.cdnotify("history", "--json").output
      #expect(said.contains("token ******** refused"), "\(said)")
      #expect(!said.contains("plum-4711"), "\(said)")
    }
  }

}
