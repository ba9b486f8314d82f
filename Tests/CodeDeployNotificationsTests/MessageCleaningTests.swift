import Foundation
import Testing

@testable import CodeDeployNotifications

@Suite struct MessageCleaningTests {
  @Test("No control character reaches a channel") func controls() throws {
    let nasty = "a\u{0}b\u{1B}[31mc\u{7}\r\nd\te"
    let deployment = Example.deployment {
      $0.description = nasty
      $0.deploymentConfig = nasty
      $0.revision = Revision(type: "S3", bucket: nasty, key: nasty, version: nasty, etag: nasty)
      $0.error = Deployment.ErrorInformation(code: nasty, message: nasty)
      $0.rollback = Deployment.RollbackInformation(triggeredBy: "d-0", message: nasty)
    }
    var notification = Example.notification(of: deployment)
    notification.failure = DeploymentNotification.Failure(
      target: nasty, lifecycleEvent: nasty, errorCode: nasty, script: nasty, message: nasty,
      logTail: nasty)
    notification.deployer = DeploymentNotification.Deployer(name: nasty, email: nasty)
    let message = try ChannelMessage(
      notification,
      templates: ChannelConfiguration(
        type: "hook", title: "{{description}}", body: "{{description}}"))
    #expect(message.notification.description == "abc\nd\te")
    #expect(message.title.text == "abc\nd\te")
    let json = try JSONCoding.encoder().encode(message.notification)
    let text = String(decoding: json, as: UTF8.self)
    for escaped in ["\\u00", "\\r", "\\b", "\\f", "[31m"] { #expect(!text.contains(escaped)) }
  }
}
