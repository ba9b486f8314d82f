import GRDB

/// The SQLite store's tables, as named migrations. New ones are only ever appended.
enum Schema {
  /// Incremented by a migration that older versions of the program can't work with.
  static let version = 6

  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 registrations and ledger") { db in
      try db.execute(sql: first)
    }
    migrator.registerMigration("2 channel notes") { db in
      try db.execute(sql: second)
    }
    migrator.registerMigration("3 denied listings") { db in
      try db.execute(sql: third)
    }
    migrator.registerMigration("4 attempts") { db in
      try db.execute(sql: fourth)
    }
    migrator.registerMigration("5 accounts and mutes") { db in
      try db.execute(sql: fifth)
    }
    migrator.registerMigration("6 settled registrations") { db in
      try db.execute(sql: sixth)
    }
    return migrator
  }

  /// Times are milliseconds since 1970. An unset profile or role is an empty string, because in a
  /// unique key SQLite treats two NULLs as different.
  private static let first = """
    PRAGMA user_version = 1;

    CREATE TABLE scope (
      id INTEGER PRIMARY KEY,
      region TEXT NOT NULL,
      profile TEXT NOT NULL,
      role_arn TEXT NOT NULL,
      mark INTEGER,
      UNIQUE (region, profile, role_arn)
    ) STRICT;

    CREATE TABLE registration (
      scope_id INTEGER NOT NULL REFERENCES scope (id),
      application TEXT NOT NULL,
      record TEXT NOT NULL,
      PRIMARY KEY (scope_id, application)
    ) STRICT, WITHOUT ROWID;

    -- Every deployment that was listed, also of applications that nobody registered: what is
    -- known isn't asked for again. snapshot is NULL for an id that couldn't be read yet.
    CREATE TABLE deployment (
      id INTEGER PRIMARY KEY,
      scope_id INTEGER NOT NULL REFERENCES scope (id),
      deployment_id TEXT NOT NULL,
      application TEXT,
      is_open INTEGER NOT NULL,
      created_at INTEGER,
      seen_at INTEGER NOT NULL,
      snapshot TEXT,
      UNIQUE (scope_id, deployment_id)
    ) STRICT;
    CREATE INDEX deployment_open ON deployment (scope_id) WHERE is_open = 1;
    CREATE INDEX deployment_age ON deployment (seen_at);
    CREATE INDEX deployment_application ON deployment (application, created_at);

    CREATE TABLE event (
      id INTEGER PRIMARY KEY,
      deployment INTEGER NOT NULL REFERENCES deployment (id) ON DELETE CASCADE,
      name TEXT NOT NULL,
      position INTEGER NOT NULL,
      occurred_at INTEGER NOT NULL,
      content TEXT NOT NULL,
      UNIQUE (deployment, name)
    ) STRICT;

    -- The outbox and the dedup table: one row for a deployment, an event and a channel.
    CREATE TABLE notification (
      id TEXT PRIMARY KEY,
      event INTEGER NOT NULL REFERENCES event (id) ON DELETE CASCADE,
      channel TEXT NOT NULL,
      state TEXT NOT NULL
        CHECK (state IN ('pending', 'sending', 'sent', 'failed', 'skipped')),
      skip_reason TEXT,
      reason TEXT,
      attempts INTEGER NOT NULL DEFAULT 0,
      failed_cycles INTEGER NOT NULL DEFAULT 0,
      first_attempt_at INTEGER,
      next_attempt_at INTEGER NOT NULL,
      claim_token TEXT,
      claim_until INTEGER,
      sent_at INTEGER,
      UNIQUE (event, channel)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX notification_waiting ON notification (next_attempt_at)
      WHERE state IN ('pending', 'sending');
    """

  /// Channels' notes on deployments.
  private static let second = """
    PRAGMA user_version = 2;

    CREATE TABLE note (
      deployment INTEGER NOT NULL REFERENCES deployment (id) ON DELETE CASCADE,
      channel TEXT NOT NULL,
      text TEXT NOT NULL,
      PRIMARY KEY (deployment, channel)
    ) STRICT, WITHOUT ROWID;
    """

  /// When IAM denied listing the whole account of a scope.
  private static let third = """
    PRAGMA user_version = 3;
    ALTER TABLE scope ADD COLUMN denied_at INTEGER;
    """

  /// The last attempts of a notification, as JSON, and more on how they ended.
  private static let fourth = """
    PRAGMA user_version = 4;
    ALTER TABLE notification ADD COLUMN failed_at INTEGER;
    ALTER TABLE notification ADD COLUMN odd_answers INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE notification ADD COLUMN tries TEXT;
    """

  /// The AWS account of a scope, and mutes. An empty channel stands for the whole registration.
  private static let fifth = """
    PRAGMA user_version = 5;
    ALTER TABLE scope ADD COLUMN account_id TEXT;

    CREATE TABLE mute (
      scope_id INTEGER NOT NULL REFERENCES scope (id),
      application TEXT NOT NULL,
      channel TEXT NOT NULL,
      since INTEGER NOT NULL,
      until INTEGER NOT NULL,
      PRIMARY KEY (scope_id, application, channel, since)
    ) STRICT, WITHOUT ROWID;
    """

  /// Columns with what every poll needs from a registration, so that it needn't decode the record.
  /// `is_settled` is 1 where the record could be read and all its channels are backfilled. NULL
  /// means that nobody has determined it yet. If a record is changed by other means than `put`, a
  /// trigger sets it to NULL again.
  private static let sixth = """
    PRAGMA user_version = 6;
    ALTER TABLE registration ADD COLUMN is_settled INTEGER;
    ALTER TABLE registration ADD COLUMN external_id TEXT;
    CREATE INDEX registration_unsettled ON registration (scope_id, application)
      WHERE is_settled IS NOT 1;
    CREATE INDEX registration_external_id
      ON registration (scope_id, application, external_id) WHERE external_id IS NOT NULL;
    CREATE TRIGGER registration_changed AFTER UPDATE OF record ON registration BEGIN
      UPDATE registration SET is_settled = NULL, external_id = NULL
      WHERE scope_id = new.scope_id AND application = new.application;
    END;
    """
}
