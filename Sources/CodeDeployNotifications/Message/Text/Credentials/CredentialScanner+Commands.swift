/// Secrets on command lines: `--password …`, `mysql -p…`, `curl -u user:…`, `docker login -p …`.
extension CredentialScanner {
  /// A command with its own meaning of options.
  private enum Command {
    case mysql, curl, docker, vault, lftp, htpasswd, sshpass, openssl, redis, ldap, zip, other
  }

  private static let commands: [String: Command] = [
    "mysql": .mysql, "mysqldump": .mysql, "mysqladmin": .mysql, "mariadb": .mysql,
    "curl": .curl, "wget": .curl, "docker": .docker, "podman": .docker, "helm": .docker,
    "buildah": .docker, "az": .docker, "oc": .docker, "vault": .vault, "lftp": .lftp,
    "htpasswd": .htpasswd, "sshpass": .sshpass, "openssl": .openssl, "redis-cli": .redis,
    "ldapsearch": .ldap, "ldapadd": .ldap, "ldapmodify": .ldap, "zip": .zip, "unzip": .zip,
    "7z": .zip,
  ]

  mutating func findInCommands() {
    var line = 0
    while line < bytes.count {
      var end = run(from: line, upTo: .max) { $0 != 0x0A }
      // A line that ends in a backslash continues on the next.
      while end > line, end < bytes.count, bytes[end - 1] == UInt8(ascii: "\\") {
        end = run(from: end + 1, upTo: .max) { $0 != 0x0A }
      }
      readCommands(in: line..<end, depth: 0)
      line = end + 1
    }
  }

  /// - Parameter depth: How many quotations the line is nested in, as in `sh -c "…"`.
  private mutating func readCommands(in line: Range<Int>, depth: Int) {
    var command = Command.other
    var previous = 0..<0
    var beforePrevious = 0..<0
    /// How many arguments that aren't options have followed the command.
    var arguments = 0
    var hasLogin = false
    // `echo user:password | chpasswd`, and other input of it.
    let changesPasswords = small[line].firstRange(of: Array("chpasswd".utf8)) != nil
    var position = line.lowerBound
    while position < line.upperBound {
      guard !isSpace(position) else {
        position += 1
        continue
      }
      let word = nextWord(at: position, in: line)
      position = max(word.upperBound, position + 1)
      let inner = unquoted(word)
      if text(inner) == "\\" { continue }
      if depth < 2, inner != word, contains(inner, { $0 == 0x20 }) {
        readCommands(in: inner, depth: depth + 1)
      }
      if let known = Self.commands[baseName(inner)], known != command {
        command = known
        arguments = 0
        hasLogin = false
      } else if isSeparator(word) {
        command = .other
      } else {
        if text(inner) == "login" { hasLogin = true }
        readArgument(
          Argument(
            word: inner, previous: previous, beforePrevious: beforePrevious,
            option: text(previous), isOption: bytes[inner].first == UInt8(ascii: "-"),
            count: arguments, hasLogin: hasLogin), of: command)
        if bytes[inner].first != UInt8(ascii: "-") { arguments += 1 }
      }
      if changesPasswords { addBehind(UInt8(ascii: ":"), in: inner) }
      beforePrevious = previous
      previous = inner
    }
  }

  /// A word of a command, and what decides whether it is a secret.
  private struct Argument {
    var word: Range<Int>
    var previous: Range<Int>
    var beforePrevious: Range<Int>
    /// The word before, which may be the option that this is the value of.
    var option: String
    /// Whether the word is an option itself.
    var isOption: Bool
    /// How many arguments that aren't options precede it.
    var count: Int
    var hasLogin: Bool
  }

  private mutating func readArgument(_ argument: Argument, of command: Command) {
    guard !argument.word.isEmpty else { return }
    if let secret = commonSecret(in: argument, of: command) ?? ownSecret(in: argument, of: command)
    {
      add(secret)
      return
    }
    switch command {
    case .curl:
      readUser(argument, separator: UInt8(ascii: ":"), ["-u", "--user", "--proxy-user"])
    case .lftp: readUser(argument, separator: UInt8(ascii: ","), ["-u", "--user"])
    default: break
    }
  }

  /// The secret in a form that several commands have.
  private func commonSecret(in argument: Argument, of command: Command) -> Range<Int>? {
    let (word, option) = (argument.word, argument.option)
    // `--password X` of any command.
    if option.hasPrefix("-"), option.count > 2, !argument.isOption, !option.contains("="),
      CredentialNames.strength(bytes[argument.previous].drop { $0 == UInt8(ascii: "-") }) != nil
    {
      return word
    }
    // `pass:X`, as openssl reads it.
    if has("pass:", at: word.lowerBound), word.count > 5,
      command == .openssl || option.hasPrefix("-pass")
    {
      return (word.lowerBound + 5)..<word.upperBound
    }
    // Configuration of curl and ftp: `login x password y`.
    let login = argument.beforePrevious
    if option == "password", ["login", "machine"].contains(text(beforeWord(login))),
      bytes[login].last != UInt8(ascii: ",")
    {
      return word
    }
    return nil
  }

