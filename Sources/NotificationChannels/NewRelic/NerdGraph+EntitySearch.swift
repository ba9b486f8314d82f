import ChannelKit
import CodeDeployNotifications
import Foundation

extension NerdGraph {
  private static let searchQuery = """
    query($query: String!) { actor { entitySearch(query: $query) { \
    count results { entities { guid name accountId } } } } }
    """

  private struct SearchVariables: Encodable {
    var query: String
  }

  private struct SearchData: Decodable {
    var actor: Actor?

    struct Actor: Decodable { var entitySearch: Search? }
    struct Search: Decodable { var results: Results? }
    struct Results: Decodable { var entities: [Entity?]? }
  }

  private struct Entity: Decodable {
    var guid: String
    var name: String?
    var accountId: AccountID?

    var label: String {
      let account = accountId.map { " (account \($0.text))" } ?? ""
      return "\((name ?? guid).oneLine)\(account)"
    }
  }

  /// Used in messages only, so it may be a string or a number.
  private struct AccountID: Decodable {
    var text: String

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      text = try (try? value.decode(Int.self)).map(String.init) ?? value.decode(String.self)
    }
  }

  /// The GUID of the only APM application of that name. If there is none, or there are several, it
  /// throws a refusal that names them.
  func guid(
    ofApplication name: String, account: Int?, with services: ChannelServices
  ) async throws -> String {
    let variables = SearchVariables(query: Self.search(name: name, account: account))
    let entities = try await ask(
      Self.searchQuery, variables: variables, with: services
    ) { (data: SearchData) in data.actor?.entitySearch?.results?.entities?.compactMap { $0 } }
    // The search ignores case and reads some punctuation as blanks, so the names that it found are
    // compared exactly.
    let matches = entities.filter { $0.name == nil || $0.name == name }
    if matches.count == 1, let match = matches.first { return match.guid }
    let place = account.map { " in account \($0)" } ?? ""
    let wanted = "'\(name.oneLine)'"
    if matches.isEmpty {
      let others = entities.isEmpty ? "" : "; it has \(Self.labels(entities))"
      throw refusal("New Relic has no APM application \(wanted)\(place)\(others)")
    }
    throw refusal(
      "New Relic has \(matches.count) APM applications \(wanted)\(place): "
        + "\(Self.labels(matches)); set account_id or entity_guid")
  }

  private func refusal(_ text: String) -> DeliveryFailure {
    DeliveryFailure(.refused, Redaction([key]).line(text))
  }

  private static func labels(_ entities: [Entity]) -> String {
    let labels = entities.prefix(5).map(\.label).joined(separator: ", ")
    return entities.count > 5 ? "\(labels) and \(entities.count - 5) more" : labels
  }

  /// The search condition for an application by name.
  static func search(name: String, account: Int?) -> String {
    var query = "name = \(quoted(name)) AND domain = 'APM' AND type = 'APPLICATION'"
    if let account { query += " AND accountId = \(account)" }
    return query
  }

  /// A string in the search's query language: backslashes and quotes are escaped by a backslash, as
  /// unescaped ones make the query invalid (New Relic's Terraform provider, issues 1368 and 2223).
  static func quoted(_ text: String) -> String {
    let escaped = text.substituting("\\", with: "\\\\")
      .substituting("'", with: "\\'")
    return "'\(escaped)'"
  }
}
