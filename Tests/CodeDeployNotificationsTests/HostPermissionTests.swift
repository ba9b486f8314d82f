import Testing

@testable import CodeDeployNotifications

/// What the host that polls lets channels run and read.
@Suite struct HostPermissionTests {
  private static func answer(
    _ variables: [String: String], shared: Bool, _ text: String
  ) throws -> String {
    let permissions = try HostPermissions(environment: variables, isStoreShared: shared)
    do {
      if case .reference(let reference) = SettingReference.read(text) {
        try permissions.check(reference)
      } else {
        try permissions.check(command: text)
      }
      return "allowed"
    } catch {
      return if case .never = error { "never" } else { "not here" }
    }
  }

  private static let exec = "CDNOTIFY_ALLOW_EXEC"
  private static let references = "CDNOTIFY_ALLOW_REFERENCES"

  @Test(
    "Commands and references are allowed as the design has it",
    arguments: [
      // By default a file of one's own allows everything, and a table neither commands nor files.
      ([:], "/bin/true", "allowed", "not here"),
      ([:], "announce", "allowed", "not here"),
      ([:], "file:/etc/hook", "allowed", "not here"),
      ([:], "env:HOOK", "allowed", "allowed"),
      ([:], "ssm:/hook", "allowed", "allowed"),
      ([:], "secretsmanager:hook", "allowed", "allowed"),
      ([:], "credential:hook", "allowed", "allowed"),
      ([:], "env:AWS_SECRET_ACCESS_KEY", "never", "never"),
      ([:], "env:aws_profile", "never", "never"),
      ([:], "file:/proc/self/environ", "never", "never"),
      ([:], "file:/etc/../proc/1/environ", "never", "never"),
      ([:], "file:/home/proc/x", "allowed", "not here"),
      // Explicit settings apply to both.
      ([exec: ""], "/bin/true", "not here", "not here"),
      ([exec: "/usr/local/bin:/opt/announce"], "/usr/local/bin/x", "allowed", "allowed"),
      ([exec: "/usr/local/bin/:/opt/announce"], "/opt/announce", "allowed", "allowed"),
      ([exec: "/usr/local/bin"], "/usr/local/binary", "not here", "not here"),
      ([exec: "/usr/local/bin"], "/usr/local/bin/../../../bin/sh", "not here", "not here"),
      ([exec: "/usr/local/bin"], "announce", "not here", "not here"),
      ([exec: "/usr/local/bin"], "file:/x", "allowed", "not here"),
      ([references: ""], "env:HOOK", "not here", "not here"),
      ([references: "env:HOOK_*"], "env:HOOK_A", "allowed", "allowed"),
      ([references: "env:HOOK_*"], "env:OTHER", "not here", "not here"),
      ([references: "env:*"], "env:AWS_PROFILE", "never", "never"),
      ([references: "env:HOOK_*"], "ssm:/hook", "not here", "not here"),
      ([references: "file:/etc/cdnotify/*"], "file:/etc/cdnotify/hook", "allowed", "allowed"),
      ([references: "file:/etc/cdnotify/*"], "file:/etc/cdnotify/a/b", "not here", "not here"),
      (
        [references: "file:/etc/cdnotify/*"], "file:/etc/cdnotify/../shadow", "not here", "not here"
      ),
      ([references: "file:/etc/cdnotify/*"], "file:/etc/shadow", "not here", "not here"),
      ([references: "ssm:*, credential:*,secretsmanager:*"], "credential:x", "allowed", "allowed"),
      ([references: "ssm:*"], "/bin/true", "allowed", "not here"),
    ] as [([String: String], String, String, String)])
  func permissions(
    variables: [String: String], what: String, own: String, shared: String
  ) throws {
    #expect(try Self.answer(variables, shared: false, what) == own)
    #expect(try Self.answer(variables, shared: true, what) == shared)
  }

  @Test(
    "Where no command may be run it is said whose doing that is",
    arguments: [
      ([:], "with a DynamoDB table as store, commands are run only if CDNOTIFY_ALLOW_EXEC allows"),
      ([exec: ""], "CDNOTIFY_ALLOW_EXEC allows no command here"),
    ])
  func noCommand(variables: [String: String], says: String) throws {
    let permissions = try HostPermissions(environment: variables, isStoreShared: true)
    let refusal = try #require(throws: HostPermissions.Refusal.self) {
      try permissions.check(command: "/bin/true")
    }
    #expect(
      "\(refusal)".hasPrefix("/bin/true may not be run on this host: \(says)"), "\(refusal)")
  }

  @Test(
    "A list that can't be meant is refused",
    arguments: [
      (exec, "bin"), (exec, "/usr/../bin"), (references, "HOOK"), (references, "evn:HOOK"),
      (references, "file:etc"), (references, "env:["), (references, "env:"),
    ])
  func wrong(name: String, value: String) {
    let problem = #expect(throws: DocumentProblem.self) {
      try HostPermissions(environment: [name: value], isStoreShared: false)
    }
    #expect(problem?.path == name)
  }
}
