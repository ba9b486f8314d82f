import DeploymentNotifier
import Foundation
import Hummingbird

/// The service's HTTP routes.
struct Routes: Sendable {
  let notifier: DeploymentNotifier
  let token: String

  func router() -> Router<BasicRequestContext> {
    let router = Router()
    router.add(middleware: BearerToken(token))
    router.add(middleware: ProblemAnswers())

    router.get("registrations") { _, _ in
      json(notifier.document(of: try await notifier.registrations()))
    }
    router.post("registrations") { request, _ in
      let body = try await request.body.collect(upTo: 1 << 20)
      let registered = try await notifier.register(document: body.readableBytesView)
      return json(notifier.document(of: registered), .created)
    }
    router.delete("registrations/:name") { _, context in
      let name = try context.parameters.require("name")
      guard try await notifier.unregister(name) > 0 else {
        throw HTTPError(.notFound, message: "\(name) is not registered")
      }
      return HTTPResponse.Status.noContent
    }
    router.get("applications/:name/deployments") { request, context in
      let name = try context.parameters.require("name")
      let days = request.uri.queryParameters.get("days", as: Int.self) ?? 7
      let since = Date().addingTimeInterval(-86_400 * Double(days))
      let listed = notifier.deployments(of: name, createdSince: since).prefix(100)
      return try await listed.reduce(into: []) { $0.append(ListedDeployment($1)) }
    }
    router.get("applications/:name/history") { _, context in
      let name = try context.parameters.require("name")
      let history = notifier.history(of: name, limit: 100)
      let entries = try await history.reduce(into: []) { $0.append($1) }
      return json(notifier.document(ofHistory: entries))
    }
    router.get("status") { _, _ in
      let status = try await notifier.status()
      return json(String(decoding: try JSONEncoder().encode(status), as: UTF8.self))
    }
    router.post("deployments/:id/announcements") { _, context in
      let report = await notifier.announce([try context.parameters.require("id")])
      if report.notifications.isEmpty, let failure = report.failures.first { throw failure }
      return report.notifications.map(Announcement.init)
    }
    return router
  }

  private func json(_ text: String, _ status: HTTPResponse.Status = .ok) -> Response {
    Response(
      status: status, headers: [.contentType: "application/json"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }
}

/// A deployment, with what callers are shown.
struct ListedDeployment: ResponseEncodable {
  var id: String
  var group: String?
  var status: String
  var revision: String?
  var createdAt: Date
  var completedAt: Date?

  init(_ deployment: Deployment) {
    id = deployment.id
    group = deployment.deploymentGroup
    status = deployment.status.rawValue
    revision = deployment.revision?.label
    createdAt = deployment.createdAt
    completedAt = deployment.completedAt
  }
}

/// The outcome of one notification of a deployment.
struct Announcement: ResponseEncodable {
  var channel: String
  var event: String
  var outcome: String
  var reason: String

  init(_ notification: PollReport.NotificationReport) {
    channel = notification.channel
    event = notification.event.rawValue
    outcome = notification.outcome.rawValue
    reason = notification.reason
  }
}
