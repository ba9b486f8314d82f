import Foundation

/// What a cycle learned from CodeDeploy about one scope.
package struct Discovery: Sendable {
  /// Deployments read in this cycle, each with its previous record in the ledger.
  package var read: [(deployment: Deployment, previous: DeploymentRecord?)] = []
  /// Listed deployments that the ledger knows to have ended.
  package var known: [DeploymentRecord] = []
  /// Ids that were listed and couldn't be read.
  package var unread: [String] = []
  /// Ids of listed deployments that are known to have ended.
  package var ended: Set<String> = []
  /// Whether every page of every listing was read.
  package var isComplete = false
  /// Whether nothing was left unread: no page, no listed deployment and none in flight.
  package var isWhole = false
  /// Why anything was left unread.
  package var failures: [SourceFailure] = []
  package var storeFailure: StoreFailure?
  /// Whether IAM denied listing the whole account.
  package var wasDenied = false

  package init() {}

  /// CodeDeploy wasn't asked.
  init(failure: SourceFailure) { failures = [failure] }

  /// What a listing tells by itself.
  fileprivate init(_ listing: Listing) {
    isComplete = listing.isComplete
    failures = listing.failures
    storeFailure = listing.storeFailure
    wasDenied = listing.wasDenied
  }

  /// The listing where the ledger couldn't say what of it is known.
  fileprivate init(_ listing: Listing, failedBy error: any Error) {
    self.init(listing)
    isComplete = false
    storeFailure = StoreFailure(wrapping: error)
  }
}

/// Asks CodeDeploy which deployments there are, with a single listing when nothing is new.
struct Discoverer: Sendable {
  let scope: AWSScope
  let source: DeploymentSource
  let store: any Store
  let lister: Lister
  /// Which of these applications are registered and served by this cycle.
  let registered: @Sendable (Set<String>) async throws -> Set<String>
  /// Deployments that are known to have ended, whose records needn't be looked up.
  let ended: Set<String>

  /// How many requests of `BatchGetDeployments` run concurrently.
  private static let parallelBatches = 6

  /// Reads what was created since `start` and what is `inFlight` by the ledger. With `alsoInFlight`
  /// it also reads everything that CodeDeploy lists as in flight, however old.
  func discovery(
    createdSince start: Date, inFlight: [DeploymentRecord], alsoInFlight: Bool
  ) async -> Discovery {
    let inFlightByID = Dictionary(
      inFlight.map { ($0.key.id, $0) }, uniquingKeysWith: { first, _ in first })
    async let inFlightRead = read(inFlightByID.keys.sorted())
    let filters =
      [ListingFilter(createdSince: start)]
      + (alsoInFlight ? [ListingFilter(statuses: DeploymentStatus.inFlight)] : [])
    let listing = await lister.listing(of: filters)

    let listed = listing.ids.subtracting(inFlightByID.keys).subtracting(ended)
    let records: [String: DeploymentRecord]
    let adopted: Set<String>
    do {
      records = try await store.deployments(listed.sorted(), in: scope)
      let inFlightBefore = records.values.lazy.compactMap(\.deployment).filter {
        !$0.status.isFinal
      }
      adopted = try await registered(Set(inFlightBefore.map(\.application)))
    } catch {
      return Discovery(listing, failedBy: error)
    }
    // A deployment that was read before and isn't in flight has ended, or its application wasn't
    // registered.
    let wanted = listed.filter { isWanted(records[$0]?.deployment, adopted) }.sorted()
    let batches = await [inFlightRead, read(wanted)]

    var discovery = Discovery(listing)
    discovery.failures += batches.flatMap(\.failures)
    discovery.read = batches.flatMap(\.deployments).map {
      ($0, inFlightByID[$0.id] ?? records[$0.id])
    }
    discovery.known = records.values.filter { $0.deployment?.status.isFinal == true }
      .sorted { $0.key.id < $1.key.id }
    let answered = Set(discovery.read.map(\.deployment.id))
    discovery.isWhole =
      listing.isComplete && listing.unreadable == 0 && answered.isSuperset(of: wanted)
      && answered.isSuperset(of: inFlightByID.keys)
    // The next listing repeats the window of one that isn't complete, and so lists the same ids
    // again. So none of them has to be stored, however many there are.
    if listing.isComplete {
      discovery.unread = wanted.filter { id in
        !answered.contains(id) && (records[id] == nil || records[id]?.deployment != nil)
      }
    }
    let final =
      discovery.known.map(\.key.id)
      + discovery.read.map(\.deployment).filter(\.status.isFinal).map(\.id)
    discovery.ended = listing.ids.intersection(ended.union(final))
    return discovery
  }

  /// Whether a listed deployment has to be read: one that was never read, or one that was in flight
  /// when its application wasn't registered yet.
  private func isWanted(_ known: Deployment?, _ registered: Set<String>) -> Bool {
    guard let known else { return true }
    return !known.status.isFinal && registered.contains(known.application)
  }

  /// Reads these deployments and nothing else.
  func deployments(_ ids: [String]) async -> Discovery {
    var discovery = Discovery()
    let batch = await read(ids)
    do {
      let records = try await store.deployments(ids, in: scope)
      discovery.read = batch.deployments.map { ($0, records[$0.id]) }
    } catch {
      discovery.storeFailure = StoreFailure(wrapping: error)
    }
    discovery.failures = batch.failures
    discovery.isComplete = discovery.failures.isEmpty && discovery.storeFailure == nil
    discovery.isWhole = discovery.isComplete
    return discovery
  }

  private struct Batch: Sendable {
    var deployments: [Deployment] = []
    var failures: [SourceFailure] = []
  }

  /// Reads deployments by id, several batches concurrently. A batch that fails doesn't stop the
  /// others.
  private func read(_ ids: [String]) async -> Batch {
    typealias Answer = Result<[Deployment], SourceFailure>
    var all = Batch()
    await concurrentForEach(
      ids.parts(of: DeploymentSource.batchLimit), atOnce: Self.parallelBatches
    ) { [source] batch -> Answer in
      do { return .success(try await source.deployments(batch)) } catch {
        return .failure(SourceFailure(error))
      }
    } receive: { answer, waiting in
      switch answer {
      case .success(let deployments): all.deployments += deployments
      case .failure(let error):
        all.failures.append(error)
        // The other batches would meet the same trouble, and their ids are kept for later.
        waiting = []
      }
    }
    return all
  }
}
