import Testing

/// A request's body that a person has checked.
struct SlackGolden: Sendable, CustomTestStringConvertible {
  var name: String
  var json: String

  var testDescription: String { name }

  static let all = [
    SlackGolden(
      name: "succeeded",
      json: #"""
        {"attachments": [{"blocks": [
          {"text": {"text": "> Faster carts", "type": "mrkdwn", "verbatim": true}, "type": "section"},
          {"type": "section", "fields": [
            {"text": "*Version*\n<https://github.com/example/checkout/commit/0123456789abcdef0123456789abcdef01234567|0123456>", "type": "mrkdwn", "verbatim": true},
            {"text": "*Deployment group*\nproduction", "type": "mrkdwn", "verbatim": true},
            {"text": "*Instances*\n12/12", "type": "mrkdwn", "verbatim": true},
            {"text": "*Deployed by*\nAda", "type": "mrkdwn", "verbatim": true}
          ]},
          {"text": {"text": "<https://github.com/example/checkout/compare/a...b|Changes>  ·  <https://eu-west-1.console.aws.amazon.com/codesuite/codedeploy/deployments/d-A1B2C3D4E?region=eu-west-1|Console>", "type": "mrkdwn", "verbatim": true}, "type": "section"},
          {"elements": [{"text": "<https://eu-west-1.console.aws.amazon.com/codesuite/codedeploy/deployments/d-A1B2C3D4E?region=eu-west-1|d-A1B2C3D4E>  ·  eu-west-1  ·  ended <!date^1799999940^{date_short_pretty} {time_secs}|2027-01-15T07:59:00Z>", "type": "mrkdwn", "verbatim": true}], "type": "context"}
        ], "color": "#2eb67d",
        "fallback": "✅ checkout 0123456: deployment to production succeeded in 4m"}],
        "blocks": [{"text": {"emoji": true, "text": "✅ checkout 0123456: deployment to production succeeded in 4m", "type": "plain_text"}, "type": "header"}],
        "text": "✅ checkout 0123456: deployment to production succeeded in 4m",
        "link_names": false, "parse": "none", "unfurl_links": false, "unfurl_media": false}
        """#),
    SlackGolden(
      name: "failed",
      json: #"""
        {"attachments": [{"blocks": [
          {"text": {"text": "BeforeInstall failed on i-0abc, in scripts/stop_all.sh: ScriptFailed: exit code 1\nHEALTH_CONSTRAINTS: too many failed", "type": "mrkdwn", "verbatim": true}, "type": "section"},
          {"text": {"text": "> Faster carts", "type": "mrkdwn", "verbatim": true}, "type": "section"},
          {"type": "section", "fields": [
            {"text": "*Version*\n<https://github.com/example/checkout/commit/0123456789abcdef0123456789abcdef01234567|0123456>", "type": "mrkdwn", "verbatim": true},
            {"text": "*Deployment group*\nproduction", "type": "mrkdwn", "verbatim": true},
            {"text": "*Deployed by*\nAda", "type": "mrkdwn", "verbatim": true}
          ]},
          {"text": {"text": "*Last lines of the log*\n```\n[stderr]stopping &lt;all&gt;\n[stderr]no such service\n```", "type": "mrkdwn", "verbatim": true}, "type": "section"},
          {"text": {"text": "<https://eu-west-1.console.aws.amazon.com/codesuite/codedeploy/deployments/d-A1B2C3D4E?region=eu-west-1|Console>", "type": "mrkdwn", "verbatim": true}, "type": "section"},
          {"elements": [{"text": "<https://eu-west-1.console.aws.amazon.com/codesuite/codedeploy/deployments/d-A1B2C3D4E?region=eu-west-1|d-A1B2C3D4E>  ·  eu-west-1  ·  ended <!date^1799999940^{date_short_pretty} {time_secs}|2027-01-15T07:59:00Z>", "type": "mrkdwn", "verbatim": true}], "type": "context"}
        ], "color": "#e01e5a",
        "fallback": "❌ checkout 0123456: deployment to production failed after 4m"}],
        "blocks": [{"text": {"emoji": true, "text": "❌ checkout 0123456: deployment to production failed after 4m", "type": "plain_text"}, "type": "header"}],
        "text": "❌ checkout 0123456: deployment to production failed after 4m\nBeforeInstall failed on i-0abc, in scripts/stop_all.sh: ScriptFailed: exit code 1",
        "link_names": false, "parse": "none", "unfurl_links": false, "unfurl_media": false}
        """#),
    SlackGolden(
      name: "rollback",
      json: #"""
        {"attachments": [{"blocks": [
          {"text": {"text": "Rolls back <https://eu-west-1.console.aws.amazon.com/codesuite/codedeploy/deployments/d-0?region=eu-west-1|d-0> to 0123456 (d-0 failed: rolled back)", "type": "mrkdwn", "verbatim": true}, "type": "section"},
          {"type": "section", "fields": [
            {"text": "*Version*\n<https://github.com/example/checkout/commit/0123456789abcdef0123456789abcdef01234567|0123456>", "type": "mrkdwn", "verbatim": true},
            {"text": "*Deployment group*\nproduction", "type": "mrkdwn", "verbatim": true},
            {"text": "*Started by*\nCodeDeploy, to roll back", "type": "mrkdwn", "verbatim": true}
          ]},
          {"text": {"text": "<https://eu-west-1.console.aws.amazon.com/codesuite/codedeploy/deployments/d-A1B2C3D4E?region=eu-west-1|Console>", "type": "mrkdwn", "verbatim": true}, "type": "section"},
          {"elements": [{"text": "<https://eu-west-1.console.aws.amazon.com/codesuite/codedeploy/deployments/d-A1B2C3D4E?region=eu-west-1|d-A1B2C3D4E>  ·  eu-west-1  ·  ended <!date^1799999940^{date_short_pretty} {time_secs}|2027-01-15T07:59:00Z>", "type": "mrkdwn", "verbatim": true}], "type": "context"}
        ], "color": "#ecb22e",
        "fallback": "⏪ checkout 0123456: rollback to production succeeded in 4m"}],
        "blocks": [{"text": {"emoji": true, "text": "⏪ checkout 0123456: rollback to production succeeded in 4m", "type": "plain_text"}, "type": "header"}],
        "text": "⏪ checkout 0123456: rollback to production succeeded in 4m\nRolls back d-0 to 0123456 (d-0 failed: rolled back)",
        "link_names": false, "parse": "none", "unfurl_links": false, "unfurl_media": false}
        """#),
    SlackGolden(
      name: "started",
      json: #"""
        {"attachments": [{"blocks": [
          {"text": {"text": "> Faster carts", "type": "mrkdwn", "verbatim": true}, "type": "section"},
          {"type": "section", "fields": [
            {"text": "*Version*\n<https://github.com/example/checkout/commit/0123456789abcdef0123456789abcdef01234567|0123456>", "type": "mrkdwn", "verbatim": true},
            {"text": "*Deployment group*\nproduction", "type": "mrkdwn", "verbatim": true},
            {"text": "*Deployed by*\nAda", "type": "mrkdwn", "verbatim": true}
          ]},
          {"text": {"text": "<https://eu-west-1.console.aws.amazon.com/codesuite/codedeploy/deployments/d-A1B2C3D4E?region=eu-west-1|Console>", "type": "mrkdwn", "verbatim": true}, "type": "section"},
          {"elements": [{"text": "<https://eu-west-1.console.aws.amazon.com/codesuite/codedeploy/deployments/d-A1B2C3D4E?region=eu-west-1|d-A1B2C3D4E>  ·  eu-west-1  ·  started <!date^1799999710^{date_short_pretty} {time_secs}|2027-01-15T07:55:10Z>", "type": "mrkdwn", "verbatim": true}], "type": "context"}
        ], "color": "#36c5f0",
        "fallback": "🚀 checkout 0123456: deployment to production started"}],
        "blocks": [{"text": {"emoji": true, "text": "🚀 checkout 0123456: deployment to production started", "type": "plain_text"}, "type": "header"}],
        "text": "🚀 checkout 0123456: deployment to production started",
        "link_names": false, "parse": "none", "unfurl_links": false, "unfurl_media": false}
        """#),
  ]
}
