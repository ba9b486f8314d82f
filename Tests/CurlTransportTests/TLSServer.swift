import Foundation

/// `openssl s_server` with a certificate of a newly made private CA.
struct TLSServer {
  let port: Int
  /// The file with the CA that signed the server's certificate.
  let caBundle: String
  /// A file with a CA that has signed nothing.
  let otherBundle: String
  /// The folder of all these files, which is removed with the server.
  let folder: URL

  static func run<Result>(_ body: (TLSServer) async throws -> Result) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "cdnotify-tls-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }

    for name in ["ca", "other"] {
      try openssl(
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=\(name) "
          + "-keyout \(name).key -out \(name).pem", in: folder)
    }
    try openssl(
      "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost "
        + "-keyout server.key -out server.csr", in: folder)
    try Data("subjectAltName=DNS:localhost".utf8).write(to: folder.appending(path: "names"))
    try openssl(
      "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 1 -extfile names "
        + "-out server.pem", in: folder)

    let (server, output) = try start(
      "s_server -accept 127.0.0.1:0 -cert server.pem -key server.key -www", in: folder)
    defer {
      // Not terminate(): a child inherits the signal mask of the thread that starts it, and the
      // threads of Swift's pool block SIGTERM.
      kill(server.processIdentifier, SIGKILL)
      server.waitUntilExit()
    }
    // It prints its address: "ACCEPT 127.0.0.1:40123".
    var said = ""
    while !said.contains(/ACCEPT .*\n/) {
      let more = output.availableData
      guard !more.isEmpty else { throw Trouble(said: said) }
      said += String(decoding: more, as: UTF8.self)
    }
    guard let port = said.firstMatch(of: /ACCEPT .*:([0-9]+)\n/).flatMap({ Int($0.1) }) else {
      throw Trouble(said: said)
    }
    return try await body(
      TLSServer(
        port: port, caBundle: folder.appending(path: "ca.pem").path,
        otherBundle: folder.appending(path: "other.pem").path, folder: folder))
  }

  struct Trouble: Error {
    var said: String
  }

  private static func openssl(_ arguments: String, in folder: URL) throws {
    let (process, output) = try start(arguments, in: folder)
    let said = try output.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Trouble(said: String(decoding: said, as: UTF8.self))
    }
  }

  private static func start(
    _ arguments: String, in folder: URL
  ) throws -> (Process, FileHandle) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["openssl"] + arguments.split(separator: " ").map(String.init)
    process.currentDirectoryURL = folder
    let pipe = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    return (process, pipe.fileHandleForReading)
  }
}
