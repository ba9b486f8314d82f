import CodeDeployNotifications
import TestSupport

@testable import NotificationChannels

/// The part of `man/cdnotify-registrations.5` that is generated from the document's schema.
struct ManualRegistrations {
  var schema: DocumentValue

  var text: String {
    let registration = schema["definitions"]?["registration"]
    let required = registration?["required"]?.texts ?? []
    var lines = [".Bl -tag -width Ds"]
    for member in registration?["properties"]?.members ?? [] {
      let form = Self.form(member.value)
      let note = required.contains(member.key) ? "\(form), required" : form
      lines.append(".It Ic \(member.key) Pq \(note)")
      lines += ManualText.lines(member.value["description"]?.text ?? "")
    }
    return (lines + [".El", ""]).joined(separator: "\n")
  }

  /// What kind of value a key takes.
  private static func form(_ schema: DocumentValue) -> String {
    switch schema["type"]?.text ?? schema["$ref"]?.text {
    case "string": "string"
    case "array": "list"
    case "object": "object"
    case "#/definitions/texts", "#/definitions/events": "string or list of strings"
    case let other: other ?? "value"
    }
  }
}

extension DocumentValue {
  fileprivate var members: [Member] { if case .object(let members) = self { members } else { [] } }
  fileprivate var text: String? { if case .text(let text) = self { text } else { nil } }
  fileprivate var texts: [String] {
    if case .list(let values) = self { values.compactMap(\.text) } else { [] }
  }
  fileprivate subscript(key: String) -> DocumentValue? {
    members.first { $0.key == key }?.value
  }
}
