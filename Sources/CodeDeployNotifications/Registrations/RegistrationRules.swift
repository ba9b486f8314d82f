/// What the parts of a registration must look like.
public enum RegistrationRules {
  /// CodeDeploy's own bound on an application's name: 1 to 100 characters.
  /// Source: `ApplicationName` of CodeDeploy's service model.
  public static func checkApplication(_ name: String, at path: String) throws(DocumentProblem) {
    guard (1...100).contains(name.count) else {
      throw DocumentProblem(path, "must be 1 to 100 characters, as CodeDeploy's names are")
    }
    guard !name.unicodeScalars.contains(where: \.properties.isControl) else {
      throw DocumentProblem(path, "must not contain control characters")
    }
  }

  public static func checkRegion(_ region: String, at path: String) throws(DocumentProblem) {
    guard isRegion(region) else {
      throw DocumentProblem(
        path, "\"\(region)\" is not a region; one looks like eu-west-1")
    }
  }

  /// Two letters or more, words of letters and digits, and a number, with hyphens between them. A
  /// pattern would be parsed anew for each registration of a file.
  private static func isRegion(_ region: String) -> Bool {
    func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
    func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    let words = region.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard words.count >= 3, let first = words.first, let last = words.last else { return false }
    return first.count >= 2 && first.allSatisfy(isLetter)
      && (1...2).contains(last.count) && last.allSatisfy(isDigit)
      && words.dropFirst().dropLast().allSatisfy { word in
        !word.isEmpty && word.allSatisfy { isLetter($0) || isDigit($0) }
      }
  }

  public static func checkRole(_ arn: String, at path: String) throws(DocumentProblem) {
    guard arn.isEmpty || arn.wholeMatch(of: /arn:aws[a-z-]*:iam::[0-9]{12}:role\/\S+/) != nil else {
      throw DocumentProblem(
        path,
        "\"\(arn)\" is not a role's ARN; one looks like arn:aws:iam::123456789012:role/NAME")
    }
  }

  /// Domains of addresses.
  public static func checkDomains(_ domains: [String], at path: String) throws(DocumentProblem) {
    let form = /[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+/
    for domain in domains where domain.utf8.count > 253 || domain.wholeMatch(of: form) == nil {
      throw DocumentProblem(
        path, "\"\(domain)\" is not the domain of an address; one looks like example.com")
    }
  }

  /// Patterns of deployment groups.
  public static func checkGroups(_ patterns: [String], at path: String) throws(DocumentProblem) {
    for pattern in patterns {
      guard !pattern.isEmpty else { throw DocumentProblem(path, "must not be empty; * means all") }
      guard !pattern.unicodeScalars.contains(where: \.properties.isControl) else {
        throw DocumentProblem(path, "must not contain control characters")
      }
      if let problem = Glob.problem(in: pattern) {
        throw DocumentProblem(path, "\"\(pattern)\" \(problem)")
      }
    }
  }
}

extension Unicode.Scalar.Properties {
  var isControl: Bool { generalCategory == .control }
}
