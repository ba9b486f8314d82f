import Foundation
import Testing

/// Recognisable secrets in every secret setting of every channel, in every form, against servers
/// that repeat all of it. None of it may be printed, recorded or exported.
@Suite struct PlantedSecretTests {
  /// The form in which a secret is in a setting.
  enum Form: String, CaseIterable, Sendable {
    case literal, environment, file
  }

  /// Tests below check the mail server and Apprise's command.
  private static let elsewhere: Set = ["email password", "apprise url"]

  @Test("Every type of channel, and every secret setting, is planted") func everySetting() throws {
    let documented = try DocumentedChannels.all()
    #expect(documented.count > 10)
    for (type, settings) in documented {
      let channels = PlantedChannel.all.filter { $0.type == type }
      #expect(
        !channels.isEmpty || settings.contains { Self.elsewhere.contains("\(type) \($0)") },
        "no channel of the type \(type) is registered in these tests: add it to PlantedChannel.all")
      for name in settings where !Self.elsewhere.contains("\(type) \(name)") {
        let key = name.split(separator: ".").first.map(String.init) ?? name
        let isPlanted = channels.contains { $0.settings.keys.contains { $0.hasPrefix(key) } }
        #expect(isPlanted, "the setting \(name) of \(type) is secret: add it in PlantedChannel.all")
      }
    }
  }

  @Test("No secret of any channel is seen again", arguments: Form.allCases)
  func planted(form: Form) async throws {
    try await World.with { world in
      var specs: [String] = []
      var marks: [String] = []
      var changes: [String: String] = [:]
      for (number, channel) in PlantedChannel.all.enumerated() {
        if channel.isReferenced, form == .literal { continue }
        let planted = channel.planted(number, world.sink.url)
        try #require(!planted.marks.isEmpty)
        marks += planted.marks
        var fields = [channel.type, "name=channel\(number)"] + channel.others
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

  @Test("A mail server that says the login again is not quoted") func mail() async throws {
    try await World.with { world in
      let mail = try MailPeer()
      let (user, password) = (PlantedChannel.mark(1), PlantedChannel.mark(2))
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
      let server = world.sink.url.replacing(
        "http://", with: "json://ada:\(PlantedChannel.mark(1))@")
      let url = "\(server)/in/\(PlantedChannel.mark(2))?token=\(PlantedChannel.mark(3))"
      let seen = try await everything(world, ["apprise,url=env:APPRISE_URL"], ["APPRISE_URL": url])
      for shape in (1...3).flatMap({ Self.shapes(PlantedChannel.mark($0)) }) {
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
