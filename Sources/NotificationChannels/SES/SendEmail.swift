/// The body of SES's `SendEmail`.
struct SendEmail: Encodable {
  private var fromEmailAddress: String
  private var destination: Destination
  private var replyToAddresses: [String]?
  private var content: Content
  private var configurationSetName: String?

  init(
    from: String, to: [String], cc: [String], replyTo: String?, subject: String, text: String,
    html: String, headers: [(name: String, value: String)], configurationSet: String?
  ) {
    fromEmailAddress = from
    destination = Destination(
      toAddresses: to.isEmpty ? nil : to, ccAddresses: cc.isEmpty ? nil : cc)
    replyToAddresses = replyTo.map { [$0] }
    content = Content(
      simple: Simple(
        subject: Text(data: subject), body: Body(text: Text(data: text), html: Text(data: html)),
        headers: headers.map { Header(name: $0.name, value: $0.value) }))
    configurationSetName = configurationSet
  }

  enum CodingKeys: String, CodingKey {
    case fromEmailAddress = "FromEmailAddress"
    case destination = "Destination"
    case replyToAddresses = "ReplyToAddresses"
    case content = "Content"
    case configurationSetName = "ConfigurationSetName"
  }

  private struct Destination: Encodable {
    var toAddresses: [String]?
    var ccAddresses: [String]?

    enum CodingKeys: String, CodingKey {
      case toAddresses = "ToAddresses"
      case ccAddresses = "CcAddresses"
    }
  }

  private struct Content: Encodable {
    var simple: Simple

    enum CodingKeys: String, CodingKey { case simple = "Simple" }
  }

  private struct Simple: Encodable {
    var subject: Text
    var body: Body
    var headers: [Header]

    enum CodingKeys: String, CodingKey {
      case subject = "Subject"
      case body = "Body"
      case headers = "Headers"
    }
  }

  private struct Body: Encodable {
    var text: Text
    var html: Text

    enum CodingKeys: String, CodingKey {
      case text = "Text"
      case html = "Html"
    }
  }

  /// Without a charset SES reads a text as 7-bit ASCII.
  private struct Text: Encodable {
    var data: String
    var charset = "UTF-8"

    enum CodingKeys: String, CodingKey {
      case data = "Data"
      case charset = "Charset"
    }
  }

  private struct Header: Encodable {
    var name: String
    var value: String

    enum CodingKeys: String, CodingKey {
      case name = "Name"
      case value = "Value"
    }
  }
}
