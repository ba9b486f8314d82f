import CodeDeployNotifications
import DeploymentNotifier
import Foundation
import HostFiles

/// Reports problems on standard error: every time on a terminal, and otherwise, as under cron, only
/// what is new.
struct TroubleReporter {
  /// The file that remembers reports; `nil` where there is none, or nothing is to be changed.
  private let file: String?
  private let saysAll: Bool

  /// For polling a store.
  init(
    _ location: StoreLocation, environment: [String: String], isVerbose: Bool, isDryRun: Bool
  ) {
    file = isDryRun ? nil : Self.file(of: location.choice, environment: environment)
    saysAll = Console.isErrorTerminal || isVerbose || file == nil
  }

  /// The file beside the store's file. For a table it is in the user's state folder, because each
  /// host sends mails of its own.
  static func file(of store: StoreChoice, environment: [String: String]) -> String? {
    switch store {
    case .inMemory: return nil
    case .sqlite(let path): return path + ".troubles"
    case .dynamoDB(let name, let region):
      let state = environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
      let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
      guard let base = state ?? home.map({ $0 + "/.local/state" }) else { return nil }
      let table = [name, region].compactMap { $0 }.joined(separator: ".")
      return "\(base)/cdnotify/\(table).troubles"
    }
  }

  func say(_ troubles: [Trouble], working: Set<Trouble.Subject>) {
    if saysAll { for trouble in troubles { Console.log(trouble.line) } }
    guard let file else { return }
    let before = Self.memory(in: file)
    var memory = before
    if saysAll {
      // Cron's mail is another reader's, who still has to hear that it is over.
      memory.end(working.subtracting(troubles.flatMap(\.subjects)))
    } else {
      memory.said(of: troubles, working: working, now: Date()).forEach(Console.log)
    }
    // If it can't be kept, the next run reports everything again.
    if memory != before, let text = try? RowCoding.encode(memory) { Self.keep(text, in: file) }
  }

  private static func memory(in file: String) -> TroubleMemory {
    guard let text = WholeFile.read(file, ownersOnly: true) else { return TroubleMemory() }
    return (try? RowCoding.decode(TroubleMemory.self, from: text)) ?? TroubleMemory()
  }

  private static func keep(_ text: String, in file: String) {
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
    try? FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    try? WholeFile.write(Array(text.utf8), to: file, mode: 0o600)
  }
}
