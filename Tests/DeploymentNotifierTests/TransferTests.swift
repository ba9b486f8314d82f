import CodeDeployNotifications
import DeploymentNotifier
import Foundation
import Logging
import Testing

@Suite("Exports and imports within a service")
struct TransferTests {
  private let old = Surroundings()
  private let new = Surroundings()

  /// Runs `body` with a folder of this user's, which is removed afterwards.
  private func withFolder(_ body: (String) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("cdnotify-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await body(folder)
  }

  /// Registers with a secret, announces a deployment and exports to a file.
  private func export(
    to file: String, includingSecrets: Bool = true, references: ReferenceChoice = .none,
    token: String = "swordfish1"
  ) async throws -> ExportReport {
    let notifier = try old.notifier(references: references)
    try await notifier.register("checkout", channels: ["echo,token=\(token)"])
    old.put("d-1")
    await notifier.poll(.patient)
    return try await notifier.export(to: file, includingSecrets: includingSecrets)
  }

  @Test("What was announced is not announced again from the other store")
  func moved() async throws {
    try await withFolder { folder in
      let exported = try await export(to: folder + "/export")
      #expect((exported.records, exported.masked, exported.sending) == (3, 0, 0))
      let notifier = try new.notifier()
      let imported = try await notifier.import(from: folder + "/export")
      #expect((imported.added, imported.known, imported.commands) == (3, 0, []))
      new.put("d-1")
      #expect(await notifier.poll(.patient).notifications.isEmpty)
      #expect(try await notifier.registrations() == old.notifier().registrations())
    }
  }

  @Test("A second import of the same changes nothing") func again() async throws {
    try await withFolder { folder in
      _ = try await export(to: folder + "/export")
      let notifier = try new.notifier()
      try await notifier.import(from: folder + "/export")
      let again = try await notifier.import(from: folder + "/export")
      #expect((again.added, again.known) == (0, 3))
    }
  }

  @Test("An export goes through open files, too") func handles() async throws {
    let pipe = Pipe()
    let notifier = try old.notifier()
    try await notifier.register("checkout", channels: ["echo"])
    try await notifier.export(to: pipe.fileHandleForWriting)
    try pipe.fileHandleForWriting.close()
    let imported = try await new.notifier().import(from: pipe.fileHandleForReading)
    #expect(imported.added == 1)
    #expect(try pipe.fileHandleForReading.readToEnd() == nil, "it is still open, at its end")
  }

  @Test("Secrets are masked unless asked for, and an import asks for them")
  func masked() async throws {
    try await withFolder { folder in
      let exported = try await export(to: folder + "/export", includingSecrets: false)
      #expect(exported.masked == 1)
      let text = try String(contentsOfFile: folder + "/export", encoding: .utf8)
      #expect(!text.contains("swordfish1"))
      let notifier = try new.notifier()
      let problems = await #expect(throws: ImportProblems.self) {
        try await notifier.import(from: folder + "/export")
      }
      #expect(problems?.count == 1)
      #expect(
        problems?.description == "line 4: a secret of checkout's channel echo was left out of the "
          + "export: export it with the secrets, or insert it here; nothing was imported")
      #expect(try await notifier.registrations().isEmpty)
    }
  }

  @Test("What the store holds otherwise stays, and nothing is imported")
  func conflict() async throws {
    try await withFolder { folder in
      _ = try await export(to: folder + "/export")
      let notifier = try new.notifier()
      try await notifier.register("checkout", channels: ["echo,name=other"])
      let conflict = await #expect(throws: ConflictingRecord.self) {
        try await notifier.import(from: folder + "/export")
      }
      #expect(conflict?.line == 4)
      #expect(
        conflict?.description == "the store holds another registration of checkout in eu-west-1")
      var history = notifier.history().makeAsyncIterator()
      #expect(try await history.next() == nil)
    }
  }

  @Test("A registration that couldn't be made here is not imported either")
  func foreignReference() async throws {
    try await withFolder { folder in
      let allowed = ReferenceChoice.values(["HOOK": "swordfish1"])
      _ = try await export(to: folder + "/export", references: allowed, token: "env:HOOK")
      let problems = await #expect(throws: ImportProblems.self) {
        try await new.notifier().import(from: folder + "/export")
      }
      #expect(problems?.lines.first?.hasPrefix("line 4: checkout: ") == true)
      #expect(problems?.lines.first?.contains("env:HOOK can't be resolved") == true)
      let notifier = try new.notifier(references: allowed)
      #expect(try await notifier.import(from: folder + "/export").added == 3)
    }
  }

  @Test("Nothing may follow the last line, not even what is too long to read")
  func textBehind() async throws {
    try await withFolder { folder in
      let file = folder + "/export"
      _ = try await export(to: file)
      for text in ["x", String(repeating: "x", count: 17 << 20)] {
        let export = try Data(contentsOf: URL(fileURLWithPath: file)) + Data(text.utf8)
        try export.write(to: URL(fileURLWithPath: folder + "/longer"))
        let problems = await #expect(throws: ImportProblems.self) {
          try await new.notifier().import(from: folder + "/longer")
        }
        #expect(
          problems?.lines.first?.hasSuffix("there is text after the export's last line") == true)
      }
    }
  }

  @Test("The export's file is new, and its owner's alone") func ownFile() async throws {
    try await withFolder { folder in
      let file = folder + "/export"
      _ = try await export(to: file)
      let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions]
      #expect((mode as? NSNumber)?.intValue == 0o600)
      let before = try Data(contentsOf: URL(fileURLWithPath: file))
      let problem = await #expect(throws: NotifierProblem.self) {
        try await old.notifier().export(to: file)
      }
      #expect(problem?.kind == .file)
      #expect(problem?.description == "\(file) can't be created: file exists; name a new file")
      #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == before)
    }
  }

  @Test("A file that isn't there, or is no export, is named") func noExport() async throws {
    try await withFolder { folder in
      let notifier = try new.notifier()
      let problem = await #expect(throws: NotifierProblem.self) {
        try await notifier.import(from: folder + "/none")
      }
      #expect(problem?.kind == .file)
      try Data("hello".utf8).write(to: URL(fileURLWithPath: folder + "/hello"))
      let problems = await #expect(throws: ImportProblems.self) {
        try await notifier.import(from: folder + "/hello")
      }
      #expect(problems?.lines == ["line 1: this is not an export of cdnotify"])
    }
  }

  @Test("Nothing is exported or imported while another process polls") func busy() async throws {
    try await withFolder { folder in
      let notifier = try DeploymentNotifier(
        store: .sqlite(folder + "/store.db"),
        aws: AWSSettings(variables: [:], homeDirectory: folder),
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
      let lock = open(folder + "/store.db.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
      defer { close(lock) }
      try #require(flock(lock, LOCK_EX | LOCK_NB) == 0)
      let problem = await #expect(throws: NotifierProblem.self) {
        try await notifier.export(to: folder + "/export")
      }
      #expect(problem?.kind == .busy)
      #expect(!FileManager.default.fileExists(atPath: folder + "/export"))
      flock(lock, LOCK_UN)
      #expect(try await notifier.export(to: folder + "/export").records == 0)
    }
  }
}
