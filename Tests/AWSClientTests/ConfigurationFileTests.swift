import Foundation
import HostFiles
import Testing

@testable import AWSClient

/// The files of the AWS configuration, as the disk has them.
@Suite struct ConfigurationFileTests {
  @Test("A file that can't be read is named")
  func unreadable() async throws {
    struct Denied: Error {}
    var environment = AWSEnvironment.test()
    environment.readFile = { _ in throw Denied() }
    let failure = try await awsFailure { try AWSConfiguration(environment) }
    #expect(
      failure?.description == "The AWS settings in /home/ada/.aws/config can't be read.")
  }

  @Test("A folder in place of a configuration file counts as none, and is told of with a profile")
  func folders() async throws {
    var environment = AWSEnvironment.test(["AWS_PROFILE": "prod"])
    environment.readFile = { path in
      guard path.hasSuffix("config") else { return nil }
      throw BoundedFile.Problem.isFolder
    }
    let loader = ConfigurationLoader(environment)
    let failure = try await awsFailure { try loader.profile("") }
    #expect(
      failure?.description
        == "There is no AWS profile prod (from AWS_PROFILE) in /home/ada/.aws/config (a folder) or "
        + "/home/ada/.aws/credentials.")
    environment.variables = [:]
    #expect(throws: Never.self) { try ConfigurationLoader(environment).profile("") }
  }

  @Test("A file of this machine is read, missing or unreadable, and never waited for")
  func files() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try AWSEnvironment.replace("\(folder)/config", Array("[default]".utf8))
    #expect(try AWSEnvironment.file("\(folder)/config") == Array("[default]".utf8))
    #expect(try AWSEnvironment.file("\(folder)/none") == nil)
    #expect(try AWSEnvironment.file("\(folder)/config/none") == nil)
    #expect(throws: BoundedFile.Problem.self) { try AWSEnvironment.file(folder) }
    // A link to itself is there, and can't be read.
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder)/loop", withDestinationPath: "\(folder)/loop")
    let problem = #expect(throws: BoundedFile.Problem.self) {
      try AWSEnvironment.file("\(folder)/loop")
    }
    #expect("\(try #require(problem))".hasPrefix("can't be read: too many "))
    #expect(mkfifo("\(folder)/pipe", 0o600) == 0)
    #expect(try AWSEnvironment.file("\(folder)/pipe") == [])
  }
}
