import Foundation

/// What a cycle learned from CodeDeploy about one scope.
package struct Discovery: Sendable {
  /// Deployments read in this cycle, without those that were recorded during the reading.
  package var read: [Deployment] = []
  /// What the ledger held before of what was listed and of what is in flight, by id.
  package var previous: [String: DeploymentRecord] = [:]
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
  /// Records those of the deployments that the rest of the cycle has no use for, and returns the
  /// others.
  let sift: @Sendable ([Deployment]) async throws -> [Deployment]
  /// Deployments that are known to have ended, whose records needn't be looked up.
  let ended: Set<String>

  /// How many requests of `BatchGetDeployments` run concurrently.
  private static let parallelBatches = 6
  /// How many deployments are read before they are sifted.
  private static let partSize = 500

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
    let new: Batch
    do {
      records = try await store.deployments(listed.sorted(), in: scope)
      let inFlightBefore = records.values.lazy.compactMap(\.deployment).filter {
        !$0.status.isFinal
      }
      let adopted = try await registered(Set(inFlightBefore.map(\.application)))
      // A deployment that was read before and isn't in flight has ended, or its application wasn't
      // registered.
      new = try await readInParts(
        listed.filter { isWanted(records[$0]?.deployment, adopted) }.sorted())
    } catch {
      return Discovery(listing, failedBy: error)
    }
    let batches = await [inFlightRead, new]

    var discovery = Discovery(listing)
    discovery.failures += batches.flatMap(\.failures)
    discovery.read = batches.flatMap(\.deployments)
    discovery.previous = records.merging(inFlightByID) { _, inFlight in inFlight }
    discovery.known = records.values.filter { $0.deployment?.status.isFinal == true }
      .sorted { $0.key.id < $1.key.id }
    discovery.isWhole =
      listing.isComplete && listing.unreadable == 0 && batches.allSatisfy(\.unread.isEmpty)
    // The next listing repeats the window of one that isn't complete, and so lists the same ids
    // again. So none of them has to be stored, however many there are.
    if listing.isComplete {
      discovery.unread = new.unread.filter { records[$0] == nil || records[$0]?.deployment != nil }
    }
    discovery.ended = listing.ids.intersection(ended)
    discovery.ended.formUnion(new.recordedEnds)
    discovery.ended.formUnion(discovery.known.lazy.map(\.key.id))
    discovery.ended.formUnion(
      discovery.read.lazy.filter(\.status.isFinal).map(\.id).filter(listing.ids.contains))
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
      discovery.previous = try await store.deployments(ids, in: scope)
      discovery.read = batch.deployments
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
    /// Ids that CodeDeploy didn't answer.
    var unread: [String] = []
    var failures: [SourceFailure] = []
    /// Ids of those that were recorded and have ended.
    var recordedEnds: [String] = []
  }

  /// Reads deployments by id, in parts. Each part but the last is sifted before the next is read,
  /// as all that an account deployed in a week may be too much to hold. A part that fails ends it.
  private func readInParts(_ ids: [String]) async throws -> Batch {
    var all = Batch()
    var rest = ids[...]
    while !rest.isEmpty {
      let part = await read(Array(rest.prefix(Self.partSize)))
      rest.removeFirst(min(Self.partSize, rest.count))
      all.unread += part.unread
      guard part.failures.isEmpty, !rest.isEmpty else {
        all.deployments += part.deployments
        all.failures = part.failures
        all.unread += rest
        break
      }
      let needed = try await sift(part.deployments)
      let neededIDs = Set(needed.map(\.id))
      all.deployments += needed
      all.recordedEnds += part.deployments.lazy.filter(\.status.isFinal).map(\.id)
        .filter { !neededIDs.contains($0) }
    }
    return all
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
    let answered = Set(all.deployments.map(\.id))
    all.unread = ids.filter { !answered.contains($0) }
    return all
  }
}
