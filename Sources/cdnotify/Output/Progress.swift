import CodeDeployNotifications
import Foundation
import Synchronization

/// A line on the terminal that shows the progress of long work.
enum Progress {
  /// The counts of what was done so far.
  final class Tally: Sendable {
    private let counts = Mutex<[(noun: String, count: Int)]>([])

    /// Counts `count` more of what `noun` names, such as `record`.
    func add(_ noun: String, _ count: Int = 1) {
      counts.withLock { counts in
        if let index = counts.firstIndex(where: { $0.noun == noun }) {
          counts[index].count += count
        } else {
          counts.append((noun, count))
        }
      }
    }

    /// `Importing … 2 records, 3 s`
    func line(_ what: String, seconds: Int) -> String {
      let counted = counts.withLock { $0.map { $0.count.counted($0.noun) } }
      return "\(what) … " + (counted + ["\(seconds) s"]).joined(separator: ", ")
    }
  }

  /// Runs `body`. If standard error is a terminal and the work takes longer than a second, a line
  /// shows the counts and the seconds. It is removed at the end.
  static func show<Value: Sendable>(
    _ what: String, quiet: Bool, while body: @escaping @Sendable (Tally) async throws -> Value
  ) async rethrows -> Value {
    let tally = Tally()
    guard !quiet, Console.isErrorTerminal else { return try await body(tally) }
    let line = Task {
      var seconds = 0
      while (try? await Task.sleep(for: .seconds(1))) != nil {
        seconds += 1
        Console.progress(tally.line(what, seconds: seconds))
      }
      return seconds > 0
    }
    func clear() async {
      line.cancel()
      if await line.value { Console.progress("") }
    }
    do {
      let value = try await body(tally)
      await clear()
      return value
    } catch {
      await clear()
      throw error
    }
  }
}
