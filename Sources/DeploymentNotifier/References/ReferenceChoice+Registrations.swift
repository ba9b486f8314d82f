import CodeDeployNotifications

extension ReferenceChoice {
  /// What is wrong with the references of a registration. One that leads nowhere here could never
  /// be used, and whoever registers it can still change it.
  func refusals(in registration: Registration, _ catalog: ChannelCatalog) -> [DocumentProblem] {
    var problems: [DocumentProblem] = []
    for channel in registration.channels {
      for (key, values) in channel.settings.sorted(by: { $0.key < $1.key }) {
        guard catalog.setting(key, of: channel.type)?.takesReferences ?? true else { continue }
        for case .reference(let reference) in values.map(SettingReference.read) {
          guard let reason = refusal(of: reference) else { continue }
          var problem = DocumentProblem("\(channel.type).\(key)", reason)
          problem.application = registration.application
          problems.append(problem)
        }
      }
    }
    return problems
  }
}
