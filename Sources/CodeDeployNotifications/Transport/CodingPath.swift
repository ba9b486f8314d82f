extension [any CodingKey] {
  /// The place in a JSON document, such as `events[0].content`; empty for the document itself.
  package var place: String {
    reduce("") { path, key in
      if let index = key.intValue { return "\(path)[\(index)]" }
      return path.isEmpty ? key.stringValue : "\(path).\(key.stringValue)"
    }
  }
}
