import DeploymentNotifier
import Hummingbird

/// Answers with the notifier's own sentences, which contain no secrets.
struct ProblemAnswers<Context: RequestContext>: RouterMiddleware {
  func handle(
    _ request: Request, context: Context,
    next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch let problem as DocumentProblem {
      throw HTTPError(.unprocessableContent, message: "\(problem)")
    } catch let problems as DocumentProblems {
      throw HTTPError(.unprocessableContent, message: "\(problems)")
    } catch let problem as NotifierProblem {
      throw HTTPError(problem.status, message: "\(problem)")
    } catch let failure as PollFailure {
      throw HTTPError(failure.status, message: "\(failure)")
    } catch let failure as AWSFailure {
      context.logger.error("\(failure)")
      throw HTTPError(.badGateway, message: "\(failure)")
    } catch let failure as StoreFailure {
      context.logger.error("\(failure)")
      throw HTTPError(.serviceUnavailable, message: "\(failure)")
    }
  }
}

extension NotifierProblem {
  fileprivate var status: HTTPResponse.Status {
    switch kind {
    case .unknownApplication, .notRegistered, .unknownChannel: .notFound
    case .missingRegion: .unprocessableContent
    case .conflict, .busy: .conflict
    case .file: .internalServerError
    }
  }
}

extension PollFailure {
  fileprivate var status: HTTPResponse.Status {
    switch subject {
    case .deployment: .notFound
    case .scope, .notification: .badGateway
    case .store: .serviceUnavailable
    }
  }
}

/// Lets only callers with the token in.
struct BearerToken<Context: RequestContext>: RouterMiddleware {
  private let expected: [UInt8]

  init(_ token: String) { expected = Array("Bearer \(token)".utf8) }

  func handle(
    _ request: Request, context: Context,
    next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    let given = Array((request.headers[.authorization] ?? "").utf8)
    // Compares in constant time, so that the time doesn't show how much of the token is right.
    let difference = zip(given, expected).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) }
    guard given.count == expected.count, difference == 0 else {
      throw HTTPError(.unauthorized, message: "send the service's token: Authorization: Bearer …")
    }
    return try await next(request, context)
  }
}
