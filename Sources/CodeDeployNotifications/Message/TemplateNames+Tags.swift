extension TemplateNames {
  /// What is between two pairs of braces.
  struct Tag {
    let text: Substring
    /// Its first character, which says what it is.
    let kind: Character?
    /// The functions that are applied to the name, the outermost first.
    private(set) var functions: [Substring] = []
    /// The name; `nil` for tags without one, and for the ends of sections.
    private(set) var name: Substring?

    init(_ text: Substring) {
      self.text = text
      kind = text.first { !" {\t\n\r".contains($0) }
      var rest = text.drop { " {#^&\t\n\r".contains($0) }
      // Comments, partials, parents, pragmas and delimiters have no name of a value.
      guard let first = rest.first, !"/!><%$=.".contains(first) else { return }
      while let open = rest.firstIndex(of: "("), let close = rest.lastIndex(of: ")"), open < close {
        functions.append(rest[..<open])
        rest = rest[rest.index(after: open)..<close]
      }
      let name = rest.prefix { $0.isLetter || $0.isNumber || "_.-".contains($0) }
      if !name.isEmpty { self.name = name }
    }

    var isSection: Bool { kind == "#" || kind == "^" }

    /// Whether it is the value of the section around it.
    var isDot: Bool {
      text.filter { !" {&\t\n\r".contains($0) } == "."
    }

    /// Whether there is nothing in it, which stands for all values at once.
    var isEmpty: Bool { text.allSatisfy { " {#^&\t\n\r".contains($0) } }
  }

  /// Whether a template has two braces that nothing closes.
  static func endsInTag(_ template: String) -> Bool {
    var rest = template[...]
    while let begin = rest.firstRange(of: "{{") {
      guard let end = rest[begin.upperBound...].firstRange(of: "}}") else { return true }
      rest = rest[end.upperBound...]
    }
    return false
  }

  static func tags(of template: String) -> [Tag] {
    var tags: [Tag] = []
    var rest = template[...]
    while let begin = rest.firstRange(of: "{{") {
      rest = rest[begin.upperBound...]
      guard let end = rest.firstRange(of: "}}") else { break }
      let text = rest[..<end.lowerBound]
      tags.append(Tag(text))
      rest = rest[end.upperBound...]
    }
    return tags
  }

  /// Functions of all templates
  /// (https://docs.hummingbird.codes/2.0/documentation/mustache/mustachefeatures).
  private static let functions: Set<Substring> = [
    "capitalized", "lowercased", "uppercased", "reversed", "empty", "first", "last", "count",
    "enumerated", "sorted", "even", "odd", "index", "equalzero", "plusone", "minusone",
  ]

  /// Sentences about functions that make nothing of their value.
  static func functionWarnings(
    _ setting: String, _ template: String, ofRequest isRequest: Bool
  ) -> [String] {
    let known = isRequest ? functions.union(["epoch", "plain"]) : functions
    var warnings: [String] = []
    func warn(_ words: String) {
      let warning = "\(setting): \(words)"
      if !warnings.contains(warning) { warnings.append(warning) }
    }
    for tag in tags(of: template) {
      for function in tag.functions where !known.contains(function) {
        let hint =
          NearestName.of(String(function), among: known.map(String.init).sorted())
          .map { "; did you mean \($0)?" } ?? ""
        warn("there is no function named \(function)\(hint)")
      }
      // A label may be a time.
      if isRequest, tag.functions.last == "epoch", let name = tag.name, name != ".",
        !name.hasSuffix("_at"), !name.hasPrefix("labels.")
      {
        warn("epoch is for times, such as {{epoch(completed_at)}}; \(name) is none")
      }
    }
    return warnings
  }
}
