import ChannelTesting
import CodeDeployNotifications
import Testing

extension ExecChannelTests {
  /// A script, and the outcome of its end.
  struct Ending: Sendable, CustomTestStringConvertible {
    var script: String
    var outcome: @Sendable (String) -> Outcome
    var testDescription: String { script }

    init(_ script: String, _ outcome: @escaping @Sendable (String) -> Outcome) {
      self.script = script
      self.outcome = outcome
    }

    static let all = [
      Ending("exit 0") { _ in .sent("exit status 0") },
      Ending("exit 75") {
        .failed(.tryAgain(after: nil), "\($0) asked to be run again (exit status 75)")
      },
      Ending("echo busy >&2; exit 75") {
        .failed(.tryAgain(after: nil), "\($0) asked to be run again (exit status 75): busy")
      },
      Ending("exit 1") { .failed(.refused, "\($0) failed with exit status 1") },
      Ending("echo one >&2; echo two >&2; echo out; exit 3") {
        .failed(.refused, "\($0) failed with exit status 3: one two")
      },
      Ending("echo said on the wrong stream; exit 3") {
        .failed(.refused, "\($0) failed with exit status 3: said on the wrong stream")
      },
      Ending(#"printf '\033[31mred\033[0m\a' >&2; exit 2"#) {
        .failed(.refused, "\($0) failed with exit status 2: red")
      },
      Ending("no-such-program 2>/dev/null") {
        .failed(.refused, "\($0) failed with exit status 127")
      },
      Ending("kill -9 $$") { .failed(.refused, "\($0) was ended by signal 9") },
      Ending("kill -TERM $$") { .failed(.refused, "\($0) was ended by signal 15") },
      // It doesn't read its input, closes it, or closes its own streams.
      Ending("exec <&-; exit 0") { _ in .sent("exit status 0") },
      Ending("exec >&- 2>&- <&-; sleep 0.05; exit 75") {
        .failed(.tryAgain(after: nil), "\($0) asked to be run again (exit status 75)")
      },
      Ending("yes | head -c 3000000; yes no | head -c 3000000 >&2; echo end >&2; exit 3") {
        .failed(
          .refused,
          "\($0) failed with exit status 3: …o" + String(repeating: " no", count: 98) + " end")
      },
      Ending("yes long | head -c 3000000 | tr -d '\\n'") { _ in
        .sent(String(repeating: "long", count: 74) + "lon…")
      },
    ]
  }
}
