import Testing

@testable import DeploymentNotifier

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
      ("", "a store needs a path, as in sqlite:/var/lib/announced.db"),
      ("sqlite:", "a store needs a path, as in sqlite:/var/lib/announced.db"),
      (
        "dynamo:announced",
        "there is no store of the kind \"dynamo\"; did you mean dynamodb? Known: sqlite, dynamodb. For "
          + "a file with a colon in its name write sqlite:dynamo:announced or ./dynamo:announced"
      ),
      (
        "dynamodb:a",
        "dynamodb:a: a DynamoDB table's name has 3 to 255 letters, digits, dashes, dots and "
          + "underscores"
      ),
      (
        "dynamodb:a b c",
        "dynamodb:a b c: a DynamoDB table's name has 3 to 255 letters, digits, dashes, dots and "
          + "underscores"
      ),
      (
        "dynamodb:abc?zone=x",
        "dynamodb:abc?zone=x: only ?region=REGION can follow the table's name"
      ),
      (
        "dynamodb:abc?region=",
        "dynamodb:abc?region=: only ?region=REGION can follow the table's name"
      ),
    ])
  func wrongNames(_ name: String, _ sentence: String) throws {
    let problem = try #require(throws: StoreNameProblem.self) { try StoreChoice(named: name) }
    #expect(problem.description == sentence)
  }

  @Test("A table without a region is refused with where to give it") func noRegion() {
    #expect(
      StoreNameProblem("announced", .missingRegion).description
        == "no region for the table announced: give it to .dynamoDB, or set AWS_REGION in the "
        + "notifier's AWS settings")
  }
}
