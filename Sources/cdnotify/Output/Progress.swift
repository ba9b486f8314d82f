import Foundation

/// A line on the terminal that tells that long work is still going on.
enum Progress {
  /// Runs `body`. Where standard error is a terminal and the work takes longer than a second, a
  /// line counts the seconds, and is gone afterwards.
  static func show<Value: Sendable>(
    _ what: String, quiet: Bool, while body: @escaping @Sendable () async -> Value
  ) async -> Value {
    guard !quiet, isatty(STDERR_FILENO) == 1 else { return await body() }
    async let value = body()
    let line = Task {
      var seconds = 0
      while (try? await Task.sleep(for: .seconds(1))) != nil {
        seconds += 1
        Console.progress("\(what) … \(seconds) s")
      }
      return seconds > 0
    }
    let result = await value
    line.cancel()
    if await line.value { Console.progress("") }
    return result
  }
}
