import CodeDeployNotifications
import TestSupport

@testable import NotificationChannels

/// The part of `man/cdnotify-channels.7` that is generated from the channels, in mdoc(7).
struct ManualChannels {
  var catalog: ChannelCatalog

  var text: String { (catalog.types.flatMap(section) + [""]).joined(separator: "\n") }

  private func section(_ type: any Channel.Type) -> [String] {
    let events = DeploymentEvent.allCases.filter(type.defaultEvents.contains).map(\.rawValue)
    var lines = [".Ss \(type.type)"] + ManualText.lines(type.summary)
    lines += ["Default events: \(events.joined(separator: ", "))."]
    lines += ManualText.literal([ChannelCatalog.guide(of: type)?.example ?? ""])
    lines.append(".Bl -tag -width Ds")
    for setting in type.settings {
      let isFamily = setting.name.hasSuffix(".")
      lines.append(".It Ic \(setting.name)" + (isFamily ? "\\& Ns Ar name" : ""))
      lines += ManualText.lines(setting.summary + notes(on: setting))
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
