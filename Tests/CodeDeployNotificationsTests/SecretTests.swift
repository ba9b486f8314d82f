import CodeDeployNotifications
import Testing

@Suite struct SecretTests {
  private struct Holder {
    var secret: Secret?
    var list: [Secret]
    var table: [String: Secret]
  }

  /// Every way to print a value, applied to a secret and to what contains it.
  private static func printed() -> [String] {
    let secret = Secret("hunter2")
    let holder = Holder(secret: secret, list: [secret], table: ["a": secret])
    let credentials = AWSCredentials(
      accessKeyID: "AKID", secretAccessKey: secret, sessionToken: secret)
    let values: [Any] = [secret, holder, credentials, Optional(secret) as Any, [secret]]
    return values.flatMap { value in
      var dumped = ""
      dump(value, to: &dumped)
      return [
        "\(value)", String(describing: value), String(reflecting: value), dumped,
        Mirror(reflecting: value).children.map { "\($0.value)" }.joined(),
      ]
    }
  }

  @Test("A secret prints as asterisks") func mask() {
    let secret = Secret("hunter2")
    var dumped = ""
    dump(secret, to: &dumped)
    #expect(Secret.mask == "********")
    #expect(secret.description == "********")
    #expect(secret.debugDescription == "********")
    #expect("\(secret)" == "********")
    #expect(String(reflecting: secret) == "********")
    #expect(dumped == "- ********\n")
    #expect(Mirror(reflecting: secret).children.isEmpty)
  }

  @Test("Nothing that holds a secret shows it", arguments: printed())
  func holders(text: String) {
    #expect(!text.contains("hunter2"))
  }

  @Test("A secret is revealed where it is asked for") func revealed() {
    #expect(Secret("hunter2").revealed == "hunter2")
    #expect(Secret("a") == Secret("a"))
    #expect(Secret("a") != Secret("b"))
  }
}
