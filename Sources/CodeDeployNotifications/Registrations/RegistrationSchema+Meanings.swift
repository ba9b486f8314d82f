extension RegistrationSchema {
  /// What each key of a registration means, for editors and the manual.
  static let meanings: [String: String] = [
    "codedeploy_application_name": "The application's name in CodeDeploy, letter by letter.",
    "region":
      "The AWS region of the application. Where it isn't given, that of the command line or of the "
      + "AWS configuration.",
    "profile": "The profile of the AWS configuration that reaches the application.",
    "role_arn": "A role to assume for reaching the application.",
    "external_id": "The external id that the role asks for.",
    "deployment_groups":
      "Patterns with *, ? and [...]: only deployment groups that match one are announced. All are, "
      + "where it isn't given.",
    "events":
      "The events that are announced on channels that name none of their own: started, ready, "
      + "overdue, succeeded, failed, stopped.",
    "creators":
      "Whose deployments are announced, in CodeDeploy's words, such as user or codeDeployRollback. "
      + "All but autoscaling and autoscalingTermination, where it isn't given.",
    "deployers":
      "Who somebody who deploys is: the name of a user or session, an ARN or a login, and the "
      + "address for it, or an object of an email and ids in chats.",
    "deployer_domains":
      "Only addresses in these domains are written to by to=deployer; others get the channel's "
      + "deployer_fallback.",
    "labels":
      "Texts by name, such as team and environment, for messages, templates, JSON and reports.",
    "overdue_after":
      "A duration such as 2h: a deployment that is in flight that long after it was created is the "
      + "event overdue, once.",
    "accounts": "Names of AWS accounts, by their ids of 12 digits, for messages.",
    "notifications":
      "The channels: each is an object of one key, the type with _notification behind it, or the "
      + "name of a target of the file.",
  ]

  /// A schema with its description.
  static func described(_ schema: DocumentValue, as meaning: String?) -> DocumentValue {
    guard case .object(let members) = schema, let meaning else { return schema }
    return .object(members + [.init("description", .text(meaning))])
  }
}
