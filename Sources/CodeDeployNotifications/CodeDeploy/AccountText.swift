/// How an account is called for people.
enum AccountText {
  /// Its name with its id, or what is known of them; `nil` where nothing is.
  static func text(name: String?, id: String?) -> String? {
    guard let name else { return id }
    return id.map { "\(name) (\($0))" } ?? name
  }
}
