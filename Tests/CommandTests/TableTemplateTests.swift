import Foundation
import Testing

/// What `contrib/aws` creates and allows is what the command needs.
@Suite struct TableTemplateTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("contrib/aws").path

  /// Reads the template without CloudFormation's additions to YAML.
  private static let reading = """
    import boto3, json, os, sys, yaml
    class Loader(yaml.SafeLoader): pass
    Loader.add_multi_constructor("!", lambda loader, tag, node: loader.construct_scalar(node))
    template = yaml.load(open("\(folder)/table.yaml"), Loader)

    """

  @Test("A table made from the template passes check") func templateTable() async throws {
    try await World.with { world in
      var world = world
      world.table = try Table("cdnotify", on: .moto)
      try await world.python(
        Self.reading + """
          given = template["Resources"]["Table"]["Properties"]
          db = boto3.client("dynamodb", region_name="us-east-1", endpoint_url="\(world.aws.endpoint)",
            aws_access_key_id="\(AWSPeer.accessKey)", aws_secret_access_key="\(AWSPeer.secretKey)")
          db.create_table(TableName="cdnotify", **{key: given[key] for key in
            ("BillingMode", "AttributeDefinitions", "KeySchema")})
          db.update_time_to_live(TableName="cdnotify",
            TimeToLiveSpecification=given["TimeToLiveSpecification"])
          db.update_continuous_backups(TableName="cdnotify",
            PointInTimeRecoverySpecification=given["PointInTimeRecoverySpecification"])
          """)
      let run = try await world.cdnotify("check")
      #expect(run.status == 0)
      #expect(run.output.hasPrefix("ok      store        dynamodb:cdnotify  0 registrations\n"))
    }
  }

  @Test("The policies allow the actions that are used, and no others")
  func policies() async throws {
    try await World.with(.moto) { world in
      try await world.aws.applications(["checkout"])
      let file = world.path("store.jsonl")
      try await world.aws.forgetRequests()
      try await world.aws.deploy("checkout", #""create_time": 0"#)
      for command in [
        ["register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook"], ["poll"],
        ["history"], ["retry", "--all"], ["export", "--include-secrets", "--output", file],
        ["import", file], ["check"],
      ] {
        let run = try await world.cdnotify(command)
        #expect(run.status == 0, "\(command): \(run.error)")
      }
      // The permissions of a transaction are those of its actions.
      let used = Set(
        try await world.aws.requests("service=dynamodb").compactMap { $0["operation"].string }
      ).subtracting(["TransactWriteItems"])
      let text = try await world.python(
        Self.reading + """
          def actions(policy, *but):
            return sorted(action.removeprefix("dynamodb:") for statement in policy["Statement"]
              if statement["Sid"] not in but for action in statement["Action"])
          print(json.dumps([
            actions(template["Resources"]["PollPolicy"]["Properties"]["PolicyDocument"]),
            actions(json.load(open("\(Self.folder)/table-policy.json")), "OnlyForCheckCreateTable")]))
          """)
      for policy in try JSON(text).array {
        let allowed = Set(policy.array.compactMap(\.string))
        // A single item is read after a conflicting write and for channels' notes; some
        // transactions contain a condition check.
        #expect(
          allowed.subtracting(used).isSubset(of: ["GetItem", "ConditionCheckItem"]),
          "\(allowed) \(used)")
        #expect(used.isSubset(of: allowed), "\(used.subtracting(allowed))")
      }
    }
  }
}
