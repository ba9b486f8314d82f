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
    guard region.wholeMatch(of: /[a-z]{2,}(-[a-z0-9]+)+-[0-9]{1,2}/) != nil else {
      throw DocumentProblem(
        path, "\"\(region)\" is not a region; one looks like eu-west-1")
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
