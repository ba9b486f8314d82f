/// What a template may be at the most, counted before it is parsed: the parser calls itself for each
/// section within another, and has no bound of its own.
enum TemplateBounds {
  static let maximumBytes = 64 << 10
  /// Of a whole template, whether they stand in each other or not.
  static let maximumSections = 200

  /// What is too much about a template; `nil` where nothing is.
  static func problem(_ text: String) -> String? {
    let bytes = Array(text.utf8)
    guard bytes.count <= maximumBytes else {
      return "is larger than \(maximumBytes >> 10) KiB"
    }
    return sections(bytes) > maximumSections ? "has more than \(maximumSections) sections" : nil
  }

  private static let markers = Set("#^$<".utf8)

  /// How many sections there are at the most: markers behind `{{`. Where a template changes its
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
