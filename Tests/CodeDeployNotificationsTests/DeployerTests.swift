import CodeDeployNotifications
import Testing

@Suite struct DeployerTests {
  typealias Deployer = DeploymentNotification.Deployer

  private static func mail(_ address: String) -> Deployer {
    Deployer(email: address, source: "description")
  }

  @Test(
    "A description can name who deployed",
    arguments: [
      ("deployed-by: ada@example.com", mail("ada@example.com")),
      ("deployed-by:ada@example.com", mail("ada@example.com")),
      ("Fix it. Deployed-By: ada@example.com, ticket 7", mail("ada@example.com")),
      ("(deployed-by: <ada@example.com>).", mail("ada@example.com")),
      ("one\ndeployed-by: ada@example.com\ntwo", mail("ada@example.com")),
      ("deployed-by: a@b.example deployed-by: c@d.example", mail("a@b.example")),
      ("deployed-by: ada", Deployer(name: "ada", source: "description")),
      ("deployed-by: Ada Lovelace", Deployer(name: "Ada", source: "description")),
      (nil, nil), ("", nil), ("Fix it", nil), ("deployed-by:", nil), ("deployed-by:  ", nil),
      ("deployed-by: ,", nil), ("deployed by ada@example.com", nil),
      ("redeployed-by: ada@example.com", nil), ("not-deployed-by: ada@example.com", nil),
      ("_deployed-by: ada", nil), ("übrigdeployed-by: ada", nil),
      (
        "deployed-by: Ada <ada@example.com>",
        Deployer(name: "Ada", email: "ada@example.com", source: "description")
      ),
      (
        "Fix. DEPLOYED-BY: \"Lovelace, Ada\" <ada@example.com>.",
        Deployer(name: "Lovelace, Ada", email: "ada@example.com", source: "description")
      ),
      ("deployed-by: \"ada@example.com\"", mail("ada@example.com")),
      ("deployed-by: 'ada@example.com'!", mail("ada@example.com")),
      ("deployed-by: ada@example.com.", mail("ada@example.com")),
      ("deployed-by: ada@example.com!", mail("ada@example.com")),
      ("Deployed-by: `ada@example.com`; ok?", mail("ada@example.com")),
      ("deployed-by: <mailto:ada@example.com>", mail("ada@example.com")),
      ("deployed-by: \"Ada Lovelace\"", Deployer(name: "Ada Lovelace", source: "description")),
      ("deployed-by: ada, see a<b and c@d>", Deployer(name: "ada", source: "description")),
      ("deployed-by: ddd deployed-by", Deployer(name: "ddd", source: "description")),
    ] as [(String?, Deployer?)])
  func described(description: String?, deployer: Deployer?) {
    #expect(Deployer(describedIn: description) == deployer)
  }
}
