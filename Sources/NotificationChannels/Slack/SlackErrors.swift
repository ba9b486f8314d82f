/// What Slack's error codes mean and what to do about them, from the lists of
/// https://docs.slack.dev/reference/methods/chat.postMessage, …/chat.update and
/// https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks.
enum SlackErrors {
  /// Errors that may pass.
  static let transient: Set<String> = [
    "ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable",
    "request_timeout", "team_added_to_org", "org_login_required", "external_channel_migrating",
    "message_limit_exceeded", "update_failed", "rollup_error",
  ]

  /// Errors for Slack's rate limit.
  static let limits: Set<String> = ["ratelimited", "rate_limited"]

  /// Errors for a message that was deleted or can't be updated any more.
  static let gone: Set<String> = [
    "message_not_found", "channel_not_found", "thread_not_found", "cant_update_message",
    "edit_window_closed", "cannot_reply_to_message", "invalid_thread_ts",
  ]

  /// What to do, in a few words.
  static func hint(_ code: String, needed: String? = nil) -> String? {
    switch code {
    case "missing_scope":
      "add the scope \(needed ?? "chat:write") to the app under OAuth & Permissions, and reinstall "
        + "it"
    case "not_in_channel", "channel_not_found":
      "check channel, and invite the app there with /invite"
    case "is_archived", "channel_is_archived", "is_inactive":
      "the channel is archived: unarchive it or name another"
    case "not_authed", "invalid_auth", "account_inactive", "token_revoked", "token_expired",
      "not_allowed_token_type":
      "check token: it must be the bot token (xoxb-…) of an installed app"
    case "no_permission", "access_denied", "team_access_not_granted", "app_access_restricted":
      "the app isn't allowed there: invite it to the channel, or ask an admin of the workspace"
    case "restricted_action", "restricted_action_read_only_channel",
      "restricted_action_thread_only_channel", "restricted_action_non_threadable_channel",
      "restricted_action_thread_locked", "ekm_access_denied", "posting_to_general_channel_denied",
      "action_prohibited":
      "the workspace restricts who posts there: ask an admin, or name another channel"
    case "no_service", "no_service_id", "no_active_hooks", "invalid_token", "no_team",
      "team_disabled", "user_not_found":
      "the webhook was removed or disabled: create a new one and set webhook_url"
    case "msg_too_long", "msg_blocks_too_long", "invalid_blocks", "invalid_blocks_format",
      "invalid_attachments", "invalid_payload", "too_many_attachments", "no_text":
      "Slack doesn't accept this message; a title or body template may be the "
        + "cause, unless it is a digest"
    default: nil
    }
  }
}
