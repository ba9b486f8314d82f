import ChannelTesting
import DeploymentNotifier
import Testing

@Suite("A channel that lays its message out")
struct BoardTests {
  private static let settings = [
    "base_url": ["https://board.example.com/"], "tile": ["check/out"], "token": ["b0ard-t0ken-1"],
  ]
  private static let spec = "board,base_url=https://board.example.com,token=b0ard,tile="

  @Test("keeps what every channel has to") func rules() async {
    let rules = ChannelRules(
      BoardChannel.self, settings: Self.settings, secrets: ["b0ard-t0ken-1"], successes: ["{}"])
    #expect(await rules.violations() == [])
  }

  @Test("sends facts and links, to a path of its own") func layout() async throws {
    let trial = try ChannelTrial([BoardChannel.self], answering: [.init(200, "{}")])
    try await trial.notifier.register("checkout", channels: [Self.spec + "check/out"])
    await trial.deploy("d-1", of: "checkout", failing: "exit code 1")
    let report = await trial.notifier.poll()
    #expect(report.failures.isEmpty)
    let request = try #require(await trial.requests.first)
    #expect(request.url == "https://board.example.com/tiles/check%2Fout")
    #expect(request.text.contains(#"{"label":"Deployment group","url":null,"value":"production"}"#))
    #expect(request.text.contains(#""links":["Console: https://"#))
    #expect(request.text.contains(#""revision":1"#))
  }

  @Test("keeps a note that it reads again") func note() async throws {
    let board = BoardMemory()
    let memory = ChannelMemory(
      recall: { await board.notes[$0] }, keep: { await board.keep($0, $1) })
    #expect(try await memory.note(BoardChannel.Note.self, of: "d-1") == nil)
    let note = BoardChannel.Note(tile: "check/out", revision: 2)
    try await memory.keep(note, of: "d-1")
    #expect(await board.notes == ["d-1": #"{"revision":2,"tile":"check/out"}"#])
    #expect(try await memory.note(of: "d-1") == note)
    await board.keep("another version's", "d-1")
    #expect(try await memory.note(BoardChannel.Note.self, of: "d-1") == nil)
  }

  @Test("keeps its note though its time is up") func cancelled() async throws {
    let board = BoardMemory()
    let memory = ChannelMemory(
      recall: { _ in nil },
      keep: { note, id in
        try Task.checkCancellation()
        await board.keep(note, id)
      })
    let delivery = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      try await memory.keep(BoardChannel.Note(tile: "t", revision: 1), of: "d-1")
    }
    try await delivery.value
    #expect(await board.notes.count == 1)
  }

  @Test("can't have a tile whose name changes the path", arguments: ["", ".", ".."])
  func segments(tile: String) {
    let settings = Self.settings.merging(["tile": [tile]]) { $1 }
    #expect(throws: SettingProblem.self) {
      try BoardChannel(settings: SettingValues(settings, settings: BoardChannel.settings))
    }
  }

  @Test("has an address whose query is encoded, and keeps the rest of it") func query() throws {
    let address = try WebAddress("https://board.example.com/a%2Fb?sig=a%2Bb&x=1")
    #expect(
      address.url(setting: [("x", "2&3"), ("filter[name]", "é")])
        == "https://board.example.com/a%2Fb?sig=a%2Bb&x=2%263&filter%5Bname%5D=%C3%A9")
    #expect(address.url(setting: []) == address.url)
  }
}

private actor BoardMemory {
  private(set) var notes: [String: String] = [:]
  func keep(_ note: String, _ id: String) { notes[id] = note }
}
