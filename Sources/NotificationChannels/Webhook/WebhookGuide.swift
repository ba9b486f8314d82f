import CodeDeployNotifications

/// The documentation of `webhook`.
enum WebhookGuide {
  static let guide = ChannelGuide(
    example: "webhook,url=https://hooks.example.com/in,secret=env:HOOK_SECRET",
    preparation:
      "Any server that accepts a POST. With a `secret`, verify `webhook-signature` with one of the "
      + "[Standard Webhooks](https://www.standardwebhooks.com) libraries. To rotate it, give "
      + "`secret` twice, the new one and the old one: each request is signed with both. For "
      + "services with a format of their own, `request_body` is the whole body: "
      + "[recipes](recipes.md) has Mattermost, Telegram, Matrix and ten more.",
    arrival:
      "The notification as JSON. `webhook-id` is the same on every attempt: a receiver that "
      + "remembers it sees each notification once. With `format=cloudevents` it is the `data` of "
      + "a CloudEvent 1.0 in structured mode, of type `cdnotify.deployment.EVENT.v1`, with our "
      + "id as its `id` and `urn:aws:codedeploy:REGION:ACCOUNT:APPLICATION/GROUP` as its "
      + "`source`; it is not a CDEvent, because CDEvents have no failed deployments. With "
      + "`request_body` the body is that template, filled in with the JSON's names and with "
      + "`{{title}}` and `{{body}}`, the message's text. `{{epoch(completed_at)}}` is a time in "
      + "seconds, `{{plain(body)}}` a text that mentions nobody in a chat, and "
      + "`{{#is.failed}}…{{/is.failed}}` is there only for that event (`is.rollback` likewise).",
    limits: [
      "An answer other than 2xx within 10 seconds (`timeout`, up to 30) isn't success; redirects "
        + "aren't followed. If less than `timeout` is left of a cycle, the next cycle posts; a "
        + "`poll --deadline` of less than 40s has no room for 30s, and an attempt gets less time. "
        + "410 means that the receiver wants no more: the notification fails; unregister the "
        + "channel.",
      "Values in `request_body` are escaped by `content_type`: for the inside of a JSON string, "
        + "for a form, or without control characters for `text/*`. In `url` they are "
        + "percent-encoded; in a `header.NAME` they are one line of at most 1,000 characters each, "
        + "and a field whose value is empty is left out.",
      "`register` tries a JSON body with a success, a failure with a log, a rollback and a start, "
        + "and refuses it with the place if the result isn't JSON. Unknown values are left out: "
        + "`{{#completed_at}}…{{/completed_at}}` is there only if there is such a time.",
      "The last 1,500 characters of a log are filled in, or `log_limit`, also where `title` and `body` "
        + "have it. Without its log, the standard `{{body}}` has at most 2,000 characters, and of a "
        + "description or another long text the first 1,000; by its own name, as in "
        + "`{{description}}`, such a text is whole.",
      "`ok_when=/ok=true` reads success from the answer, for services that answer 200 to "
        + "everything; with any other answer the notification fails.",
      "`{{secret.NAME}}` in a template is the secret set with `secret.NAME=env:…`; it is shown "
        + "nowhere. It is filled in as it is: functions around it, and `{{secret}}` for all of them, "
        + "are refused.",
      "Without `request_body`, `title` and `body` have no effect, because the JSON has no place "
        + "for them.",
    ]
  )
}
