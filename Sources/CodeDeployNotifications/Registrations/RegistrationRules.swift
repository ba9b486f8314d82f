/// The rules for the parts of a registration.
package enum RegistrationRules {
  /// An application's name has 1 to 100 characters. Source: `ApplicationName` of CodeDeploy's
  /// service model.
  package static func checkApplication(_ name: String, at path: String) throws(DocumentProblem) {
    guard (1...100).contains(name.count) else {
      throw DocumentProblem(path, "must have 1 to 100 characters, as CodeDeploy's names do")
    }
    try checkShown(name, at: path)
  }

  /// A text that is shown unchanged must not contain anything that controls a terminal or disguises
  /// it as another text.
  static func checkShown(_ text: String, at path: String) throws(DocumentProblem) {
    guard !text.unicodeScalars.contains(where: \.properties.isControl), text.cleaned == text else {
      throw DocumentProblem(
        path,
        "must not contain control characters, or others that change how text is shown")
    }
  }

  /// A profile's name. AWS's tools have no bound for it except the length of a line in the file.
  package static func checkProfile(_ name: String, at path: String) throws(DocumentProblem) {
    guard name.count <= 200, name.oneLine == name else {
      throw DocumentProblem(
        path, "must be one line of at most 200 characters, without control characters")
    }
  }

  /// Source: `externalIdType` of the model of AWS's STS.
  package static func checkExternalID(_ id: String, at path: String) throws(DocumentProblem) {
    guard id.wholeMatch(of: /[A-Za-z0-9_+=,.@:\/-]{2,1224}/) != nil else {
      throw DocumentProblem(
        path, "must have 2 to 1224 characters: letters, digits and _+=,.@:/-, as in AWS")
    }
  }

  /// The creators of deployments.
  static func checkCreators(_ names: [String], at path: String) throws(DocumentProblem) {
    try checkCount(names.count, at: path)
    for name in names where !(1...100).contains(name.count) || name.oneLine != name {
      throw DocumentProblem(
        path, "must be names with 1 to 100 characters, without control characters")
    }
  }

  /// An identity and an e-mail address.
  static func checkPerson(
    _ name: String, address: String, at path: String
  ) throws(DocumentProblem) {
    guard (1...320).contains(name.count), name.oneLine == name else {
      throw DocumentProblem(
        path, "the name must be one line of 1 to 320 characters, without control characters")
    }
    guard address.count <= 320, address.oneLine == address, address.contains("@"),
      !address.contains(where: \.isWhitespace)
    else {
      throw DocumentProblem(path, "must be an address, such as ada@example.com")
    }
  }

  /// The most entries of a registration's list: each cycle goes through all of them.
  static func checkCount(_ count: Int, at path: String) throws(DocumentProblem) {
    guard count <= 1000 else { throw DocumentProblem(path, "has more than 1000 entries") }
  }

  /// The most labels of a registration. AWS has the same bound for a resource's tags
  /// (https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html).
  static let mostLabels = 50

  package static func checkLabelCount(_ count: Int, at path: String) throws(DocumentProblem) {
    guard count <= mostLabels else {
      throw DocumentProblem(path, "has more than \(mostLabels) labels")
    }
  }

  package static func checkRegion(_ region: String, at path: String) throws(DocumentProblem) {
    guard isRegion(region) else {
      throw DocumentProblem(
        path, "\"\(region)\" is not a region; one looks like eu-west-1")
    }
  }

  /// Two letters or more, words of letters and digits, and a number, joined by hyphens. A regular
  /// expression would be parsed again for each registration of a file.
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

  package static func checkRole(_ arn: String, at path: String) throws(DocumentProblem) {
    guard
      arn.isEmpty || arn.wholeMatch(of: /arn:aws[a-z-]*:iam::[0-9]{12}:role\/[!-~]{1,600}/) != nil
    else {
      throw DocumentProblem(
        path,
        "\"\(arn)\" is not a role's ARN; one looks like arn:aws:iam::123456789012:role/NAME")
    }
  }

  /// Domains of e-mail addresses.
  package static func checkDomains(_ domains: [String], at path: String) throws(DocumentProblem) {
    let form = /[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+/
    for domain in domains where domain.utf8.count > 253 || domain.wholeMatch(of: form) == nil {
      throw DocumentProblem(
        path, "\"\(domain)\" is not the domain of an address; one looks like example.com")
    }
  }

  /// Patterns of deployment groups.
  package static func checkGroups(_ patterns: [String], at path: String) throws(DocumentProblem) {
    try checkCount(patterns.count, at: path)
    for pattern in patterns {
      guard pattern.count <= 500 else {
        throw DocumentProblem(path, "must be patterns with at most 500 characters")
      }
      guard !pattern.isEmpty else { throw DocumentProblem(path, "must not be empty; * means all") }
      try checkShown(pattern, at: path)
      if let problem = Glob.problem(in: pattern) {
        throw DocumentProblem(path, "\"\(pattern)\" \(problem)")
      }
    }
  }
}

extension Unicode.Scalar.Properties {
  var isControl: Bool { generalCategory == .control }
}
