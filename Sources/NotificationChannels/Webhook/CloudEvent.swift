import CodeDeployNotifications
import Foundation

/// The notification in CloudEvents' structured mode, version 1.0, as JSON
/// (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md).
struct CloudEvent: Encodable, Sendable {
  static let contentType = "application/cloudevents+json; charset=UTF-8"

  let specversion = "1.0"
  let id: String
  let source: String
  let type: String
  let subject: String
  let time: Date
  let datacontenttype = "application/json"
  let data: DeploymentNotification

  init(_ notification: DeploymentNotification, now: Date) {
    data = notification
    id = notification.id
    subject = notification.deploymentID
    time = notification.occurred(now: now)
    type = "cdnotify.deployment.\(notification.event.rawValue).v1"
    let place = [notification.application, notification.deploymentGroup].compactMap { $0 }
      .map(\.percentEncoded).joined(separator: "/")
    // As in an ARN, nothing stands for an account that isn't known.
    let account = notification.accountID ?? ""
    source = "urn:aws:codedeploy:\(notification.region):\(account):\(place)"
  }
}
