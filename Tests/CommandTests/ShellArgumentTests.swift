import Testing

@testable import cdnotify

@Suite struct ShellArgumentTests {
  @Test(
    "A name in a suggested command is one argument of a shell",
    arguments: [
      ("checkout-api_2.0", "checkout-api_2.0"), ("a b", "'a b'"), ("it's", #"'it'\''s'"#),
      ("&#;$x", "'&#;$x'"), ("ünï", "'ünï'"), ("", "''"), ("~", "'~'"), ("a=b", "'a=b'"),
    ])
  func shell(text: String, argument: String) { #expect(text.shellArgument == argument) }
}
