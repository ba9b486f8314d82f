import CodeDeployNotifications
import HostFiles

/// One of the two configuration files, with the name it was read under.
struct ConfigurationFile: Sendable {
  var path: String
  /// `nil` where there is no such file.
  var content: INIFile?
  /// Whether a folder has that name.
  private var isFolder = false

  /// The path, for a message about what isn't in the file.
  var place: String { isFolder ? "\(path) (a folder)" : path }

  /// Reads the file that the variable names, or the default one.
  init(variable: String, usual: String, environment: AWSEnvironment) throws {
    path = environment.expanded(environment.variable(variable) ?? usual)
    // A folder counts as no file, as for the AWS CLI: Docker makes one where what it mounts is
    // missing.
    let bytes: [UInt8]?
    do {
      bytes = try environment.readFile(path)
    } catch BoundedFile.Problem.isFolder {
      isFolder = true
      return
    } catch {
      throw environment.unreadable("The AWS settings in \(path)", error)
    }
    guard let bytes else { return }
    do throws(INIFile.Malformed) {
      content = try INIFile(String(decoding: bytes, as: UTF8.self))
    } catch {
      throw AWSFailure(
        .noCredentials,
        "The AWS settings in \(path) are malformed: line \(error.line) \(error.reason).")
    }
  }
}