  /// The secret in a form that only this command has.
  private func ownSecret(in argument: Argument, of command: Command) -> Range<Int>? {
    let (word, option, isOption) = (argument.word, argument.option, argument.isOption)
    return switch command {
    case .docker: option == "-p" && argument.hasLogin && !isOption ? word : nil
    case .vault: option == "login" && !isOption && !text(word).contains("=") ? word : nil
    case .htpasswd: isPasswordOfHtpasswd(argument) ? word : nil
    case .redis: option == "-a" || option == "--pass" ? word : nil
    case .ldap: option == "-w" ? word : nil
    case .mysql, .sshpass, .zip: attachedSecret(in: argument, of: command)
    case .curl, .lftp, .openssl, .other: nil
    }
  }

  /// The secret of a command whose option and password are one word, such as `mysql -pX`, or may be.
  private func attachedSecret(in argument: Argument, of command: Command) -> Range<Int>? {
    let word = argument.word
    let rest = word.count > 2 ? (word.lowerBound + 2)..<word.upperBound : nil
    switch command {
    case .mysql:
      if let rest, bytes[word].starts(with: "-p".utf8), bytes[rest.lowerBound] != UInt8(ascii: "-")
      {
        return rest
      }
      return argument.option == "password" && !argument.isOption ? word : nil
    case .sshpass:
      if let rest, bytes[word].starts(with: "-p".utf8) { return rest }
      return argument.option == "-p" ? word : nil
    case .zip:
      if bytes[argument.previous].elementsEqual("-P".utf8) { return word }
      return has("-p", at: word.lowerBound) ? rest : nil
    default: return nil
    }
  }

  /// `htpasswd file user password`, or without a file.
  private func isPasswordOfHtpasswd(_ argument: Argument) -> Bool {
    let isWithoutFile = isWithoutFile(argument.beforePrevious, argument.previous)
    return argument.count >= (isWithoutFile ? 1 : 2) && !argument.isOption
  }

  /// `htpasswd -nb user password` has no file name.
  private func isWithoutFile(_ one: Range<Int>, _ other: Range<Int>) -> Bool {
    [one, other].contains { range in
      bytes[range].first == UInt8(ascii: "-") && contains(range) { $0 == UInt8(ascii: "n") }
    }
  }

  /// Reads `-u user:password` and `--user=user:password`.
  private mutating func readUser(
    _ argument: Argument, separator: UInt8, _ options: [String]
  ) {
    let word = argument.word
    var value = word
    if !options.contains(argument.option) {
      guard let equals = bytes[word].firstIndex(of: UInt8(ascii: "=")),
        options.contains(text(word.lowerBound..<equals))
      else {
        // `-uada:hunter2`
        guard bytes[word].starts(with: "-u".utf8), word.count > 3 else { return }
        value = (word.lowerBound + 2)..<word.upperBound
        addBehind(separator, in: value)
        return
      }
      value = unquoted((equals + 1)..<word.upperBound)
    }
    addBehind(separator, in: value)
  }

  private mutating func addBehind(_ separator: UInt8, in value: Range<Int>) {
    guard let sign = bytes[value].firstIndex(of: separator), sign > value.lowerBound else { return }
    add((sign + 1)..<value.upperBound)
  }

  /// The next word with its quotes, split as a shell does.
  private func nextWord(at start: Int, in line: Range<Int>) -> Range<Int> {
    var position = start
    var quote: UInt8?
    while position < line.upperBound {
      let byte = bytes[position]
      if let open = quote {
        if byte == open { quote = nil }
      } else if byte == 0x22 || byte == 0x27 {
        // An apostrophe within a word doesn't open a quotation.
        if position == start || bytes[position - 1] == UInt8(ascii: "=") { quote = byte }
      } else if isSpace(position) {
        break
      }
      position += 1
    }
    guard quote == nil else {
      // The quotation isn't closed: the word ends at the next blank.
      return start..<min(line.upperBound, run(from: start) { $0 > 0x20 })
    }
    return start..<position
  }

  private func unquoted(_ word: Range<Int>) -> Range<Int> {
    guard word.count >= 2, isQuote(word.lowerBound) else { return word }
    let isClosed = bytes[word.upperBound - 1] == bytes[word.lowerBound]
    return (word.lowerBound + 1)..<(isClosed ? word.upperBound - 1 : word.upperBound)
  }

  /// A program's name without its folder, and without what a shell or a log puts directly before
  /// it: CodeDeploy's agent writes `[stderr]` there.
  private func baseName(_ word: Range<Int>) -> String {
    let last = max(word.lowerBound, word.upperBound - 60)..<word.upperBound
    let marks = Array("/];|&({`\"'=$".utf8)
    let start = bytes[last].lastIndex { marks.contains($0) }.map { $0 + 1 } ?? last.lowerBound
    return text(start..<word.upperBound)
  }

  private func isSeparator(_ word: Range<Int>) -> Bool {
    ["|", "||", "&&", ";", "&"].contains(text(word))
  }

  /// The preceding word on the same line.
  private func beforeWord(_ word: Range<Int>) -> Range<Int> {
    var end = word.lowerBound
    while end > 0, word.lowerBound - end < 8, isBlank(end - 1) { end -= 1 }
    var start = end
    while start > 0, end - start < 24, !isSpace(start - 1) { start -= 1 }
    return start..<end
  }
}
