import CodeDeployNotifications

/// The labels of `cdnotify_registration_info`: what is registered, with the account's name and the
/// registration's own labels, to join to other metrics.
struct RegistrationMetrics {
  /// More registrations than these aren't in the file: each is a series.
  static let most = 1_000

  private let registrations: [Registration]
  private let accounts: AccountNames

  init(_ registrations: [Registration], _ accounts: AccountNames) {
    self.registrations = registrations.sorted {
      ($0.application, $0.scope) < ($1.application, $1.scope)
    }
    self.accounts = accounts
  }

  /// The labels of each registration, in an order that stays.
  var samples: [String] {
    registrations.prefix(Self.most).map { registration in
      let scope = registration.scope
      return Self.text(
        [
          ("application", registration.application), ("region", scope.region),
          ("account_id", accounts.id(of: scope) ?? ""),
          ("account_name", accounts.name(by: registration) ?? ""),
          ("profile", scope.profile), ("role_arn", scope.roleARN),
        ] + Self.own(registration.labels))
    }
  }

  /// The registration's labels, with names that Prometheus takes.
  private static func own(_ labels: [String: String]) -> [(String, String)] {
    let names = UniqueNames.of(labels.keys, prefix: "label_")
    return labels.sorted { $0.key < $1.key }.map { (names[$0.key] ?? $0.key, $0.value) }
  }

  /// Labels in the text format. An empty one is none.
  static func text(_ labels: [(name: String, value: String)]) -> String {
    let texts = labels.filter { !$0.value.isEmpty }.map { name, value in
      let escaped = value.oneLine.substituting("\\", with: "\\\\").substituting("\"", with: "\\\"")
      return "\(name)=\"\(escaped)\""
    }
    return texts.isEmpty ? "" : "{\(texts.joined(separator: ","))}"
  }
}
