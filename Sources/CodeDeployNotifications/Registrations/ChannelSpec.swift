/// Reads a channel as written on the command line: `TYPE[,key=value]…`. Fields are separated as in
/// CSV, and a repeated key makes a list.
package enum ChannelSpec {
  /// Throws `DocumentProblem`. Its messages never repeat a value, which may be a secret.
  ///
  /// - Parameter place: Where the text was given, for its problems: an option or a parameter.
  package static func parse(
    _ spec: String, catalog: ChannelCatalog, at place: String = "channels"
  ) throws -> ChannelConfiguration {
    var fields = try fields(of: spec, at: place)[...]
    // Anything else may be an address, which isn't repeated.
    guard let type = fields.popFirst(), type.wholeMatch(of: /[A-Za-z][A-Za-z0-9_-]{0,63}/) != nil
    else {
      throw DocumentProblem(
        place, "a channel begins with its type, as in webhook,url=https://example.com/hook")
    }
    var members: [DocumentValue.Member] = []
    for field in fields {
      guard let equals = field.firstIndex(of: "="), equals != field.startIndex else {
        throw DocumentProblem(
          "\(place) \(type)",
          "every field after the type is key=value; "
            + "quote a field that contains a comma, as in \"title=one, two\"")
      }
      let key = String(field[..<equals])
      let value = DocumentValue.text(String(field[field.index(after: equals)...]))
      if let index = members.firstIndex(where: { $0.key == key }) {
        members[index].value = .list(values(members[index].value) + [value])
      } else {
        members.append(DocumentValue.Member(key, value))
      }
    }
    return try ChannelReader(catalog: catalog, keys: .spec)
      .channel(type: type, members, at: "\(place) \(type)")
  }

  private static func values(_ value: DocumentValue) -> [DocumentValue] {
    if case .list(let values) = value { return values }
    return [value]
  }

  /// Splits at commas. A quoted part, a whole field or a value, keeps its commas; a doubled quote
  /// within it stands for one quote.
  private static func fields(of spec: String, at place: String) throws -> [String] {
    var fields: [String] = []
    var field = ""
    var rest = spec[...]
    var isQuoted = false
    while let character = rest.popFirst() {
      switch character {
      case "\"" where isQuoted:
        if rest.first == "\"" {
          field.append("\"")
          rest.removeFirst()
        } else {
          isQuoted = false
        }
      case "\"" where field.isEmpty || field.hasSuffix("=") && !field.dropLast().contains("="):
        isQuoted = true
      case "," where !isQuoted:
        fields.append(field)
        field = ""
      default: field.append(character)
      }
    }
    guard !isQuoted else { throw DocumentProblem(place, "a quoted part has no closing quote") }
    return fields + [field]
  }
}
