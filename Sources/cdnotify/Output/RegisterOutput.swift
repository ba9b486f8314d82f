import CodeDeployNotifications
import DeploymentNotifier

/// The output of `register`.
struct RegisterOutput {
  let isDryRun: Bool
  let isQuiet: Bool
  private var lines: [String] = []
  private var unchanged: [String] = []

  init(isDryRun: Bool, isQuiet: Bool) {
    self.isDryRun = isDryRun
    self.isQuiet = isQuiet
  }

  mutating func add(_ merges: [RegistrationMerge], removed: [RegistrationRecord]) {
    let all = merges.map(\.record) + removed
    let ambiguous = RegistrationSelection.ambiguous(all)
    func title(_ registration: Registration) -> String {
      ambiguous.contains(registration.application)
        ? "\(registration.application) (\(registration.scope.label))" : registration.application
    }
    for merge in merges {
      let name = title(merge.record.registration)
      if merge.changes.isEmpty { unchanged.append(name) }
      for change in merge.changes {
        lines.append(isDryRun ? "\(Self.sign(change)) \(name): \(change)" : "\(name): \(change)")
      }
    }
    for record in removed {
      let name = title(record.registration)
      lines.append(isDryRun ? "- \(name)" : "\(name): removed")
    }
  }

  private static func sign(_ change: String) -> String {
    if change.hasPrefix("added ") { return "+" }
    return change.hasPrefix("removed ") ? "-" : "~"
  }

  /// Prints the changes. A dry run's result is always printed.
  func print() {
    guard !isQuiet || isDryRun else { return }
    for line in lines { Console.output(line.printable) }
    switch unchanged.count {
    case 0:
      if lines.isEmpty { Console.output("The list is empty: nothing is registered.") }
    case 1 where lines.isEmpty:
      Console.output("\(unchanged[0]): nothing changed".printable)
    case 1: Console.output("1 registration stays as it is.")
    default: Console.output("\(unchanged.count) registrations stay as they are.")
    }
  }
}
