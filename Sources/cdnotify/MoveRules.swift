import CodeDeployNotifications
import Foundation

/// What an import holds registrations to: the rules of `register`.
struct MoveRules: Sendable {
  let catalog: ChannelCatalog

  func check(_ record: RegistrationRecord) throws(LineProblem) {
    let registration = record.registration
    do {
      let document = RegistrationWriter(catalog: catalog, revealingSecrets: true)
        .document(registration)
      if !registration.scope.region.isEmpty {
        try RegistrationRules.checkRegion(registration.scope.region, at: "region")
      }
      _ = try RegistrationReader(catalog: catalog) { _ in "" }.registrations(document)
    } catch {
      throw LineProblem("\(registration.application.prefix(100)): \(error)")
    }
    let names = Set(registration.channels.map(\.name))
    if let stray = record.baselines.keys.sorted().first(where: { !names.contains($0) }) {
      throw LineProblem(
        "\(registration.application): baselines.\(stray.prefix(64)) is of no channel that is there")
    }
  }

  func check(_ mute: Mute) throws(LineProblem) {
    do {
      try RegistrationRules.checkApplication(mute.identity.application, at: "mute.application")
    } catch {
      throw LineProblem(error.description)
    }
    guard mute.channel?.count ?? 0 <= 64, mute.since <= mute.until else {
      throw LineProblem(
        "the mute of \(mute.identity.application) names no channel, or ends before it began")
    }
  }

  /// What the registration would run on this host.
  func commands(of record: RegistrationRecord) -> [String] {
    record.registration.channels.compactMap { channel in
      let programs = catalog.type(named: channel.type)?.settings.filter { $0.kind == .program }
      let named = (programs ?? []).flatMap { channel.settings[$0.name] ?? [] }
      return named.isEmpty
        ? nil
        : "\(record.registration.application)'s channel \(channel.name) runs "
          + named.joined(separator: ", ")
    }
  }

  /// A number that no export has: negative, with an exponent, or with more than fifteen digits. It
  /// is looked for before anything is computed with it.
  static func oddNumber(in line: ArraySlice<UInt8>) -> String? {
    var isText = false
    var isEscaped = false
    var number = line.startIndex..<line.startIndex
    for index in line.indices {
      let byte = line[index]
      if isText {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isText = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isText = true
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"),
        UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
        if number.upperBound != index { number = index..<index }
        number = number.lowerBound..<(index + 1)
        let first = line[number.lowerBound]
        let isNumber = first != UInt8(ascii: "e") && first != UInt8(ascii: "E")
        let isDigit = byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
        guard isNumber, !isDigit || number.count > 15 else { continue }
        return String(decoding: line[number.lowerBound...].prefix(24), as: UTF8.self)
          .prefix { "0123456789+-.eE".contains($0) }.description
      default: break
      }
    }
    return nil
  }
}
