import CodeDeployNotifications
import GRDB

extension SQLiteStore {
  /// Selects the deployment of a key; the arguments are the key's parts.
  private static let deployment = """
    FROM deployment d JOIN scope s ON s.id = d.scope_id
    WHERE d.deployment_id = :id AND s.region = :region AND s.profile = :profile
      AND s.role_arn = :role
    """

  private static func arguments(
    _ deployment: DeploymentKey, _ channel: String
  ) -> StatementArguments {
    [
      "id": deployment.id, "region": deployment.scope.region,
      "profile": deployment.scope.profile, "role": deployment.scope.roleARN, "channel": channel,
    ]
  }

  package func note(of deployment: DeploymentKey, _ channel: String) async throws -> String? {
    let arguments = Self.arguments(deployment, channel)
    return try await read { db in
      try String.fetchOne(
        db,
        sql: """
          SELECT text FROM note
          WHERE channel = :channel AND deployment = (SELECT d.id \(Self.deployment))
          """, arguments: arguments)
    }
  }

  package func keep(
    _ note: String, of deployment: DeploymentKey, _ channel: String
  ) async throws {
    var arguments = Self.arguments(deployment, channel)
    arguments += ["text": note]
    let values = arguments
    try await write { db in
      try db.execute(
        sql: """
          INSERT INTO note (deployment, channel, text)
          SELECT d.id, :channel, :text \(Self.deployment)
          ON CONFLICT DO UPDATE SET text = excluded.text
          """, arguments: values)
    }
  }
}
