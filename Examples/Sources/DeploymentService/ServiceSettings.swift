/// The settings in the service's environment. The notifier itself reads `AWS_*`.
struct ServiceSettings: Sendable {
  var host: String
  var port: Int
  /// The path of the store, which is created if it is missing.
  var store: String
  var interval: Duration
  /// Names of variables that registrations may refer to, as `env:NAME`.
  var references: Set<String>
  /// The token that callers have to send, as `Authorization: Bearer …`.
  var token: String

  struct Problem: Error, CustomStringConvertible {
    var description: String
  }

  init(_ variables: [String: String]) throws {
    host = variables["HOST"] ?? "127.0.0.1"
    store = variables["STORE"] ?? "announced.db"
    references = Set((variables["REFERENCES"] ?? "").split(separator: ",").map(String.init))
    guard let port = Int(variables["PORT"] ?? "8080"), (0...65_535).contains(port) else {
      throw Problem(description: "PORT must be a whole number from 0 to 65535")
    }
    guard let seconds = Int(variables["POLL_SECONDS"] ?? "5"), (1...86_400).contains(seconds) else {
      throw Problem(description: "POLL_SECONDS must be a whole number from 1 to 86400")
    }
    guard let token = variables["SERVICE_TOKEN"], token.utf8.count >= 16 else {
      throw Problem(description: "SERVICE_TOKEN must be set, and have 16 characters or more")
    }
    self.port = port
    interval = .seconds(seconds)
    self.token = token
  }
}
