import CodeDeployNotifications
import Foundation
import TestSupport
import Testing

@testable import AWSClient

/// Spoilt answers and files for the readers of what AWS, and who sets it up, say.
@Suite struct FuzzTests {
  @Test("No XML breaks the reader") func xml() {
    var spoiler = Spoiler(seed: Spoiler.seed)
    let examples = [
      "<?xml version=\"1.0\"?><R xmlns=\"u\"><A>a &amp; b</A><!-- c --><B/><![CDATA[x]]></R>",
      "<ErrorResponse><Error><Code>Throttling</Code><Message>&lt;&#65;</Message></Error></ErrorResponse>",
    ]
    for _ in 0..<Spoiler.rounds {
      let text = spoiler.spoilt(examples)
      _ = XMLNode.parse(Array(text.utf8))?.first("Code")?.trimmedText
      _ = AWSErrorReport(HTTPResponse(status: 400, body: Array(text.utf8)))
    }
  }

  @Test("No JSON breaks the readers of CodeDeploy's answers") func json() {
    var spoiler = Spoiler(seed: Spoiler.seed)
    let examples = [
      """
      {"deploymentsInfo": [{"deploymentId": "d-1", "applicationName": "a", "status": "Failed",
      "createTime": 1.8e9, "completeTime": 1800000000.5, "deploymentOverview": {"Failed": 1,
      "Pending": 9223372036854775807}, "errorInformation": {"code": "X", "message": "m"},
      "revision": {"revisionType": "S3", "s3Location": {"bucket": "b", "key": "k"}}}]}
      """
    ]
    for _ in 0..<Spoiler.rounds {
      let data = Data(spoiler.spoilt(examples).utf8)
      let answer = try? JSONDecoder().decode(BatchGetDeploymentsAnswer.self, from: data)
      for info in answer?.deployments.values ?? [] {
        _ = DeploymentNotification(event: .failed, of: info.deployment, region: "eu-west-1")
      }
      _ = try? JSONDecoder().decode(ListDeploymentsAnswer.self, from: data)
      _ = AWSErrorReport(HTTPResponse(status: 400, body: Array(data)))
    }
  }

  @Test("No configuration file breaks the reader") func files() {
    var spoiler = Spoiler(seed: Spoiler.seed)
    let examples = ["[profile ops]\nregion = eu-west-1\ns3 =\n  a = b\n# c\n[default]\nx=1\n"]
    for _ in 0..<Spoiler.rounds {
      _ = try? INIFile(spoiler.spoilt(examples))
      _ = try? ShellWords.split(spoiler.spoilt(["cmd 'a b' \"c\\\"d\" e\\ f"]))
      _ = WireTime.iso8601(spoiler.spoilt(["2026-11-29T01:02:03.456Z"]))
      _ = HTTPDate.parse(spoiler.spoilt(["Sun, 29 Nov 2026 01:02:03 GMT"]))
    }
  }
}
