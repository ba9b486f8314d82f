import CodeDeployNotifications

/// The documentation of `webhook`.
enum WebhookGuide {
  static let guide = ChannelGuide(
    example: "webhook,url=https://hooks.example.com/in,secret=env:HOOK_SECRET",
    preparation:
      "Any server that takes a POST. With a `secret`, verify `webhook-signature` with one of the "
      + "[Standard Webhooks](https://www.standardwebhooks.com) libraries. To rotate it give "
      + "`secret` twice, the new one and the old one: each request is signed with both. For "
      + "services with a form of their own, `request_body` is the whole body: "
      + "[recipes](recipes.md) has Mattermost, Telegram, Matrix and ten more.",
    arrival:
      "The notification as JSON. `webhook-id` is the same on every attempt: a receiver that "
      + "remembers it sees each notification once. With `format=cloudevents` it is the `data` of a "
      + "CloudEvent 1.0 in structured mode, of type `cdnotify.deployment.EVENT.v1`, with our id as "
      + "its `id` and `urn:aws:codedeploy:REGION:ACCOUNT:APPLICATION/GROUP` as its `source`; not "
      + "as CDEvents, which have no word for a deployment that failed. With `request_body` it is "
      + "what the template makes of the JSON's names, and of `{{title}}` and `{{body}}`, the "
      + "message's words. `{{epoch(completed_at)}}` is a time in seconds, `{{plain(body)}}` a text that "
      + "calls nobody in a chat, and `{{#is.failed}}…{{/is.failed}}` stands only where that is the "
      + "event (`is.rollback` likewise).",
    limits: [
      "An answer other than 2xx within 10 seconds (`timeout`, up to 30) isn't success; redirects "
        + "aren't followed. Where less than `timeout` is left of a cycle the next cycle posts; with "
        + "a `poll --deadline` of less than 40s there is no room for 30s, and it is cut short. 410 means that the receiver wants no more: that notification has "
        + "failed, and the channel is best unregistered.",
      "Values in `request_body` are escaped by `content_type`: for the inside of a JSON string, "
        + "for a form, or without control characters for `text/*`. In `url` they are "
        + "percent-encoded; in a `header.NAME` they are one line of at most 1,000 characters each, "
        + "and a field that comes to nothing is left out.",
      "A JSON body is tried at `register` with a success, a failure with a log, a rollback and a "
        + "start; what is no JSON is refused with its place. What is unknown is left out: "
        + "`{{#completed_at}}…{{/completed_at}}` stands only where there is one.",
      "Of a log the last 1,500 characters are filled in, or `log_limit`.",
      "`ok_when=/ok=true` reads success from the answer, for services that answer 200 to "
        + "everything; an answer that says otherwise has failed.",
      "A secret goes into a template as `{{secret.NAME}}`, set with `secret.NAME=env:…`, and into "
        + "nothing that is shown.",
      "Without `request_body`, `title` and `body` have no place in the JSON and change nothing.",
    ]
  )
}
