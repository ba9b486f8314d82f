import CodeDeployNotifications
import Testing

@Suite("A typed setting")
struct TypedSettingTests {
  private enum Size: String, CaseIterable { case small, large }

  private static let token = Setting.secret("token", required: true, "a token")
  private static let room = Setting.text("room", "a room")
  private static let size = Setting.choice("size", default: Size.small, "a size")
  private static let shape = Setting<Size?>.choice("shape", "a shape")
  private static let time = Setting.duration("time", default: "10s", "a time")
  private static let count = Setting.integer("count", in: 1...9, "a count")
  private static let loud = Setting.flag("loud", "whether it is loud")
  private static let tags = Setting.list("tags", "tags").readingEach {
    tag throws(SettingProblem) -> Int in
    guard let number = Int(tag) else { throw SettingProblem("must be numbers") }
    return number
  }
  private static let short = Setting.text("short", "a short text").reading {
    text throws(SettingProblem) -> Int in
    guard text.count < 3 else { throw SettingProblem("must have 2 characters at the most") }
    return text.count
  }

  private struct Example: Channel {
    static let type = "sample"
    static let settings = [
      token.any, room.any, size.any, shape.any, time.any, count.any, loud.any, tags.any, short.any,
    ]
    init(settings: SettingValues) throws(SettingProblem) {}
    func deliver(_ message: ChannelMessage, with services: ChannelServices) async throws -> String {
      ""
    }
  }

  private func values(_ values: [String: [String]]) -> SettingValues {
    SettingValues(values, settings: Example.settings)
  }

  @Test("is read as what it is declared as") func types() throws {
    let set = values([
      "token": ["swordfish"], "room": ["a"], "size": ["large"], "time": ["2m"], "count": ["3"],
      "loud": ["false"], "tags": ["1", "2"], "short": ["ab"],
    ])
    #expect(try set[Self.token] == Secret("swordfish"))
    #expect(try set[Self.room] == "a")
    #expect(try set[Self.size] == .large)
    #expect(try set[Self.shape] == nil)
    #expect(try set[Self.time] == .seconds(120))
    #expect(try set[Self.count] == 3)
    #expect(try set[Self.loud] == false)
    #expect(try set[Self.tags] == [1, 2])
    #expect(try set[Self.short] == 2)
  }

  @Test("is its default, or nothing, where it isn't set") func defaults() throws {
    let none = values([:])
    #expect(try none[Self.room] == nil)
    #expect(try none[Self.size] == .small)
    #expect(try none[Self.time] == .seconds(10))
    #expect(try none[Self.tags].isEmpty)
    #expect(try none[Self.short] == nil)
    #expect(!none.isSet(Self.room) && none.isSet(Self.size))
  }

  @Test(
    "says what would be right",
    arguments: [
      ("size", "middle", "size: must be one of small, large"),
      ("shape", "middle", "shape: must be one of small, large"),
      ("time", "soon", "time: is not a duration; one looks like 30s, 5m or 2h"),
      ("count", "10", "count: must be a whole number from 1 to 9"),
      ("loud", "yes", "loud: must be true or false"), ("tags", "x", "tags: must be numbers"),
      ("short", "abc", "short: must have 2 characters at the most"),
    ])
  func problems(name: String, value: String, sentence: String) {
    let problem = #expect(throws: SettingProblem.self) {
      try Example.checkAll(values([name: [value]]))
    }
    #expect(problem?.description == sentence)
  }

  @Test("that has to be there is missed when it is read") func missing() {
    let problem = #expect(throws: SettingProblem.self) { try values([:])[Self.token] }
    #expect(problem == SettingProblem("token", "is missing or empty"))
  }

  @Test("is checked before references are resolved as far as it is known") func references() throws
  {
    try Example.checkAll(values(["count": ["env:COUNT"], "tags": ["1", "env:TAG"]]))
    #expect(throws: SettingProblem.self) {
      try Example.checkAll(values(["tags": ["env:TAG", "x"]]))
    }
    #expect(values(["count": ["env:COUNT"]]).known(Self.count) == nil)
    #expect(values(["size": ["large"]]).known(Self.size) == .large)
  }
}
