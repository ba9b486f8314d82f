import Dispatch
import Foundation

/// Stops work properly when the process is told to stop.
enum StopSignals {
  /// Runs `body` and cancels it at the first SIGTERM or SIGINT. A second signal ends the process,
  /// as it would without this.
  static func stopping<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) async
    -> Value
  {
    let work = Task(operation: body)
    let sources = [SIGTERM, SIGINT].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        signal(number, SIG_DFL)
        work.cancel()
      }
      source.activate()
      return source
    }
    let value = await work.value
    for source in sources { source.cancel() }
    return value
  }
}
