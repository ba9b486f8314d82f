extension HistoryQuery {
  /// Whether the query selects notifications by state or channel.
  private var asksForNotifications: Bool { !states.isEmpty || !channels.isEmpty }

  /// The entry with only the notifications that the query selects; `nil` where it selects none.
  package func narrowed(_ entry: HistoryEntry) -> HistoryEntry? {
    if !groups.isEmpty {
      guard let group = entry.deployment.deploymentGroup,
        groups.contains(where: { Glob($0).matches(group) })
      else { return nil }
    }
    guard asksForNotifications else { return entry }
    var narrowed = entry
    narrowed.notifications.removeAll {
      !(states.isEmpty || states.contains($0.state))
        || !(channels.isEmpty || channels.contains($0.channel))
    }
    return narrowed.notifications.isEmpty ? nil : narrowed
  }
}
