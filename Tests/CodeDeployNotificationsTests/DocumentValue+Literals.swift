import CodeDeployNotifications

/// Documents as literals that look like JSON.
extension DocumentValue: ExpressibleByStringLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByNilLiteral
{
  package init(stringLiteral value: String) { self = .text(value) }
  package init(integerLiteral value: Int) { self = .number("\(value)") }
  package init(booleanLiteral value: Bool) { self = .boolean(value) }
  package init(nilLiteral: ()) { self = .null }
  package init(arrayLiteral elements: DocumentValue...) { self = .list(elements) }

  package init(dictionaryLiteral elements: (String, DocumentValue)...) {
    self = .object(elements.map { Member($0.0, $0.1) })
  }
}

extension DocumentValue {
  /// A registration of checkout with one channel, the webhook that `settings` describe.
  static func webhook(_ settings: DocumentValue) -> DocumentValue {
    [
      "codedeploy_application_name": "checkout",
      "notifications": [["webhook_notification": settings]],
    ]
  }

  /// A registration of checkout with a webhook and one more key.
  static func with(_ key: String, _ value: DocumentValue) -> DocumentValue {
    [
      "codedeploy_application_name": "checkout", key: value,
      "notifications": [["webhook_notification": ["url": "https://example.com"]]],
    ]
  }

  func registrations() throws -> [Registration] {
    try RegistrationReader(catalog: .fake, region: { $0 == "lost" ? nil : "eu-west-1" })
      .registrations(self)
  }
}
