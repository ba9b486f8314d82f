/// Finds the route of notifications, once for each channel of a registration.
struct Routes {
  private let deadline: Duration
  private var known: [Announcer.Lane: Route] = [:]

  init(deadline: Duration) { self.deadline = deadline }

  mutating func route(of claimed: ClaimedNotification, by announcer: Announcer) -> Route {
    let lane = claimed.lane
    if let route = known[lane] { return route }
    let route = announcer.route(of: lane, deadline: deadline)
    known[lane] = route
    return route
  }
}
