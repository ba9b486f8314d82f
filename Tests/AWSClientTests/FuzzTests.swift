import CodeDeployNotifications
import Foundation
import TestSupport
import Testing

@testable import AWSClient

/// Randomly damaged answers and files, for the readers of AWS's answers and of its configuration.
@Suite struct FuzzTests {
  @Test("No XML breaks the reader, and what is read says the same when it is written again")
  func xml() {
    var spoiler = Spoiler(seed: Spoiler.seed)
    let examples = [
      "<?xml version=\"1.0\"?><R xmlns=\"u\"><A>a &amp; b</A><!-- c --><B/><![CDATA[x]]></R>",
      "<ErrorResponse><Error><Code>Throttling</Code><Message>&lt;&#65;</Message></Error></ErrorResponse>",
    ]
    for _ in 0..<Spoiler.rounds {
      let bytes = spoiler.spoiltBytes(examples)
      if let node = XMLNode.parse(bytes) {
        #expect(XMLNode.parse(Array(node.written.utf8))?.written == node.written, "\(bytes)")
      }
      _ = XMLNode.parse(bytes, allowingCut: true)?.first("Code")?.trimmedText
      let report = AWSErrorReport(HTTPResponse(status: 400, body: bytes))
      #expect(report.code.map { !$0.isEmpty && $0.utf8.count <= 128 } ?? true)
    }
  }

  @Test("No JSON breaks the readers of AWS's answers, and what is read can be told and kept")
  func json() throws {
    var spoiler = Spoiler(seed: Spoiler.seed)
    let examples = [
      """
      {"deploymentsInfo": [{"deploymentId": "d-1", "applicationName": "a", "status": "Failed",
      "createTime": 1.8e9, "completeTime": 1800000000.5, "deploymentOverview": {"Failed": 1,
      "Pending": 9223372036854775807}, "errorInformation": {"code": "X", "message": "m"},
      "revision": {"revisionType": "S3", "s3Location": {"bucket": "b", "key": "k"}}}]}
      """,
      """
      {"deployments": ["d-1", "d-2"], "nextToken": "x", "targetIds": ["i-1"], "deploymentGroups": ["g"]}
      """,
      """
      {"deploymentTargets": [{"deploymentTargetType": "InstanceTarget", "instanceTarget":
      {"targetId": "i-1", "status": "Failed", "lastUpdatedAt": 1.8e9, "lifecycleEvents":
      [{"lifecycleEventName": "BeforeInstall", "status": "Failed", "startTime": 1, "diagnostics":
      {"errorCode": "ScriptFailed", "scriptName": "s.sh", "message": "m", "logTail": "\\u001b[31m"}}]}}]}
      """,
      """
      {"Events": [{"Username": "ada", "CloudTrailEvent": "{\\"userIdentity\\":{\\"type\\":\\"IAMUser\\"},
      \\"responseElements\\":{\\"deploymentId\\":\\"d-1\\"}}"}], "NextToken": "t"}
      """,
      #"{"__type": "a#ThrottlingException", "message": "m", "CancellationReasons": [{"Code": "None"}]}"#,
    ]
    for _ in 0..<Spoiler.rounds {
      let bytes = spoiler.spoiltBytes(examples)
      let answer = try? ReceivedJSON.decode(BatchGetDeploymentsAnswer.self, from: bytes)
      for info in answer?.deployments.values ?? [] {
        let deployment = info.deployment
        let notification = DeploymentNotification(
          event: .failed, of: deployment, region: "eu-west-1")
        _ = try JSONCoding.encoder().encode(notification.cleaned)
        // The stored form can be read, and stays the same from then on.
        let row = try RowCoding.encode(Stored(deployment))
        let kept = try RowCoding.decode(Stored<Deployment>.self, fromStored: row)
        #expect(try RowCoding.encode(kept) == row, "\(row)")
      }
      _ = try? ReceivedJSON.decode(ListDeploymentsAnswer.self, from: bytes)
      _ = try? ReceivedJSON.decode(ListDeploymentGroupsAnswer.self, from: bytes)
      _ = try? ReceivedJSON.decode(ListDeploymentTargetsAnswer.self, from: bytes)
      _ = try? ReceivedJSON.decode(BatchGetDeploymentTargetsAnswer.self, from: bytes)
      _ = try? ReceivedJSON.decode(LookupEventsAnswer.self, from: bytes)
      _ = AWSErrorReport(HTTPResponse(status: 400, body: bytes))
    }
  }

  @Test("No configuration file breaks the reader, and what is written is read") func files() throws
  {
    var spoiler = Spoiler(seed: Spoiler.seed)
    let examples = ["[profile ops]\nregion = eu-west-1\ns3 =\n  a = b\n# c\n[default]\nx=1\n"]
    for _ in 0..<Spoiler.rounds {
      _ = try? INIFile(spoiler.spoilt(examples))
      let value = spoiler.text(1...20)
      if !"#;".contains(value.first ?? "#") {
        let file = try INIFile("\u{FEFF}[profile a]\r\nkey = \(value)\r\n[b]\nx:\n  y = \(value)\n")
        #expect(file.sections["profile a"]?["key"] == .text(value), "\(value)")
        #expect(file.sections["b"]?["x"] == .block(["y": value]), "\(value)")
      }
      let words = (0...spoiler.below(3)).map { _ in spoiler.spoilt(["a b", "c'd\"e\\"]) }
      let command = words.map { "'" + $0.replacing("'", with: #"'\''"#) + "'" }
        .joined(separator: " ")
      #expect(try ShellWords.split(command) == words, "\(command.debugDescription)")
      _ = try? ShellWords.split(spoiler.spoilt(["cmd 'a b' \"c\\\"d\" e\\ f"]))
      let time = Date(timeIntervalSince1970: Double(spoiler.below(4_000_000_000)))
      #expect(WireTime.iso8601(time.iso8601) == time)
      _ = WireTime.iso8601(spoiler.spoilt(["2026-11-29T01:02:03.456Z"]))
      _ = HTTPDate.parse(spoiler.spoilt(["Sun, 29 Nov 2026 01:02:03 GMT"]))
      let wait = RetryAfter.seconds(
        spoiler.spoilt(["120", "Sun, 29 Nov 2026 01:02:03 GMT"]), now: time)
      #expect(wait?.isFinite ?? true)
    }
  }
}

extension XMLNode {
  /// The element as a document.
  fileprivate var written: String {
    let escaped = text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    return "<\(name)>\(escaped)\(children.map(\.written).joined())</\(name)>"
  }
}
