import CodeDeployNotifications

extension CredentialProvider {
  /// A profile's `credential_process`: a program that prints credentials (botocore's
  /// `ProcessProvider`).
  /// https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
  static let process = CredentialProvider { context in
    guard let command = context.profile.settings.text("credential_process") else {
      return .absent("process: profile \(context.name) has no credential_process")
    }
    let origin = "the credential_process of profile \(context.name)"
    let ending = try await CredentialProcess.run(command, origin, context.environment)
    guard ending.status == 0 else {
      let said = CredentialProcess.withoutSecrets(ending.error)
      throw AWSFailure(
        .noCredentials,
        "The\(origin.dropFirst(3)) ended with status \(ending.status)"
          + (said.isEmpty ? "." : ": \(said)."))
    }
    let document = try CredentialDocument(ending.output, from: origin, isAnswer: false)
    guard document.version == 1 else {
      throw AWSFailure(
        .noCredentials, "What \(origin) printed isn't Version 1, the only supported one.")
    }
    return .found(try document.credentials(needs: [], source: origin))
  }
}

/// Runs a `credential_process` and describes what goes wrong.
enum CredentialProcess {
  /// A program that prompts for a password would wait for ever.
  private static let timeout = Duration.seconds(60)

  static func run(
    _ command: String, _ origin: String, _ environment: AWSEnvironment
  ) async throws -> ProgramRunner.Ending {
    let words: [String]
    do throws(ShellWords.Malformed) {
      words = try ShellWords.split(command)
    } catch {
      throw AWSFailure(
        .noCredentials, "The\(origin.dropFirst(3)) can't be split into words: \(error.reason).")
    }
    do {
      return try await environment.runProgram.run(words, environment.variables, timeout)
    } catch let failure as ProgramRunner.Failure {
      // The message names only the program: its arguments may hold secrets.
      let program = (words.first ?? "").inSentence(upTo: 200)
      let path = environment.variables["PATH"] ?? ""
      let problem =
        switch failure {
        case .notFound where !program.contains("/"):
          // Cron has a short PATH.
          "there is no program \(program) in the PATH \(path.inSentence())"
        case .notFound: "there is no program \(program) that can be run"
        case .notStarted: "\(program) can't be started"
        case .timedOut: "\(program) didn't end within \(timeout.components.seconds) seconds"
        case .outputTooLong: "\(program) printed too much to be credentials"
        }
      throw AWSFailure(.noCredentials, "The\(origin.dropFirst(3)) failed: \(problem).")
    }
  }

  /// The end of a program's output, where the reason is, without any word that could be a key or a
  /// token.
  static func withoutSecrets(_ text: String) -> String {
    var cleaned = ""
    var word = ""
    func flush() {
      cleaned += couldBeSecret(word) ? Secret.mask : word
      word = ""
    }
    for character in String(text.suffix(4000)).cleaned.withoutCredentials {
      if character.isASCIIAlphanumeric || "+/_-".contains(character) {
        word.append(character)
      } else {
        flush()
        cleaned.append(character)
      }
    }
    flush()
    let line = cleaned.inSentence(upTo: 4000)
    return (line.count > 300 ? "…\(line.suffix(300))" : line).withoutFullStop
  }

  /// Keys and tokens are long, and contain upper case or are longer than any name.
  private static func couldBeSecret(_ word: String) -> Bool {
    let hasCapitals = word.contains { $0.isUppercase }
    let hasDigits = word.contains { $0.isNumber }
    if word.hasPrefix("AKIA") || word.hasPrefix("ASIA") { return word.count >= 16 }
    if hasCapitals, hasDigits { return word.count >= 16 }
    return hasDigits && !word.contains("/") && word.count >= 32
  }
}
