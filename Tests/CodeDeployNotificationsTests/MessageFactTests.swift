import Testing

@testable import CodeDeployNotifications

@Suite struct MessageFactTests {
  @Test(
    "CodeDeploy's own configurations are put into words",
    arguments: [
      ("CodeDeployDefault.AllAtOnce", "all at once"),
      ("CodeDeployDefault.HalfAtATime", "half at a time"),
      ("CodeDeployDefault.OneAtATime", "one at a time"),
      ("CodeDeployDefault.ECSAllAtOnce", "all at once"),
      ("CodeDeployDefault.LambdaCanary10Percent5Minutes", "canary: 10 % for 5 min, then all"),
      ("CodeDeployDefault.ECSLinear10PercentEvery1Minutes", "linear: 10 % every 1 min"),
      ("CodeDeployDefault.LambdaLinear10PercentEvery10Minutes", "linear: 10 % every 10 min"),
      ("CodeDeployDefault.SomethingNew", "CodeDeployDefault.SomethingNew"),
      ("three-quarters", "three-quarters"),
    ])
  func rollout(configuration: String, words: String) {
    let deployment = Example.deployment { $0.deploymentConfig = configuration }
    let facts = Example.notification(of: deployment).facts
    #expect(facts.first { $0.label == "Rollout" }?.value == words)
  }

  @Test("Targets are called what they are on their platform") func targets() {
    for (platform, label) in [
      (.server, "Instances"), (.lambda, "Functions"), (.ecs, "Task sets"), ("New", "Instances"),
    ] as [(ComputePlatform, String)] {
      let deployment = Example.deployment {
        $0.computePlatform = platform
        $0.overview = Deployment.Overview(succeeded: 12, failed: 0)
      }
      let facts = Example.notification(of: deployment).facts
      #expect(facts.contains(MessageFact(.targets, label, "12/12")))
    }
  }

  @Test("A fact is a line of plain text, and leads to where more is") func form() {
    let deployment = Example.deployment {
      $0.description = "one\ntwo"
      $0.creator = "codeDeployRollback"
      $0.revision = Revision(type: "GitHub", repository: "acme/a)[b](c", commit: "0123456789")
    }
    let notification = Example.notification(of: deployment)
    #expect(notification.facts.contains(MessageFact(.description, "Description", "one two")))
    #expect(
      notification.facts.contains(MessageFact(.creator, "Started by", "CodeDeploy, to roll back")))
    let version = notification.facts.first { $0.label == "Version" }
    #expect(version?.url == "https://github.com/acme/a%29%5Bb%5D%28c/commit/0123456789")
    #expect(notification.facts.contains { $0.url == notification.consoleURL })
  }
}
