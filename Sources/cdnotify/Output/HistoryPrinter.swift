import CodeDeployNotifications
import DeploymentNotifier

/// Prints entries one by one: as a JSON array, or as text in groups with aligned columns.
struct HistoryPrinter {
  /// How many entries are aligned together.
  private static let piece = 50
  /// How many bytes of JSON are written at once.
  private static let chunk = 64 << 10

  private let isJSON: Bool
  private let text: HistoryText
  /// The ids that were named on the command line.
  private let names: Set<String>
  private var waiting: [HistoryEntry] = []
  private var json = JSONPrinter(depth: 1)
  private var seen: Set<String> = []
  private var hasBegun = false

  init(isJSON: Bool, text: HistoryText, naming names: Set<String>) {
    self.isJSON = isJSON
    self.text = text
    self.names = names
  }

  mutating func add(_ entry: HistoryEntry) {
    let id = entry.deployment.id
    if seen.isEmpty || names.contains(id) { seen.insert(id) }
    guard isJSON else {
      waiting.append(entry)
      if waiting.count == Self.piece { flush() }
      return
    }
    if !hasBegun { Console.write("[") }
    hasBegun = true
    json.element()
    HistoryDocument(entry).print(to: &json)
    if json.bytes.count >= Self.chunk { flush() }
  }

  /// Prints the rest. Returns the printed ids that were named or, without names, the first id.
  mutating func end() -> Set<String> {
    flush()
    if isJSON { Console.output(hasBegun ? "\n]" : "[]") }
    return seen
  }

  mutating func flush() {
    Console.write(json.bytes)
    json.clear()
    for line in text.lines(of: waiting) { Console.output(line) }
    waiting = []
  }
}
