import Foundation

/// An application that is announced on several channels, and what has arrived there.
struct FaultScene: Sendable {
  let world: World
  let topic: String

  /// The events that each channel gets.
  static let channels: [String: Set<String>] = [
    "all": ["started", "succeeded", "failed", "stopped"],
    "ends": ["succeeded", "failed", "stopped"], "failures": ["failed"],
    "sns": ["succeeded", "failed", "stopped"], "newrelic": ["succeeded"],
  ]

  /// A notification that a provider accepted.
  struct Arrival: Sendable {
    var id: String
    var slot: Slot
    var at: Date
  }

  /// Creates the application and the providers; the caller registers.
  init(_ world: World) async throws {
    self.world = world
    try await world.aws.applications(["checkout"], groups: ["prod", "other"])
    topic = try await world.aws.topic("deployments")
    try await world.sink.newRelic(#"{"entities": [{"guid": "GUID1", "name": "Checkout API"}]}"#)
  }

  /// The command that registers these of the channels.
  func registering(_ names: String..., options: [String] = []) -> [String] {
    let base = world.sink.url
    let specs = [
      "all": "webhook,name=all,url=\(base)/hook/all,on=started,on=succeeded,on=failed,on=stopped",
      "ends": "webhook,name=ends,url=\(base)/hook/ends",
      "failures": "webhook,name=failures,url=\(base)/hook/failures,on=failed",
      "sns": "sns,topic_arn=\(topic),format=json",
      "newrelic": "newrelic,application_name=Checkout API,base_url=\(base)",
    ]
    return ["register", "checkout", "--group", "prod"] + options
      + names.flatMap { ["--channel", specs[$0] ?? ""] }
  }

  /// The notifications of a deployment with this end, if it was seen after its registration.
  static func slots(of deployment: String, ending status: String, on names: some Sequence<String>)
    -> [Slot]
  {
    names.flatMap { name in
      ["started", status.lowercased()].filter { channels[name]?.contains($0) ?? false }
        .map { Slot(deployment: deployment, event: $0, channel: name) }
    }
  }

  /// Everything that arrived, in order. Requests that a provider didn't accept, or was still
  /// reading, aren't included.
  func arrivals() async throws -> [Arrival] {
    var arrivals: [Arrival] = []
    for request in try await world.sink.requests("/hook") where wasAccepted(request) {
      let channel = request["path"].string?.split(separator: "/").last.map(String.init) ?? ""
      arrivals.append(try arrival(request["body"].string, channel, request["time"]))
    }
    let asked = Dictionary(
      try await world.sink.requests("/graphql").map { ($0["sequence"].int, $0["time"]) },
      uniquingKeysWith: { first, _ in first })
    for event in try await world.sink.newRelicEvents() {
      let facts = event["customAttributes"]
      arrivals.append(
        Arrival(
          id: facts["idempotencyId"].string ?? "",
          slot: Slot(
            deployment: facts["deploymentId"].string ?? "", event: facts["event"].string ?? "",
            channel: "newrelic"),
          at: date(asked[event["request"].int] ?? .null)))
    }
    // SNS' messages have no time; its requests do, in the same order.
    var times: [String: [JSON]] = [:]
    for request in try await world.aws.requests("service=sns&operation=Publish") {
      let id = try JSON(request["input"]["Message"].string ?? "")["id"].string ?? ""
      times[id, default: []].append(request["time"])
    }
    var counts: [String: Int] = [:]
    for message in try await world.aws.published(to: topic) {
      var arrival = try arrival(message["message"].string, "sns", .null)
      let count = counts[arrival.id, default: 0]
      arrival.at = date(times[arrival.id].map { JSON.array($0)[count] } ?? .null)
      counts[arrival.id] = count + 1
      arrivals.append(arrival)
    }
    return arrivals.sorted { $0.at < $1.at }
  }

  private func wasAccepted(_ request: JSON) -> Bool {
    let fault = request["answered"]["fault"]
    let refusals: Set<String> = ["status", "body", "raw", "hang", "close", "reset"]
    return request["malformed"] == .null && request["answered"] != .null
      && fault["accept"].bool ?? refusals.isDisjoint(with: fault.keys)
  }

  private func arrival(_ body: String?, _ channel: String, _ time: JSON) throws -> Arrival {
    let notification = try JSON(body ?? "")
    return Arrival(
      id: notification["id"].string ?? "",
      slot: Slot(
        deployment: notification["deployment_id"].string ?? "",
        event: notification["event"].string ?? "", channel: channel),
      at: date(time))
  }

  private func date(_ time: JSON) -> Date {
    if case .number(let seconds) = time {
      Date(timeIntervalSince1970: seconds)
    } else {
      .distantPast
    }
  }

  /// Forgets what arrived.
  func forgetArrivals() async throws {
    try await world.sink.forget()
    try await world.aws.forgetPublished()
    try await world.aws.forgetRequests()
  }

  /// The history without what differs between runs with the same result.
  func history() async throws -> [String: String] {
    let entries = try await world.cdnotify("history", "--json").json().array
    var states: [String: String] = [:]
    for entry in entries {
      let id = entry["deployment_id"].string ?? ""
      states[id] = entry["status"].string
      for line in entry["notifications"].array {
        let event = "\(id) \(line["event"].string ?? "") to \(line["channel"].string ?? "")"
        // The answer to a sent message contains a request's number or a message's id.
        let state = line["state"].string ?? ""
        let reason = state == "sent" ? "" : line["reason"].string ?? ""
        states[event] = "\(line["id"].string ?? ""): \(state) \(reason)"
      }
    }
    return states
  }

  /// Polls without faults until one ends with 0. Time passes in between. Returns how many polls it
  /// took; `nil` where `limit` wasn't enough.
  func settle(within limit: Int = 5) async throws -> Int? {
    for count in 1...limit {
      if count > 1 { try await world.letTimePass() }
      if try await world.cdnotify("poll").status == 0 { return count }
    }
    return nil
  }
}
