import Dispatch
import Foundation

/// Stops work properly when the process is told to stop.
enum StopSignals {
  /// Runs `body` and cancels it at the first SIGTERM, SIGINT or SIGHUP. A second signal ends the
  /// process, as it would without this. A terminal that goes away doesn't concern a process that was
  /// started to ignore that, as by nohup.
  static func stopping<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) async
    -> Value
  {
    let work = Task(operation: body)
    let ignored = unsafeBitCast(SIG_IGN, to: Int.self)
    let sources = [SIGTERM, SIGINT, SIGHUP].compactMap { number -> (any DispatchSourceSignal)? in
      let before = unsafeBitCast(signal(number, SIG_IGN), to: Int.self)
      if number == SIGHUP, before == ignored { return nil }
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
