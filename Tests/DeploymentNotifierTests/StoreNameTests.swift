import DeploymentNotifier
import Testing

@Suite("A store's name in a configuration")
struct StoreNameTests {
  @Test(
    "A name stands for a file or a table",
    arguments: [
      ("/var/lib/a.db", StoreChoice.sqlite("/var/lib/a.db")), ("a.db", .sqlite("a.db")),
      ("sqlite:x:y.db", .sqlite("x:y.db")), ("./x:y.db", .sqlite("./x:y.db")),
      ("dynamodb:announced", .dynamoDB("announced")),
      ("dynamodb:announced?region=eu-west-1", .dynamoDB("announced", region: "eu-west-1")),
    ])
  func names(_ name: String, _ store: StoreChoice) throws {
    #expect(try StoreChoice(named: name) == store)
  }

  @Test(
    "A wrong name is refused without naming the command's options",
    arguments: [
      "", "sqlite:", "dynamo:announced", "dynamodb:a", "dynamodb:a b c", "dynamodb:abc?zone=x",
      "dynamodb:abc?region=",
    ])
  func wrongNames(_ name: String) throws {
    let problem = try #require(throws: StoreNameProblem.self) { try StoreChoice(named: name) }
    #expect(!problem.description.isEmpty && !problem.description.contains("--"))
  }
}
