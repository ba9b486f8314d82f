import Foundation
import Testing

/// The place of a test's store.
enum StorePlace: String, Sendable, CustomTestStringConvertible {
  case file
  /// A table of moto's DynamoDB, behind the local AWS.
  case moto
  /// A table of ministack's.
  case ministack

  var testDescription: String { rawValue }
}

/// A DynamoDB table that is a world's store.
struct Table: Sendable {
  let name: String
  /// The server of the table, if it isn't the local AWS.
  let endpoint: String?
  /// Keeps that server running.
  private let server: PeerProcess?

  var store: String { "dynamodb:\(name)" }

  init(_ name: String, on place: StorePlace) throws {
    self.name = name
    server = place == .ministack ? try PeerProcess(module: "second_dynamodb") : nil
    endpoint = server?.announcement["endpoint"].string
  }

  /// Runs a script that has the table's items in `items`, the deployments' entries in `entries` by
  /// partition, and a function to store an entry.
  private func python(_ world: World, _ script: String) async throws -> String {
    let prelude = """
      import hashlib, json, os, boto3
      db = boto3.client("dynamodb", region_name="us-east-1", endpoint_url="\(
        endpoint ?? world.aws.endpoint)")
      items = []
      for page in db.get_paginator("scan").paginate(TableName="\(name)", ConsistentRead=True):
        items += page["Items"]
      deployments = {item["pk"]["S"]: item for item in items if "entry" in item}
      entries = {key: json.loads(item["entry"]["S"]) for key, item in deployments.items()}
      signs = {item["sk"]["S"] for item in items if item["sk"]["S"].startswith("live#")}
      def number(entry, one):
        scope, hash = entry["key"]["scope"], hashlib.sha256()
        for part in (scope["region"], scope["profile"], scope["roleARN"], entry["key"]["id"],
                     one["event"], one["channel"]):
          data = part.encode()
          hash.update(len(data).to_bytes(8, "big") + data)
        return "cdn_" + hash.hexdigest()[:32]
      def put(key, entry):
        item = deployments[key]
        item["entry"] = {"S": json.dumps(entry)}
        item["version"] = {"N": str(int(item["version"]["N"]) + 1)}
        db.put_item(TableName="\(name)", Item=item)

      """
    return try await ScriptPeer.run(
      prelude + script,
      environment: [
        "AWS_ACCESS_KEY_ID": AWSPeer.accessKey, "AWS_SECRET_ACCESS_KEY": AWSPeer.secretKey,
        "HOME": world.home,
      ], folder: world.home)
  }

  func delete(_ world: World) async throws {
    _ = try await python(world, #"db.delete_table(TableName="\#(name)")"#)
  }

  /// Rows of id, deployment, event, channel, state and claim.
  func ledger(_ world: World, thenTimePasses: Bool) async throws -> JSON {
    try JSON(
      try await python(
        world,
        """
        rows = []
        for key, entry in entries.items():
          waits = False
          for one in entry["notifications"]:
            rows.append([number(entry, one), entry["key"]["id"], one["event"], one["channel"],
                         one["state"], one.get("claim", {}).get("token")])
            if one["state"] == "sending": one["claim"]["until"], waits = 1, True
            if one["state"] == "pending": one["next_attempt_at"], waits = 1, True
          if waits and \(thenTimePasses ? "True" : "False"): put(key, entry)
        print(json.dumps(rows))
        """))
  }

  /// `ok`, or what is wrong: a marker exists exactly while its deployment is unsettled, and every
  /// other deployment has a `ttl`.
  func integrity(_ world: World) async throws -> String {
    try await python(
      world,
      """
      ends, wrong = ("Succeeded", "Failed", "Stopped"), []
      for key, entry in entries.items():
        item = deployments[key]
        is_in_flight = entry.get("deployment", {}).get("status") not in ends
        waits = any(one["state"] in ("pending", "sending") for one in entry["notifications"])
        is_unsettled = waits or is_in_flight and item["watched"]["BOOL"]
        if is_unsettled != (key.replace("deployment#", "live#", 1) in signs): wrong.append("sign of " + key)
        if is_unsettled == ("ttl" in item): wrong.append("time of " + key)
      if len(signs) > len(entries): wrong.append("signs of nothing")
      desk = {item["sk"]["S"]: item for item in items if item["pk"]["S"] == "desk"}
      expected = set()
      for key, item in desk.items():
        if not key.startswith("registration#"): continue
        record, (_, name, *scope) = json.loads(item["record"]["S"]), key.split("#")
        id = record["registration"].get("externalID", "")
        expected.add("#".join(["place", *scope, id]))
        if not all(one["isSettled"] for one in record["baselines"].values()):
          expected.add("#".join(["fresh", name, *scope]))
      found = {key for key in desk if key.startswith(("place#", "fresh#"))}
      if found != expected: wrong.append(f"signs {sorted(found)} instead of {sorted(expected)}")
      if any("doubtful" in item for item in desk.values()): wrong.append("a sign in doubt")
      print("; ".join(wrong) or "ok", end="")
      """)
  }
}

extension World {
  /// Runs `body` in a fresh world with its store in that place; the command creates a table.
  static func with(_ place: StorePlace, _ body: (World) async throws -> Void) async throws {
    try await with { world in
      guard place != .file else { return try await body(world) }
      try await body(try await world.withTable(on: place))
    }
  }

  func deleteTable() async throws { try await table?.delete(self) }

  /// The same world with its store in a new table.
  func withTable(_ name: String = "cdnotify", on place: StorePlace = .moto) async throws -> World {
    var world = self
    world.table = try Table(name, on: place)
    let run = try await world.cdnotify("check", "--create-table", "--quiet")
    try #require(run.status == 0, "\(run.error)")
    return world
  }
}
