import CodeDeployNotifications

/// One of the two configuration files, with the name it was read under.
struct ConfigurationFile: Sendable {
  var path: String
  /// `nil` where there is no such file.
  var content: INIFile?

  /// Reads the file that the variable names, or the default one.
  init(variable: String, usual: String, environment: AWSEnvironment) throws {
    path = environment.expanded(environment.variable(variable) ?? usual)
    guard let bytes = try environment.read(path, as: "The AWS settings in \(path)") else { return }
    do throws(INIFile.Malformed) {
      content = try INIFile(String(decoding: bytes, as: UTF8.self))
    } catch {
      throw AWSFailure(
        .noCredentials,
        "The AWS settings in \(path) are malformed: line \(error.line) \(error.reason).")
    }
  }
}
