-- A store as schema 3 left it: one registration and five notifications sent. The package's test
-- upgrades it.
BEGIN TRANSACTION;
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
INSERT INTO "deployment" VALUES(1,1,'d-8F3C1D2A9','checkout',0,1795915547967,1795915646624,'{"application":"checkout","completedAt":1795915646424,"computePlatform":"Server","createdAt":1795915547967,"creator":"user","deploymentConfig":"CodeDeployDefault.OneAtATime","deploymentGroup":"prod","description":"Faster checkout, deployed-by: ada@example.com","id":"d-8F3C1D2A9","overview":{"failed":0,"in_progress":0,"pending":0,"ready":0,"skipped":0,"succeeded":1},"previousRevision":{"commit":"1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e","label":"1b2c3d4","repository":"example/checkout","type":"GitHub"},"revision":{"commit":"8f3c1d2a9b7e6f5d4c3b2a190817263544536271","label":"8f3c1d2","repository":"example/checkout","type":"GitHub"},"startedAt":1795915549967,"status":"Succeeded"}');
INSERT INTO "deployment" VALUES(2,1,'d-5E0B7C4D1','checkout',0,1795915604558,1795915647745,'{"application":"checkout","completedAt":1795915647567,"computePlatform":"Server","createdAt":1795915604558,"creator":"user","deploymentConfig":"CodeDeployDefault.OneAtATime","deploymentGroup":"prod","error":{"code":"HEALTH_CONSTRAINTS","message":"The overall deployment failed because too many individual instances failed deployment."},"id":"d-5E0B7C4D1","overview":{"failed":1,"in_progress":0,"pending":0,"ready":0,"skipped":0,"succeeded":0},"previousRevision":{"commit":"8f3c1d2a9b7e6f5d4c3b2a190817263544536271","label":"8f3c1d2","repository":"example/checkout","type":"GitHub"},"revision":{"commit":"5e0b7c4d1a2f3e4d5c6b7a8990a1b2c3d4e5f607","label":"5e0b7c4","repository":"example/checkout","type":"GitHub"},"startedAt":1795915606558,"status":"Failed"}');
CREATE TABLE event (
  id INTEGER PRIMARY KEY,
  deployment INTEGER NOT NULL REFERENCES deployment (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  position INTEGER NOT NULL,
  occurred_at INTEGER NOT NULL,
  content TEXT NOT NULL,
  UNIQUE (deployment, name)
) STRICT;
INSERT INTO "event" VALUES(1,1,'succeeded',2,1795915646424,'{"application":"checkout","compare_url":"https://github.com/example/checkout/compare/1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e...8f3c1d2a9b7e6f5d4c3b2a190817263544536271","completed_at":1795915646424,"compute_platform":"Server","console_url":"https://us-east-1.console.aws.amazon.com/codesuite/codedeploy/deployments/d-8F3C1D2A9?region=us-east-1","created_at":1795915547967,"creator":"user","deployer":{"email":"ada@example.com","source":"description"},"deployment_config":"CodeDeployDefault.OneAtATime","deployment_group":"prod","deployment_id":"d-8F3C1D2A9","description":"Faster checkout, deployed-by: ada@example.com","duration_seconds":96,"event":"succeeded","id":"","overview":{"failed":0,"in_progress":0,"pending":0,"ready":0,"skipped":0,"succeeded":1},"previous_revision":{"commit":"1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e","label":"1b2c3d4","repository":"example/checkout","type":"GitHub"},"region":"us-east-1","revision":{"commit":"8f3c1d2a9b7e6f5d4c3b2a190817263544536271","label":"8f3c1d2","repository":"example/checkout","type":"GitHub"},"started_at":1795915549967,"status":"Succeeded","version":1}');
INSERT INTO "event" VALUES(2,2,'failed',2,1795915647567,'{"application":"checkout","compare_url":"https://github.com/example/checkout/compare/8f3c1d2a9b7e6f5d4c3b2a190817263544536271...5e0b7c4d1a2f3e4d5c6b7a8990a1b2c3d4e5f607","completed_at":1795915647567,"compute_platform":"Server","console_url":"https://us-east-1.console.aws.amazon.com/codesuite/codedeploy/deployments/d-5E0B7C4D1?region=us-east-1","created_at":1795915604558,"creator":"user","deployment_config":"CodeDeployDefault.OneAtATime","deployment_group":"prod","deployment_id":"d-5E0B7C4D1","duration_seconds":41,"error":{"code":"HEALTH_CONSTRAINTS","message":"The overall deployment failed because too many individual instances failed deployment."},"event":"failed","failure":{"error_code":"ScriptFailed","lifecycle_event":"ApplicationStart","log_tail":"[stderr]config/payments.yml: no key \"timeout\"\n","message":"exit code 1","script":"scripts/start.sh","target":"i-0abc12de34f567890"},"id":"","overview":{"failed":1,"in_progress":0,"pending":0,"ready":0,"skipped":0,"succeeded":0},"previous_revision":{"commit":"8f3c1d2a9b7e6f5d4c3b2a190817263544536271","label":"8f3c1d2","repository":"example/checkout","type":"GitHub"},"region":"us-east-1","revision":{"commit":"5e0b7c4d1a2f3e4d5c6b7a8990a1b2c3d4e5f607","label":"5e0b7c4","repository":"example/checkout","type":"GitHub"},"started_at":1795915606558,"status":"Failed","version":1}');
CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
INSERT INTO "grdb_migrations" VALUES('1 registrations and ledger');
INSERT INTO "grdb_migrations" VALUES('2 channel notes');
INSERT INTO "grdb_migrations" VALUES('3 denied listings');
CREATE TABLE note (
  deployment INTEGER NOT NULL REFERENCES deployment (id) ON DELETE CASCADE,
  channel TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (deployment, channel)
) STRICT, WITHOUT ROWID;
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
INSERT INTO "notification" VALUES('cdn_686c5b86e34a77376b1b9f9bebbfe0ee',1,'sns','sent',NULL,'published as 936dee83-74a4-4d51-b4e1-44ac865a13c6',1,0,1795915647208,1795915646624,NULL,NULL,1795915647208);
INSERT INTO "notification" VALUES('cdn_968fc972d498b2eb1aa1f7911d988a68',2,'sns','sent',NULL,'published as 72a3a8a6-503e-4ed7-8004-af3de9aa2b0e',1,0,1795915648219,1795915647745,NULL,NULL,1795915648219);
INSERT INTO "notification" VALUES('cdn_ac06f2605759a0ffa2cdcafb17b85c25',1,'webhook','sent',NULL,'200: ok',1,0,1795915646780,1795915646624,NULL,NULL,1795915646780);
INSERT INTO "notification" VALUES('cdn_e6a116a511775a7677620f06f455350c',1,'newrelic','sent',NULL,'recorded as change event 4ce6dc6d-0252-45bf-a8a6-845f2aa33603',1,0,1795915646819,1795915646624,NULL,NULL,1795915646819);
INSERT INTO "notification" VALUES('cdn_f1a80d3c2cca48bf2689ed0ba272e102',2,'webhook','sent',NULL,'200: ok',1,0,1795915648200,1795915647745,NULL,NULL,1795915648200);
CREATE TABLE registration (
  scope_id INTEGER NOT NULL REFERENCES scope (id),
  application TEXT NOT NULL,
  record TEXT NOT NULL,
  PRIMARY KEY (scope_id, application)
) STRICT, WITHOUT ROWID;
INSERT INTO "registration" VALUES(1,'checkout','{"baselines":{"newrelic":{"events":{},"isSettled":true,"since":1795915645650},"sns":{"events":{},"isSettled":true,"since":1795915645650},"webhook":{"events":{},"isSettled":true,"since":1795915645650}},"registration":{"application":"checkout","channels":[{"deploymentGroups":[],"name":"newrelic","settings":{"application_name":["Checkout API"],"base_url":["http://127.0.0.1:9"]},"type":"newrelic"},{"deploymentGroups":[],"name":"sns","settings":{"topic_arn":["arn:aws:sns:us-east-1:123456789012:deployments"]},"type":"sns"},{"deploymentGroups":[],"name":"webhook","settings":{"secret":["env:HOOK_SECRET"],"url":["http://127.0.0.1:9/hook"]},"type":"webhook"}],"deployers":{},"deploymentGroups":[],"scope":{"profile":"","region":"us-east-1","roleARN":""}}}');
CREATE TABLE scope (
  id INTEGER PRIMARY KEY,
  region TEXT NOT NULL,
  profile TEXT NOT NULL,
  role_arn TEXT NOT NULL,
  mark INTEGER, denied_at INTEGER,
  UNIQUE (region, profile, role_arn)
) STRICT;
INSERT INTO "scope" VALUES(1,'us-east-1','','',1795915647745,NULL);
CREATE INDEX deployment_open ON deployment (scope_id) WHERE is_open = 1;
CREATE INDEX deployment_age ON deployment (seen_at);
CREATE INDEX deployment_application ON deployment (application, created_at);
CREATE INDEX notification_waiting ON notification (next_attempt_at)
  WHERE state IN ('pending', 'sending');
COMMIT;PRAGMA user_version = 3;
