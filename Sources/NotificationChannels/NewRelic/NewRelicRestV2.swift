import ChannelKit
import CodeDeployNotifications
import Foundation

/// Deployments in New Relic's REST API v2, which ends on 2027-07-31
/// (https://docs.newrelic.com/docs/apm/apm-ui-pages/events/record-deployments).
struct NewRelicRestV2: Sendable {
  /// `…/v2/applications`.
  let address: WebAddress
  let key: Secret

  private struct Applications: Decodable {
    var applications: [Application]
  }

  private struct Application: Decodable {
    var id: Int
    var name: String
  }

  private struct Recorded: Decodable {
    var deployment: Deployment
    struct Deployment: Decodable { var id: Int }
  }

  private struct Record: Encodable {
    var deployment: Deployment

    /// The limits of texts are the documented ones. No time is sent: it "must be after the most
    /// recent deployment timestamp", so a late notification would be refused for good.
    struct Deployment: Encodable {
      var revision: String
      var changelog: String?
      var description: String
      var user: String?

      init(_ message: ChannelMessage) {
        let notification = message.notification
        let revision = notification.revision.map { $0.commit ?? $0.label } ?? ""
        let label = revision.oneLine.cut(to: 127, .utf16)
        self.revision = label.isEmpty ? notification.deploymentID : label
        changelog = (notification.description ?? notification.compareURL)
          .map { $0.cleaned.cut(to: 65_535, .utf16) }
        description = message.bodyText(within: 65_535, .utf16)
        let deployer = notification.deployer
        user = (deployer?.name ?? deployer?.email).map { $0.oneLine.cut(to: 31, .utf16) }
      }
    }
  }

  /// The number of the only application of that name. If there is none, or there are several, it
  /// throws a refusal.
  func id(ofApplication name: String, with services: ChannelServices) async throws -> Int {
    let url = address.appending(".json").url(setting: [("filter[name]", name)])
    let found: Applications = try await ask(.get, url, with: services)
    // The filter also finds parts of names.
    let matches = found.applications.filter { $0.name == name }
    if matches.count == 1, let match = matches.first { return match.id }
    let others = matches.isEmpty ? found.applications : matches
    let labels = others.prefix(5).map { "\($0.name) (\($0.id))" }.joined(separator: ", ")
    let count = matches.isEmpty ? "no application" : "\(matches.count) applications"
    let sentence = "New Relic has \(count) '\(name)'" + (labels.isEmpty ? "" : "; it has \(labels)")
    throw DeliveryFailure(.refused, Redaction([key]).line(sentence))
  }

  /// Records a deployment of the application and returns its number in a sentence.
  func record(
    _ message: ChannelMessage, application id: Int, with services: ChannelServices
  ) async throws -> String {
    let record = Record(deployment: Record.Deployment(message))
    let body = [UInt8](try JSONCoding.encoder().encode(record))
    let url = "\(address.url)/\(id)/deployments.json"
    let recorded: Recorded = try await ask(.post, url, body: body, with: services)
    return "recorded as deployment \(recorded.deployment.id)"
  }

  private func ask<Answer: Decodable>(
    _ method: HTTPRequest.Method, _ url: String, body: [UInt8] = [], with services: ChannelServices
  ) async throws -> Answer {
    var headers = [HTTPField("Api-Key", key.revealed)]
    if !body.isEmpty { headers.insert(HTTPField("Content-Type", "application/json"), at: 0) }
    let request = HTTPRequest(method, url, headers: headers, body: body, timeout: services.timeout)
    let response = try await HTTPVerdict.answer(
      to: request, from: "New Relic", with: services, redacting: [key],
      hints: [401: NerdGraph.keyHint, 403: NerdGraph.keyHint])
    guard let answer = try? ReceivedJSON.decode(Answer.self, from: response.body) else {
      throw HTTPVerdict.oddAnswer(response, from: "New Relic", redacting: [key])
    }
    return answer
  }
}
