import ChannelKit
import Programs

extension Redaction {
  /// The first line of a program's output that isn't empty.
  func firstLine(_ output: KeptOutput) -> String {
    let said = String(decoding: output.bytes, as: UTF8.self)
    let whole = output.isCut ? String(masked(said + "…").dropLast(longest)) : masked(said)
    return whole.split(whereSeparator: \.isNewline).lazy.map { line(String($0)) }
      .first { !$0.isEmpty } ?? ""
  }

  /// The end of a program's output, as one line.
  func end(_ output: KeptOutput) -> String {
    let said = String(decoding: output.bytes, as: UTF8.self)
    let whole = output.isCut ? String(masked("…" + said).dropFirst(longest)) : masked(said)
    return masked(whole.oneLine).cutFront(to: Self.limit, .utf16)
  }
}
