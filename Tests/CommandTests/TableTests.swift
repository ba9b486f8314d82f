import Foundation
import Testing

/// A DynamoDB table as the store: its name, its region, and trouble with it.
@Suite struct TableTests {
  @Test(
    "A store's name that makes no sense is refused, with the form that it has to have",
    arguments: [
      ("dynamodb:", "has 3 to 255 letters"), ("dynamodb:no", "has 3 to 255 letters"),
      ("dynamodb:größe", "has 3 to 255 letters"), ("dynamodb:table?x=1", "?region=REGION"),
      ("dynamodb:table?region=", "?region=REGION"), ("sqlite:", "needs a path"),
    ])
  func wrongName(store: String, says: String) async throws {
    try await World.with { world in
      let run = try await world.cdnotify("list", "--store", store)
      #expect(run.status == 64)
      #expect(run.error.contains(says), "\(run.error)")
    }
  }

  @Test("A table's region is the one in its name, or the environment's")
  func tableRegion() async throws {
    try await World.with { world in
      let here = try await world.withTable()
      let there = ["--store", "dynamodb:cdnotify?region=eu-west-1"]
      #expect(try await here.cdnotify(["list"] + there).status == 69)
      #expect(try await here.cdnotify(["check", "--create-table"] + there).status == 0)
      #expect(try await here.cdnotify(["list"] + there).status == 0)
      let none = try await here.cdnotify(["list"], changes: ["AWS_REGION": ""])
      #expect(none.status == 64)
      #expect(none.error.contains("no region for the store: set AWS_REGION"))
      #expect(try await here.cdnotify(["list"] + there, changes: ["AWS_REGION": ""]).status == 0)
    }
  }

  @Test("Trouble with a table's credentials, server and permissions is told apart")
  func tableTrouble() async throws {
    try await World.with { world in
      let world = try await world.withTable()
      let rows: [([String: String], Int32, String)] = [
        (["AWS_SECRET_ACCESS_KEY": "wrong"], 77, "check that the keys"),
        (["AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""], 77, "set AWS_ACCESS_KEY_ID"),
        (["AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:1"], 69, "check the network"),
      ]
      for (changes, status, says) in rows {
        let run = try await world.cdnotify(["poll"], changes: changes)
        #expect(run.status == status)
        #expect(run.error.contains(says), "\(run.error)")
        #expect(run.error.split(separator: "\n").count == 1)
      }
      try await world.aws.deny(#"{"deny": ["dynamodb:Query"]}"#)
      let denied = try await world.cdnotify("poll")
      #expect(denied.status == 69)
      #expect(denied.error.contains("allow the action for the table in the IAM policy"))
    }
  }
}
