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
      (.failure(.outputTooLong), "failed: /opt/tool printed too much to be credentials."),
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
        == "The credential_process of profile default can't be split into words: a quotation mark "
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
