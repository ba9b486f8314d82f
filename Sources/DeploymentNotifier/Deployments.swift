import CodeDeployNotifications
import Foundation

extension DeploymentNotifier {
  /// An application's deployments, read from CodeDeploy page by page during iteration: in every
  /// scope in which it is registered, or else in the notifier's own region. Deployments of deleted
  /// deployment groups are not listed.
  ///
  /// Iterating throws `NotifierProblem` where no scope has the application, `AWSFailure` and
  /// `StoreFailure`.
  public func deployments(of application: String, createdSince: Date? = nil) -> Deployments {
    Deployments(parts: parts, application: application, createdSince: createdSince)
  }

  /// The deployments of an application, as CodeDeploy describes them.
  public struct Deployments: AsyncSequence, Sendable {
    /// One deployment.
    public typealias Element = Deployment

    let parts: Parts
    let application: String
    let createdSince: Date?

    /// Starts with the first page.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(sequence: self) }

    /// Reads each page when the page before it is used up.
    public struct AsyncIterator: AsyncIteratorProtocol {
      let sequence: Deployments
      private var listings: [GroupListing]?
      private var ids: [String] = []
      private var seen: Set<String> = []
      private var read: [Deployment] = []

      /// A deployment group, and how far it was listed.
      fileprivate struct GroupListing {
        var source: DeploymentSource
        var group: DeploymentGroupName
        var nextToken: String?
        var tokens: Set<String> = []
      }

      init(sequence: Deployments) { self.sequence = sequence }

      /// The next deployment; `nil` after the last. Throws `AWSFailure`, `StoreFailure` and
      /// `NotifierProblem`.
      public mutating func next() async throws -> Deployment? {
        while read.isEmpty { guard try await readMore() else { return nil } }
        return read.removeFirst()
      }

      /// Makes one more request. Returns false where there is none left to make.
      private mutating func readMore() async throws -> Bool {
        var listings = if let listings { listings } else { try await sequence.listings() }
        defer { self.listings = listings }
        guard let listing = listings.first else { return false }
        let source = listing.source
        if !ids.isEmpty {
          let batch = Array(ids.prefix(DeploymentSource.batchLimit))
          ids.removeFirst(batch.count)
          read = try await source.deployments(batch)
          if ids.isEmpty, listing.nextToken == nil { listings.removeFirst() }
          return true
        }
        let page = try await source.listPage(
          ListingFilter(group: listing.group, createdSince: sequence.createdSince),
          listing.nextToken)
        ids = page.ids.filter { seen.insert($0).inserted }
        // A repeated token would lead to an endless loop.
        let isNew = page.nextToken.map { listings[0].tokens.insert($0).inserted } ?? false
        listings[0].nextToken = isNew ? page.nextToken : nil
        if ids.isEmpty, !isNew { listings.removeFirst() }
        return true
      }
    }

    /// Every group of the application, in every scope in which it is registered.
    fileprivate func listings() async throws -> [AsyncIterator.GroupListing] {
      var scopes = try await parts.registrationsWithRegion().map(\.registration)
        .filter { $0.application == application && !$0.scope.region.isEmpty }
        .map(\.access)
      if scopes.isEmpty {
        guard let region = try parts.region("") else {
          throw NotifierProblem(
            .missingRegion,
            "no region for \(application), which isn't registered: set AWS_REGION in the "
              + "notifier's AWS settings")
        }
        scopes = [ScopeAccess(AWSScope(region: region))]
      }
      var listings: [AsyncIterator.GroupListing] = []
      var isKnown = false
      for access in scopes {
        let source = parts.source(access)
        guard let groups = try await groups(source) else { continue }
        isKnown = true
        listings += groups.map {
          AsyncIterator.GroupListing(
            source: source, group: DeploymentGroupName(application: application, group: $0))
        }
      }
      guard isKnown else {
        throw NotifierProblem.unknownApplication(application, in: scopes.map(\.scope))
      }
      return listings
    }

    /// The application's groups in one scope; `nil` where the scope doesn't have the application.
    private func groups(_ source: DeploymentSource) async throws -> [String]? {
      do { return try await source.groups(application) } catch let failure as AWSFailure
        where failure.missing == .application
      { return nil }
    }
  }
}
