import Foundation

extension Announcer {
  /// Sends notifications once: one by its channel's own message, several as a digest. Returns `nil`
  /// where the calling task was cancelled meanwhile.
  func announce(
    _ parts: [ClaimedNotification], timeout: Duration, _ watch: SendWatch
  ) async -> Attempt.Result? {
    guard parts.count > 1 else { return await announce(parts[0], timeout: timeout, watch) }
    return await attempt { () async throws(SendFailure) -> Attempt.Result in
      let answer = try await send(parts, timeout: timeout, watch)
      return .sent(answer: "in a digest of \(parts.count): \(answer)")
    }
  }

  private func send(
    _ parts: [ClaimedNotification], timeout: Duration, _ watch: SendWatch
  ) async throws(SendFailure) -> String {
    // Notifications that form a digest share a place, which only registered channels have.
    let told = parts.compactMap { part in
      channels[part.lane].map { (part.notification, $0, $1) }
    }
    guard told.count == parts.count, let (_, configuration, registration) = told.first,
      let type = services.catalog.type(named: configuration.type)
    else {
      throw .delivery(
        DeliveryFailure(.tryAgain(after: nil), "a channel isn't known in this cycle"))
    }
    let ready = try await failing {
      try await self.channel(configuration, type, registration)
    }
    let digest = ChannelDigest(
      told.map { notification, configuration, registration in
        ChannelDigest.Part(
          notification.told(at: services.now(), overdueAfter: registration.overdueAfter),
          services: services(for: notification, configuration, registration, timeout, watch))
      })
    return try await cleanedAnswer { () async throws -> String in
      try await ready.channel.deliver(digest, with: digest.parts[0].services)
    }
  }
}

extension DeploymentNotification {
  /// The cleaned notification, with a headline that says how late it is.
  fileprivate func told(at now: Date, overdueAfter: Duration?) -> Self {
    var told = cleaned
    told.telling = Telling(at: now, hasOwnTitle: false, overdueAfter: overdueAfter)
    return told
  }
}
