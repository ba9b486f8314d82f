import CodeDeployNotifications
import Testing

/// One way to set a channel up, with what its provider answers when all is well. A new channel
/// adds a line here and is held to the rules of `ChannelKitTests`.
struct ChannelSample: Sendable, CustomTestStringConvertible {
  /// How the channel reaches its provider, with the bodies of success in order.
  enum Transport: Sendable {
    case http([String])
    case aws(String)
  }

  var label: String
  var type: String
  var settings: [String: [String]]
  var transport: Transport
  /// Whether a 2xx only counts with the body that the provider documents.
  var readsBody: Bool
  var secrets: [String] = []

  var testDescription: String { label }

  /// The bodies of success, one an exchange; empty for channels of AWS.
  var bodies: [String] {
    if case .http(let bodies) = transport { bodies } else { [] }
  }

  static let all = [
    ChannelSample(
      label: "newrelic by name", type: "newrelic",
      settings: ["application_name": ["Checkout API"], "api_key": [key]],
      transport: .http([newRelicEntities, newRelicEvent]), readsBody: true, secrets: [key]),
    ChannelSample(
      label: "newrelic by GUID", type: "newrelic",
      settings: ["entity_guid": ["MXxBUE18MQ"], "api_key": [key]],
      transport: .http([newRelicEvent]), readsBody: true, secrets: [key]),
    ChannelSample(
      label: "newrelic by REST v2", type: "newrelic",
      settings: ["application_name": ["Checkout API"], "api_key": [key], "api": ["rest-v2"]],
      transport: .http([
        #"{"applications":[{"id":7,"name":"Checkout API"}]}"#, #"{"deployment":{"id":42}}"#,
      ]), readsBody: true, secrets: [key]),
    ChannelSample(
      label: "sns", type: "sns",
      settings: ["topic_arn": ["arn:aws:sns:eu-west-1:123456789012:deployments"]],
      transport: .aws(published), readsBody: true),
    ChannelSample(
      label: "webhook", type: "webhook",
      settings: [
        "url": ["https://user:Basic-pass-1@hooks.example.com/in"],
        "secret": ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        "header.Authorization": [#"Bearer t0ken/"quoted"&more"#],
      ],
      transport: .http(["ok"]), readsBody: false,
      secrets: [
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        #"t0ken/"quoted"&more"#, "Basic-pass-1",
      ]),
  ]

  static let key = "NRAK-0123456789ABCDEF0123456789A"
  static let newRelicEntities = """
    {"data":{"actor":{"entitySearch":{"count":1,"results":{"entities":[
    {"guid":"MXxBUE18MQ","name":"Checkout API","accountId":1}]}}}}}
    """
  static let newRelicEvent = """
    {"data":{"changeTrackingCreateEvent":{"changeTrackingEvent":{"changeTrackingId":"c-1"},
    "messages":[]}}}
    """
  static let published = """
    <PublishResponse><PublishResult><MessageId>m-1</MessageId></PublishResult></PublishResponse>
    """
}
