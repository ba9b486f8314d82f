import Foundation
import Testing

/// Marked secrets in every setting of every channel, in every form, against servers that say all of
/// it again; none of it may be in what is printed, recorded or exported.
@Suite struct PlantedSecretTests {
  /// How a secret gets into a setting.
  enum Form: String, CaseIterable, Sendable {
    case literal, environment, file
  }

  /// A channel, what it needs beside its secrets, and its settings that hold some: `SERVER` and
  /// `USER` stand for the server's address without and with a user, and `1` to `3` in braces for
  /// marks.
  struct Variant: Sendable, CustomTestStringConvertible {
    var type: String
    var others: [String] = []
    var settings: [String: String]
    var testDescription: String { "\(type): \(settings.keys.sorted().joined(separator: ", "))" }
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
  ]

  /// Mail and commands are held to the same in tests of their own.
  private static let elsewhere: Set = ["email", "ses", "sns", "exec"]

  /// Unlike any other text, and different for every number: 32 letters and digits.
  private static func mark(_ number: Int) -> String {
    "Zq7pL9xWvK3mT8rB\(number)cD5fGh2JkN6sPwY"
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
      guard line.hasPrefix("| `"), line.contains("*secret*") || line.hasPrefix("| `base_url`"),
        !Self.elsewhere.contains(type)
      else { continue }
      let name = String(line.dropFirst(3).prefix { $0 != "`" })
      let key = name.split(separator: ".").first.map(String.init) ?? name
      let isPlanted = Self.variants.contains { variant in
        variant.type == type && variant.settings.keys.contains { $0.hasPrefix(key) }
      }
      #expect(isPlanted, "\(type) \(name)")
    }
  }

  @Test("No secret of any channel is seen again", arguments: variants, Form.allCases)
  func planted(variant: Variant, form: Form) async throws {
    try await World.with { world in
      var fields = [variant.type] + variant.others
      var marks: [String] = []
      var changes: [String: String] = [:]
      let user = Self.mark(9)
      for (index, (key, template)) in variant.settings.sorted(by: { $0.key < $1.key }).enumerated()
      {
        var value = template.replacing("SERVER", with: world.sink.url).replacing(
          "USER", with: world.sink.url.replacing("http://", with: "http://ada:\(user)@"))
        if value.contains(user) { marks.append(user) }
        for number in 1...4 where value.contains("{\(number)}") {
          value = value.replacing("{\(number)}", with: Self.mark(number))
          marks.append(Self.mark(number))
        }
        switch form {
        case .literal: fields.append("\(key)=\(value)")
        case .environment:
          changes["PLANTED_\(index)"] = value
          fields.append("\(key)=env:PLANTED_\(index)")
        case .file:
          let path = try world.write(value + "\n", to: "planted\(index)")
          fields.append("\(key)=file:\(path)")
        }
      }
      try #require(!marks.isEmpty)
      try await world.aws.applications(["checkout"])
      let spec = fields.joined(separator: ",")
      let seen = try await everything(world, spec, changes)
      for mark in marks {
        for shape in Self.shapes(mark) {
          #expect(!seen.contains(shape), "\(shape) in: \(Self.around(shape, seen))")
        }
      }
    }
  }

  /// Registers, sends, asks for everything, and returns all that was printed and stored beside the
  /// registration itself.
  private func everything(
    _ world: World, _ spec: String, _ changes: [String: String]
  ) async throws -> String {
    var seen = ""
    @discardableResult
    func run(_ arguments: String..., input: String = "") async throws -> Run {
      let run = try await world.cdnotify(arguments, input: input, changes: changes)
      seen += run.output + run.error
      return run
    }
    let registered = try await run("register", "checkout", "--channel", spec)
    try #require(registered.status == 0, "\(registered.error)")
    // A typing slip in what is given must not be said again either.
    try await run("register", "checkout", "--channel", spec + ",nosuchkey=1")
    try await run("register", "checkout", "--channel", spec.replacing("http://", with: "htp//"))
    for number in [0, 3, 7, 11, 18] {
      for status in [200, 401] {
        try await world.sink.clearScripts()
        try await world.sink.script("/", #""status": \#(status), "echo": \#(number)"#)
        try await run("test-channel", "checkout", "--verbose")
      }
    }
    try await world.sink.script("/", #""status": 400, "echo": 1"#)
    try await world.aws.deploy("checkout")
    try await run("poll", "--verbose", "--json")
    try await run("history", "--json")
    try await run("list")
    try await run("check")
    try await run("export")
    let listed = try await run("list", "--json")
    let again = try await run("register", "--no-verify", "--file", "-", input: listed.output)
    #expect(again.output == "checkout: nothing changed\n", "\(again.error)")
    return seen
  }

  /// A mark as it is, and as what it may have become.
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
}
