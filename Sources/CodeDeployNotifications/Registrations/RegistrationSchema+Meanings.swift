extension RegistrationSchema {
  /// What each key of a registration means, for editors and the manual.
  static let meanings: [String: String] = [
    "codedeploy_application_name": "The application's exact name in CodeDeploy.",
    "region":
      "The AWS region of the application. Default: that of the command line or of the AWS "
      + "configuration.",
    "profile": "The profile of the AWS configuration to use for the application.",
    "role_arn": "A role to assume for access to the application.",
    "external_id": "The external id that the role requires.",
    "deployment_groups":
      "Patterns with *, ? and [...]: only deployment groups that match one are announced. Default: "
      + "all.",
    "events":
      "The events that are announced on channels that name none of their own: started, ready, "
      + "overdue, succeeded, failed, stopped.",
    "creators":
      "Whose deployments are announced, in CodeDeploy's words, such as user or codeDeployRollback. "
      + "Default: all but autoscaling and autoscalingTermination.",
    "deployers":
      "Who deploys: maps the name of a user or session, an ARN or a login to an address, or to an "
      + "object with an email and ids in chats.",
    "deployer_domains":
      "to=deployer writes only to addresses in these domains; instead of others, the channel's "
      + "deployer_fallback gets the mail.",
    "labels":
      "Labels such as team and environment, with a value each, for messages, templates, JSON and "
      + "reports.",
    "overdue_after":
      "A duration such as 2h: a deployment still in flight this long after it was created causes "
      + "the event overdue, once.",
    "accounts": "Names of AWS accounts for messages, by the accounts' ids of 12 digits.",
    "notifications":
      "The channels: each is an object with one key, the type followed by _notification, or the "
      + "name of a target of the file.",
  ]

  /// A schema with its description.
  static func described(_ schema: DocumentValue, as meaning: String?) -> DocumentValue {
    guard case .object(let members) = schema, let meaning else { return schema }
    return .object(members + [.init("description", .text(meaning))])
  }
}
