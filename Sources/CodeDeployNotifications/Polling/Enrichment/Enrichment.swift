import Foundation
import Logging

/// Adds to events that will be announced what takes further requests: why a deployment failed, and
/// which version an AppSpec names. An announcement without it is better than none: what can't be
/// read in time is left out and logged.
struct Enrichment: Sendable {
  let scope: AWSScope
  let source: DetailSource
  let logger: Logger

  /// How many deployments are read concurrently.
  private static let parallel = 6

  /// One thing to read. If several events need the same, it is read once.
  fileprivate enum Question: Hashable, Sendable {
    case failure(deploymentID: String, computePlatform: ComputePlatform?)
    case content(Revision, application: String)
  }

  private enum Answer: Sendable {
    case failure(DeploymentNotification.Failure)
    case content(String)
    case nothing
  }

  /// The deployments with all that could be read of their events.
  func added(to found: [FoundDeployment]) async -> [FoundDeployment] {
    let answers = await read(found.flatMap(\.events).flatMap(Self.questions))
    return found.map { deployment in
      deployment.mapEvents { event in
        var event = event
        for question in Self.questions(of: event) {
          switch answers[question] {
          case .failure(let failure): event.content.failure = failure
          case .content(let content): event.content.add(content, of: question.revision)
          case .nothing, nil: break
          }
        }
        return event
      }
    }
  }

  private static func questions(of event: PlannedEvent) -> [Question] {
    guard event.notifications.contains(where: { $0.decision == .deliver }) else { return [] }
    let content = event.content
    var questions: [Question] = []
    if failed(content) {
      questions.append(
        .failure(deploymentID: content.deploymentID, computePlatform: content.computePlatform))
    }
    questions += [content.revision, content.previousRevision].compactMap { revision in
      guard let revision, revision.lacksContent else { return nil }
      return .content(revision, application: content.application)
    }
    return questions
  }

  /// Whether there can be failed targets. A deployment that never started has none, and CodeDeploy
  /// refuses to list them.
  private static func failed(_ content: DeploymentNotification) -> Bool {
    let hasFailedTargets = (content.overview?.failed ?? 0) > 0
    let hasStarted = content.startedAt != nil || content.overview != nil
    switch content.event {
    case .failed: return hasStarted
    case .succeeded, .stopped: return hasFailedTargets
    case .started, .ready, .overdue: return false
    }
  }

  /// Reads concurrently. Where AWS denies one kind of question, no more of that kind are asked;
  /// where AWS throttles or can't be reached, no more at all.
  private func read(_ questions: some Sequence<Question>) async -> [Question: Answer] {
    var asked: [Question] = []
    for question in questions where !asked.contains(question) { asked.append(question) }
    // If time is short, the cause of a failure matters more than a version's name.
    asked = asked.filter(\.isFailure) + asked.filter { !$0.isFailure }

    typealias Read = (question: Question, result: Result<Answer, SourceFailure>)
    var answers: [Question: Answer] = [:]
    await concurrentForEach(asked, atOnce: Self.parallel) { question -> Read in
      do { return (question, .success(try await answer(question))) } catch {
        return (question, .failure(SourceFailure(error)))
      }
    } receive: { read, waiting in
      switch read.result {
      case .success(let answer): answers[read.question] = answer
      case .failure(let failure):
        say(failure, of: read.question)
        waiting.removeAll { Self.isVain($0, after: failure, of: read.question) }
      }
      if Task.isCancelled { waiting = [] }
    }
    return answers
  }

  private static func isVain(
    _ question: Question, after failure: SourceFailure, of other: Question
  ) -> Bool {
    switch failure.aws?.kind {
    case .accessDenied: question.isFailure == other.isFailure
    case .refused, .nonsense, .serviceFault: false
    default: true
    }
  }

  private func say(_ failure: SourceFailure, of question: Question) {
    let what =
      switch question {
      case .failure(let id, _): "why \(id) failed"
      case .content(let revision, let application): "what \(revision.label) of \(application) is"
      }
    let reason = failure.aws?.description ?? "There was no time for it."
    logger.debug("\(scope.label): \(what) stays untold: \(reason)")
  }

  private func answer(_ question: Question) async throws -> Answer {
    switch question {
    case .failure(let id, let platform):
      return try await source.firstFailure(of: id, platform).map(Answer.failure) ?? .nothing
    case .content(let revision, let application):
      let content = try await source.revision(application, revision)?.content
      return content.map { .content($0.cleaned.withoutCredentials) } ?? .nothing
    }
  }
}

extension Enrichment.Question {
  fileprivate var isFailure: Bool {
    if case .failure = self { true } else { false }
  }

  fileprivate var revision: Revision? {
    if case .content(let revision, _) = self { revision } else { nil }
  }
}

extension Revision {
  /// Whether it is an AppSpec whose text CodeDeploy left out.
  fileprivate var lacksContent: Bool {
    content == nil && sha256 != nil && (type == .string || type == .appSpecContent)
  }
}

extension DeploymentNotification {
  fileprivate mutating func add(_ content: String, of asked: Revision?) {
    if revision == asked { revision?.content = content }
    if previousRevision == asked { previousRevision?.content = content }
  }
}
