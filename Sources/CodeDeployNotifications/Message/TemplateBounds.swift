/// Bounds of a template, checked before it is parsed: the parser recurses into nested sections
/// without a bound of its own.
enum TemplateBounds {
  static let maximumBytes = 64 << 10
  /// The number of sections in a whole template, nested or not.
  static let maximumSections = 200

  /// The bound that a template exceeds, in words; `nil` for none.
  static func problem(_ text: String) -> String? {
    let bytes = Array(text.utf8)
    guard bytes.count <= maximumBytes else {
      return "is larger than \(maximumBytes >> 10) KiB"
    }
    return sections(bytes) > maximumSections ? "has more than \(maximumSections) sections" : nil
  }

  private static let markers = Set("#^$<".utf8)

  /// An upper bound on the number of sections: markers after `{{`. Where a template changes its
  /// delimiters, which begins with `{{=`, any marker may open one.
  private static func sections(_ bytes: [UInt8]) -> Int {
    let brace = UInt8(ascii: "{")
    var markers = 0
    var markersInTags = 0
    var changesDelimiters = false
    for index in bytes.indices.dropFirst(2) {
      let isTag = bytes[index - 1] == brace && bytes[index - 2] == brace
      if isTag, bytes[index] == UInt8(ascii: "=") { changesDelimiters = true }
      guard Self.markers.contains(bytes[index]) else { continue }
      markers += 1
      if isTag { markersInTags += 1 }
    }
    return changesDelimiters ? markers : markersInTags
  }
}
