import CodeDeployNotifications
import Testing

/// The label of an AppSpec's version.
@Suite struct AppSpecTests {
  private static let ecs = """
    version: 0.0
    Resources:
      - TargetService:
          Type: AWS::ECS::Service
          Properties:
            # TaskDefinition: "checkout:41"
            TaskDefinition: "arn:aws:ecs:eu-west-1:123456789012:task-definition/checkout:42"
            LoadBalancerInfo:
              ContainerName: "web"
              ContainerPort: 8080
    """

  private static let lambda = """
    version: 0.0
    Resources:
      - charge:
          Type: AWS::Lambda::Function
          Properties:
            Name: "charge-card"
            Alias: "live"
            CurrentVersion: "6"
            TargetVersion: 7   # the new one
    Hooks:
      - BeforeAllowTraffic: "checkCharge"
    """

  @Test(
    "An AppSpec is called by what it deploys",
    arguments: [
      (ecs, "checkout:42"), (lambda, "charge-card:7"),
      (ecs.replacing("\n", with: "\r\n"), "checkout:42"),
      (ecs.replacing("\"", with: "'"), "checkout:42"),
      (ecs.replacing("\"", with: ""), "checkout:42"),
      (
        #"{"version":0.0,"Resources":[{"TargetService":{"Type":"AWS::ECS::Service","Properties":{"TaskDefinition":"arn:aws:ecs:eu-west-1:1:task-definition\/checkout:42","LoadBalancerInfo":{"ContainerName":"web"}}}}]}"#,
        "checkout:42"
      ),
      (
        #"{"version":0.0,"Resources":[{"f":{"Type":"AWS::Lambda::Function","Properties":{"Name":"charge","Alias":"live","CurrentVersion":1,"TargetVersion":2}}}]}"#,
        "charge:2"
      ),
      ("Resources: [{f: {Properties: {Name: charge, TargetVersion: '2'}}}]", "charge:2"),
      ("TaskDefinition: checkout", "checkout"),
      ("Name: arn:aws:lambda:eu-west-1:1:function:charge\nTargetVersion: 2", "charge:2"),
      ("Name: arn:aws:lambda:eu-west-1:1:function:charge:live\nTargetVersion: 2", "charge:2"),
      ("TargetVersion: 2", "version 2"),
      // Without a known resource the label is the checksum.
      (
        ecs.replacing(
          "arn:aws:ecs:eu-west-1:123456789012:task-definition/checkout:42",
          with: "<TASK_DEFINITION>"), "0123456789ab"
      ),
      ("version: 0.0\nos: linux\nfiles: []", "0123456789ab"), ("", "0123456789ab"),
      ("{", "0123456789ab"), ("{\"Resources\":7}", "0123456789ab"), ("[]", "0123456789ab"),
      ("TaskDefinition:", "0123456789ab"), ("TaskDefinition: /", "0123456789ab"),
      ("Name: charge\nCurrentVersion: 1", "0123456789ab"),
    ])
  func labels(content: String, label: String) {
    let revision = Revision(
      type: "AppSpecContent", content: content, sha256: "0123456789abcdef0123456789abcdef")
    #expect(revision.label == label)
  }

  @Test("A label stays short and one line, whatever stands in the AppSpec")
  func hostile() {
    let long = Revision(
      type: "String", content: "TaskDefinition: " + String(repeating: "x", count: 500))
    #expect(long.label.utf8.count <= 100)
    let lines = Revision(
      type: "String",
      content: #"{"Resources":[{"s":{"Properties":{"TaskDefinition":"a\n\u001bb"}}}]}"#)
    #expect(lines.label == "a b")
  }
}
