import CodeDeployNotifications
import DeploymentNotifier

// The command's sentences for names that don't exist or are ambiguous, with its options.

extension SelectionProblem {
  var failure: Failure {
    guard case .ambiguous(let application, let scopes) = self else {
      return Failure(.notFound, description)
    }
    return Failure(
      .usage,
      "\(application) is registered \(scopes.count) times; say which one with --region, "
        + "--profile or --role-arn (\"\" for none):\n\(Self.listed(scopes))")
  }
}

extension StoreNameProblem {
  var failure: Failure {
    let name = name.printable
    return switch kind {
    case .noPath:
      Failure(.usage, "--store needs a path, as in --store sqlite:/var/lib/cdnotify.db")
    case .unknownKind: Failure(.usage, "--store \(name): \(description)")
    case .badTableSetting, .badRegion: Failure(.usage, "--store \(description)")
    case .badTableName:
      Failure(.usage, "--store \(description), as in --store dynamodb:cdnotify")
    case .missingRegion:
      Failure(
        .usage,
        "no region for the store: set AWS_REGION, or give --store \"dynamodb:\(name)?region=…\"")
    }
  }
}
