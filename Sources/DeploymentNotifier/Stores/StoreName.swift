import CodeDeployNotifications

extension StoreChoice {
  /// The store of a name in a configuration: a path, `sqlite:PATH`, `dynamodb:TABLE` or
  /// `dynamodb:TABLE?region=REGION`.
  ///
  /// Throws `StoreNameProblem` where the name is none of these. It doesn't check whether the store
  /// exists.
  public init(named name: String) throws(StoreNameProblem) {
    if Self.isTable(named: name) {
      self = try Self.table(named: name)
      return
    }
    let path = Self.path(in: name)
    guard !path.isEmpty else { throw StoreNameProblem(name, .noPath) }
    // A mistyped kind must not become the name of a new file that nobody polls.
    if path == name, let colon = name.firstIndex(of: ":"), !name[..<colon].contains("/") {
      throw StoreNameProblem(name, .unknownKind(String(name[..<colon])))
    }
    self = .sqlite(path)
  }

  /// Whether a name, valid or not, is meant as a table's.
  package static func isTable(named name: String) -> Bool { name.hasPrefix("dynamodb:") }

  /// The file's path, without a `sqlite:`.
  static func path(in name: String) -> String {
    name.hasPrefix("sqlite:") ? String(name.dropFirst("sqlite:".count)) : name
  }

  /// Reads `dynamodb:TABLE[?region=R]`.
  private static func table(named text: String) throws(StoreNameProblem) -> StoreChoice {
    let parts = text.dropFirst("dynamodb:".count)
      .split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let name = parts.first.map(String.init) ?? ""
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
    let isName =
      (3...255).contains(name.utf8.count)
      && name.unicodeScalars.allSatisfy {
        $0.isASCII && ($0.properties.isAlphabetic || "0123456789_.-".unicodeScalars.contains($0))
      }
    guard isName else { throw StoreNameProblem(text, .badTableName) }
    guard parts.count == 2 else { return .dynamoDB(name) }
    let setting = parts[1].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard setting.count == 2, setting[0] == "region", !setting[1].isEmpty else {
      throw StoreNameProblem(text, .badTableSetting)
    }
    let region = String(setting[1])
    guard (try? RegistrationRules.checkRegion(region, at: "")) != nil else {
      throw StoreNameProblem(text, .badRegion(region))
    }
    return .dynamoDB(name, region: region)
  }
}

/// Why a name doesn't stand for a store.
public struct StoreNameProblem: Error, Sendable, Hashable, CustomStringConvertible {
  package enum Kind: Sendable, Hashable {
    case noPath
    /// The text before the colon isn't a kind of store.
    case unknownKind(String)
    case badTableName
    /// Something other than a region follows the table's name.
    case badTableSetting
    /// What follows `?region=` is none.
    case badRegion(String)
    /// Neither the name nor the AWS settings contain a region.
    case missingRegion
  }

  /// The name that was given; for a missing region, the table's name.
  package var name: String
  package var kind: Kind

  init(_ name: String, _ kind: Kind) {
    self.name = name
    self.kind = kind
  }

  /// A sentence that says what is wrong with the name, and what a valid one looks like.
  public var description: String {
    let name = name.printable
    return switch kind {
    case .noPath: "a store needs a path, as in sqlite:/var/lib/announced.db"
    case .unknownKind(let kind):
      "there is no store of the kind \"\(kind.printable)\"; \(Self.hint(kind)). For a file with a "
        + "colon in its name write sqlite:\(name) or ./\(name)"
    case .badTableName:
      "\(name): a DynamoDB table's name has 3 to 255 letters, digits, dashes, dots and underscores"
    case .badTableSetting: "\(name): only ?region=REGION can follow the table's name"
    case .badRegion(let region):
      "\(name): \"\(region.printable)\" is not a region; one looks like eu-west-1"
    case .missingRegion:
      "no region for the table \(name): give it to .dynamoDB, or set AWS_REGION in the notifier's "
        + "AWS settings"
    }
  }

  /// The known kinds, and the one that may be meant.
  package static func hint(_ kind: String) -> String {
    NearestName.hint(kind, among: ["sqlite", "dynamodb"])
  }
}
