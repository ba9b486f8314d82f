extension World {
  /// A poll of `checkout` that waits for a receiver that doesn't answer.
  func hangingPoll() async throws -> RunningCommand {
    try await aws.applications(["checkout"])
    try await cdnotify("register", "checkout", "--channel", "webhook,url=\(sink.url)/hook")
    try await aws.deploy("checkout", #""create_time": 0"#)
    try await sink.script("/hook", count: 1, #""hang": 60, "accept": true"#)
    let poll = try start(["poll"])
    try await sink.wait(for: 1, "/hook")
    return poll
  }
}
