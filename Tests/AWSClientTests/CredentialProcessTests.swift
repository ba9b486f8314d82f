import CodeDeployNotifications
import Foundation
import Testing

@testable import AWSClient

/// Programs that print credentials.
@Suite struct CredentialProcessTests {
  /// Made with Python's `shlex.split`.
  @Test(
    "A command is split into words as by Python's shlex",
    arguments: [
      ("a b  c", ["a", "b", "c"]), ("  a\tb\n", ["a", "b"]), ("", []), ("a ''", ["a", ""]),
      (#"a "b c" 'd e'"#, ["a", "b c", "d e"]), (#"a"b"'c'"#, ["abc"]),
      (#"a\ b"#, ["a b"]), (#"'a\b'"#, [#"a\b"#]), (#""a\"b\\c\d""#, [#"a"b\c\d"#]),
      ("a # b", ["a", "#", "b"]), ("a | b > $C `d` *", ["a", "|", "b", ">", "$C", "`d`", "*"]),
      (#""a'b" 'c"d'"#, ["a'b", #"c"d"#]), (#"\'"#, ["'"]), ("é ü", ["é", "ü"]),
      ("a 'b", nil), (#"a "b"#, nil), (#"a\"#, nil), (#""a\"#, nil),
    ] as [(String, [String]?)])
  func words(command: String, words: [String]?) {
    #expect((try? ShellWords.split(command)) == words)
  }

  private static func failure(
    _ command: String = "/opt/tool --secret hunter2", variables: [String: String] = [:],
    _ run: @escaping @Sendable () throws -> ProgramRunner.Ending
  ) async throws -> AWSFailure? {
    var environment = AWSEnvironment.test(
      variables, files: ["/home/ada/.aws/config": "[default]\ncredential_process = \(command)\n"])
    environment.runProgram = ProgramRunner { _, _, _ in try run() }
    return try await awsFailure {
      try await CredentialChain.standard.credentials(
        in: ContainerCredentialsTests.context(TestServer(.ok("{}")), environment))
    }
  }

  @Test("The program is run with its words and this run's variables, for a minute at the most")
  func run() async throws {
    let runs = Recorder<String>()
    var environment = AWSEnvironment.test(
      ["PATH": "/bin"],
      files: ["/home/ada/.aws/config": "[default]\ncredential_process = a 'b c'\n"])
    environment.runProgram = ProgramRunner { words, variables, timeout in
      runs.record("\(words) \(variables["PATH"] ?? "") \(timeout)")
      let output = """
        {"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "s", "SessionToken": "t",
         "Expiration": "2026-01-01T14:00:00+01:00"}
        """
      return ProgramRunner.Ending(status: 0, output: Array(output.utf8))
    }
    let found = try await CredentialChain.standard.credentials(
      in: ContainerCredentialsTests.context(TestServer(.ok("{}")), environment))
    #expect(runs.all == [#"["a", "b c"] /bin 60.0 seconds"#])
    #expect(found.sessionToken == Secret("t"))
    #expect(found.expiration == noon + 3600)
  }

  @Test(
    "A program that gives no credentials is told with the reason",
    arguments: [
      (.failure(.notFound), "failed: there is no program /opt/tool that can be run."),
      (.failure(.notStarted), "failed: /opt/tool can't be started."),
      (.failure(.timedOut), "failed: /opt/tool didn't end within 60 seconds."),
      (.failure(.outputTooLong), "failed: /opt/tool printed more than credentials are."),
      (.success(ProgramRunner.Ending(status: 3)), "ended with status 3."),
      (
        .success(ProgramRunner.Ending(status: 255, error: "Log in\u{1b}[1m first.\n")),
        "ended with status 255: Log in first."
      ),
    ] as [(Result<ProgramRunner.Ending, ProgramRunner.Failure>, String)])
  func trouble(
    result: Result<ProgramRunner.Ending, ProgramRunner.Failure>, words: String
  ) async throws {
    let failure = try await Self.failure { try result.get() }
    #expect(failure?.kind == .noCredentials)
    #expect(failure?.description == "The credential_process of profile default \(words)")
  }

  @Test("A program that PATH doesn't lead to is named with that PATH")
  func path() async throws {
    let failure = try await Self.failure("aws-vault exec x", variables: ["PATH": "/usr/bin:/bin"]) {
      throw ProgramRunner.Failure.notFound
    }
    #expect(
      failure?.description == "The credential_process of profile default failed: there is no "
        + "program aws-vault in the PATH /usr/bin:/bin.")
  }

  @Test("What the program printed is never repeated, nor are its arguments")
  func secrets() async throws {
    let printed = #"{"Version": 1, "SecretAccessKey": "hunter2"}"#
    for output in [printed, "hunter2", #"{"Version": 9, "x": "hunter2"}"#] {
      let failure = try await Self.failure {
        ProgramRunner.Ending(status: 0, output: Array(output.utf8))
      }
      #expect(failure?.description.contains("hunter2") == false)
    }
    let unsplit = try await Self.failure("tool 'hunter2") { ProgramRunner.Ending(status: 0) }
    #expect(
      unsplit?.description
        == "The credential_process of profile default can't be split into words: a quotation "
        + "isn't closed.")
  }

  @Test(
    "A program's error output is told in one line, without keys and passwords",
    arguments: [
      ("no such session", "no such session"),
      ("see /usr/share/doc/aws-vault", "see /usr/share/doc/aws-vault"),
      ("key ASIAQWERTYUIOPASDFGH is old", "key ******** is old"),
      ("secret=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n!", "secret=******** !"),
      ("login failed: password=hunter2", "login failed: password=********"),
      ("curl -H 'Authorization: Bearer abc123def'", "curl -H 'Authorization: Bearer ********'"),
      ("first line\nsecond line.\n", "first line second line"), ("", ""),
    ])
  func said(text: String, shown: String) {
    #expect(CredentialProcess.withoutSecrets(text) == shown)
  }

  @Test("A program's error output is cut to its last 300 characters") func longError() {
    let shown = CredentialProcess.withoutSecrets(String(repeating: "word ", count: 5000) + "end")
    #expect(shown.count <= 301)
    #expect(shown.hasSuffix("word end"))
  }
}

/// Running programs of this machine.
@Suite struct ProgramRunnerTests {
  private static let variables = ["PATH": "/usr/bin:/bin", "NAME": "value"]

  private static func run(
    _ words: String..., timeout: Duration = .seconds(60)
  ) async throws -> ProgramRunner.Ending {
    try await ProgramRunner.system.run(words, variables, timeout)
  }

  @Test("A program's output, error output and exit status are returned")
  func results() async throws {
    let ending = try await Self.run("sh", "-c", #"echo "$NAME"; cat; echo oh >&2; exit 3"#)
    #expect(ending.status == 3)
    #expect(String(decoding: ending.output, as: UTF8.self) == "value\n")
    #expect(ending.error == "oh\n")
    #expect(try await Self.run("/bin/sh", "-c", "kill -9 $$").status == 137)
  }

  @Test(
    "A program that isn't there or can't be run is not found",
    arguments: [
      (["cdnotify-no-such-program"], .notFound), (["/no/such/program"], .notFound),
      (["/etc/passwd"], .notFound), ([""], .notFound), ([], .notFound),
    ] as [([String], ProgramRunner.Failure)])
  func trouble(words: [String], failure: ProgramRunner.Failure) async {
    await #expect(throws: failure) {
      try await ProgramRunner.system.run(words, Self.variables, .seconds(60))
    }
  }

  /// Some tools leave an agent running.
  @Test("A process that the program leaves running is not waited for")
  func leftRunning() async throws {
    let ending = try await Self.run(
      "sh", "-c", "sleep 600 & echo keys", timeout: .seconds(300))
    #expect(ending.status == 0)
    #expect(String(decoding: ending.output, as: UTF8.self) == "keys\n")
  }

  @Test("A program that prints too much fails") func longOutput() async {
    await #expect(throws: ProgramRunner.Failure.outputTooLong) {
      try await Self.run("sh", "-c", "yes | head -c 3000000")
    }
  }

  /// A named pipe that shows a test whether a program's children still run.
  private final class Fifo {
    let path: String
    private let folder: URL
    private let descriptor: Int32

    init() throws {
      folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("cdnotify-runner-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      path = folder.appendingPathComponent("fifo").path
      #expect(mkfifo(path, 0o600) == 0)
      descriptor = open(path, O_RDONLY | O_NONBLOCK)
    }

    deinit {
      close(descriptor)
      try? FileManager.default.removeItem(at: folder)
    }

    /// Waits until there is something to read; without events, until the last writer has ended.
    func wait(for events: Int32 = 0) -> Bool {
      var state = pollfd(fd: descriptor, events: Int16(events), revents: 0)
      return poll(&state, 1, 60_000) == 1
    }
  }

  @Test("A program whose time is up ends, with all that it started")
  func timeout() async throws {
    let fifo = try Fifo()
    await #expect(throws: ProgramRunner.Failure.timedOut) {
      try await Self.run(
        "sh", "-c", "sleep 600 > '\(fifo.path)' & wait", timeout: .milliseconds(300))
    }
    #expect(fifo.wait())
  }

  @Test("A cancelled task ends its program") func cancelled() async throws {
    let fifo = try Fifo()
    let path = fifo.path
    let task = Task {
      try await Self.run("sh", "-c", "exec > '\(path)'; echo running; sleep 600")
    }
    #expect(fifo.wait(for: POLLIN))
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(fifo.wait())
  }
}

/// Files that replace others.
@Suite struct ReplacedFileTests {
  @Test("Replacing a file leaves one file, which only its owner can read") func ownerOnly() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("cdnotify-replace-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let path = folder.appendingPathComponent("a.json").path
    try AWSEnvironment.replace(path, Array("old".utf8))
    try AWSEnvironment.replace(path, Array("new".utf8))
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "new")
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.json"])
    #expect(throws: (any Error).self) {
      try AWSEnvironment.replace(folder.path + "/none/a", [])
    }
  }
}
