import CodeDeployNotifications

@testable import NotificationChannels

/// The part of the man page that is made from the channels themselves, in mdoc(7).
struct ManualChannels {
  var catalog: ChannelCatalog

  var text: String {
    (["", ".Bl -tag -width Ds"] + catalog.types.flatMap(item) + [".El", ""])
      .joined(separator: "\n")
  }

  private func item(_ type: any Channel.Type) -> [String] {
    var lines = [".It Cm \(type.type)", type.summary.roff]
    if type.defaultEvents != DeploymentEvent.ends {
      let events = DeploymentEvent.allCases.filter(type.defaultEvents.contains).map(\.rawValue)
      lines.append("It gets \(events.joined(separator: ", ")) unless told otherwise.")
    }
    lines.append(".Bl -tag -width Ds -compact")
    for setting in type.settings {
      let isFamily = setting.name.hasSuffix(".")
      lines.append(".It Ic \(setting.name)" + (isFamily ? "\\& Ns Ar name" : ""))
      lines.append(setting.summary.roff + notes(on: setting))
    }
    return lines + [".El"]
  }

  private func notes(on setting: ChannelSetting) -> String {
    let notes = [
      setting.isRequired ? "required" : setting.defaultValue.map { "default: \($0)" },
      setting.isSecret ? "secret" : nil, setting.isList ? "can be repeated" : nil,
    ].compactMap { $0 }
    return notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))"
  }
}

extension String {
  /// A line of text: nothing in it is a request or an escape.
  fileprivate var roff: String {
    let text = replacingOccurrences(of: "\\", with: "\\e")
    return text.first == "." || text.first == "'" ? "\\&" + text : text
  }
}
