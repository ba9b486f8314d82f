import Foundation

/// An application to list by itself, where the whole account can't be listed.
struct ListedApplication: Sendable, Hashable {
  var name: String
  /// Its groups, if the registration names each of them literally; `nil` where CodeDeploy has to be
  /// asked for them.
  var groups: [String]?

  init(_ registration: Registration) {
    name = registration.application
    let patterns = registration.deploymentGroups
    let arePlain =
      !patterns.isEmpty && patterns.allSatisfy { !$0.contains { "*?[\\".contains($0) } }
    groups = arePlain ? patterns : nil
  }
}

/// The result of a listing.
struct Listing: Sendable {
  var ids: Set<String> = []
  /// Whether every page of every part was read.
  var isComplete = true
  var failures: [SourceFailure] = []
  /// Why the store couldn't say what to list.
  var storeFailure: StoreFailure?
  /// What IAM denied, and for which applications.
  var denials: [ListingDenial] = []
  /// Whether IAM denied listing the whole account.
  var wasDenied = false
  /// How many elements of the pages couldn't be read.
  var unreadable = 0

  mutating func add(_ other: Listing) {
    ids.formUnion(other.ids)
    isComplete = isComplete && other.isComplete
    failures += other.failures
    storeFailure = storeFailure ?? other.storeFailure
    denials += other.denials
    wasDenied = wasDenied || other.wasDenied
    unreadable += other.unreadable
  }

  /// The listing with denials separated from other failures.
  func namingDenials(_ application: String) -> Listing {
    var listing = self
    listing.failures.removeAll(where: \.isDenial)
    listing.denials += failures.filter(\.isDenial).compactMap(\.aws).map {
      ListingDenial(application: application, failure: $0)
    }
    return listing
  }
}

extension SourceFailure {
  fileprivate var isDenial: Bool { aws?.kind == .accessDenied }
}

/// A part of a listing that IAM denied.
struct ListingDenial: Sendable {
  var application: String
  var failure: AWSFailure

  /// One failure for each denied action, however many applications it concerns: they have one
  /// cause, and one policy fixes it.
  static func summed(_ denials: [Self]) -> [AWSFailure] {
    Dictionary(grouping: denials) { $0.failure.deniedAction ?? $0.failure.code ?? "" }
      .sorted { $0.key < $1.key }.compactMap { _, denials in
        let applications = Set(denials.map(\.application)).sorted()
        guard var failure = denials.min(by: { $0.application < $1.application })?.failure else {
          return nil
        }
        guard applications.count > 1 else { return failure }
        let named = applications.prefix(3).joined(separator: ", ")
        let rest = applications.count - 3
        failure.description +=
          " This concerns \(applications.count) applications: \(named)"
          + (rest > 0 ? " and \(rest) more." : ".")
        return failure
      }
  }
}

/// Lists the deployments of a scope: the whole account and region at once, or, where IAM denies
/// that, each group of each application.
struct Lister: Sendable {
  let scope: AWSScope
  let source: DeploymentSource
  /// The registered applications of the scope, read only where the whole account isn't listed.
  let applications: @Sendable () async throws -> [ListedApplication]
  /// Whether IAM denied the whole account's listing a short time ago.
  let isDenied: Bool

  /// More pages, and more ids, than an account fills in a week, which is the longest that a listing
  /// covers: bounds for a listing that doesn't end.
  static let maximumPages = 2_000
  static let maximumIDs = 100_000
  /// How many applications, and groups of each, are listed concurrently.
  private static let parallelParts = 3

  /// Lists what matches any of the filters.
  func listing(of filters: [ListingFilter]) async -> Listing {
    guard !isDenied else { return await everyGroup(filters) }
    let whole = await Self.sum(of: filters) { await pages($0) }
    guard whole.failures.contains(where: \.isDenial) else { return whole }
    var listing = await everyGroup(filters)
    listing.wasDenied = true
    return listing
  }

  private func everyGroup(_ filters: [ListingFilter]) async -> Listing {
    let applications: [ListedApplication]
    do { applications = try await self.applications() } catch {
      return Listing(isComplete: false, storeFailure: StoreFailure(wrapping: error))
    }
    var listing = await byGroup(applications, filters)
    listing.failures += ListingDenial.summed(listing.denials).map { .aws($0) }
    return listing
  }

  /// Lists each group of each application. The names of the groups are read every time, so that a
  /// new group is found when it first deploys.
  private func byGroup(
    _ applications: [ListedApplication], _ filters: [ListingFilter]
  ) async -> Listing {
    await Self.sum(of: applications) { application in
      do {
        let groups = try await groups(of: application).map {
          DeploymentGroupName(application: application.name, group: $0)
        }
        let listing = await Self.sum(of: groups) { group in
          await Self.sum(of: filters) { filter in
            var narrowed = filter
            narrowed.group = group
            return await pages(narrowed)
          }
        }
        return listing.namingDenials(application.name)
      } catch let failure as AWSFailure where failure.missing == .application {
        // No deployment of it can be missed, so it doesn't hold back the watermark.
        return Listing(failures: [.aws(gone(application.name, failure))])
      } catch {
        return Listing(isComplete: false, failures: [SourceFailure(error)])
          .namingDenials(application.name)
      }
    }
  }

  private func gone(_ application: String, _ failure: AWSFailure) -> AWSFailure {
    AWSFailure(
      .refused, code: failure.code,
      "CodeDeploy in \(scope.label) has no application \"\(application)\" any more: it was deleted "
        + "or renamed. Unregister it, or register it under its new name.")
  }

  private func groups(of application: ListedApplication) async throws -> [String] {
    if let groups = application.groups { return groups }
    return try await source.groups(application.name)
  }

  /// Reads all pages of a listing. Pages read before a failure are kept: they are right, only not
  /// complete. Of a listing that doesn't end nothing is kept.
  private func pages(_ filter: ListingFilter) async -> Listing {
    var listing = Listing()
    var token: String?
    // Only the hashes of tokens are kept: tokens may be many, and long.
    var tokens: Set<Int> = []
    do {
      while tokens.count < Self.maximumPages {
        let page = try await source.listPage(filter, token)
        guard listing.ids.count + page.ids.count <= Self.maximumIDs else { break }
        listing.ids.formUnion(page.ids)
        listing.unreadable += page.unreadable
        guard let next = page.nextToken, !next.isEmpty else { return listing }
        guard tokens.insert(next.hashValue).inserted else {
          listing.failures = [.aws(endless("returned the same page token again"))]
          listing.isComplete = false
          return listing
        }
        token = next
      }
      let why =
        "still has another page after \(tokens.count) pages and \(listing.ids.count) deployments"
      listing = Listing(failures: [.aws(endless(why))])
    } catch let failure as AWSFailure where failure.missing == .deploymentGroup {
      // A group that a registration names and that doesn't exist yet.
      return listing
    } catch {
      listing.failures = [SourceFailure(error)]
    }
    listing.isComplete = false
    return listing
  }

  private func endless(_ why: String) -> AWSFailure {
    AWSFailure(
      .nonsense, "ListDeployments in \(scope.label) doesn't end: CodeDeploy \(why).")
  }

  /// Lists the parts, some of them concurrently, and adds up the results.
  private static func sum<Part: Sendable>(
    of parts: [Part], _ list: @escaping @Sendable (Part) async -> Listing
  ) async -> Listing {
    var sum = Listing()
    await concurrentForEach(parts, atOnce: parallelParts, list) { listing, _ in sum.add(listing) }
    return sum
  }
}
