import Foundation

/// What a cycle learnt from CodeDeploy about one scope.
package struct Discovery: Sendable {
  /// Deployments read in this cycle, each with what the ledger held of it before.
  package var read: [(deployment: Deployment, previous: DeploymentRecord?)] = []
  /// Deployments that were listed and that the ledger knows to have ended.
  package var known: [DeploymentRecord] = []
  /// Ids that were listed and couldn't be read.
  package var unread: [String] = []
  /// Ids that were listed and are known to have ended.
  package var ended: Set<String> = []
  /// Whether every page of every listing was read.
  package var isComplete = false
  /// Whether nothing was left unread: no page, and no deployment that was listed or waited for.
  package var isWhole = false
  /// What kept the rest away.
  package var failures: [SourceFailure] = []
  package var storeFailure: StoreFailure?
  /// Whether IAM refused to list the whole account.
  package var wasDenied = false
}

/// Asks CodeDeploy what there is: one listing when nothing is new.
struct Discoverer: Sendable {
  let scope: AWSScope
  let source: DeploymentSource
  let store: any Store
  let lister: Lister
  /// Which of these applications are registered, of those that the cycle serves.
  let registered: @Sendable (Set<String>) async throws -> Set<String>
  /// Deployments that are known to have ended, and not to be looked up for what they were.
  let ended: Set<String>

  /// Requests of `BatchGetDeployments` under way at once.
  private static let parallelBatches = 6

  /// Reads what was created since `start`, what is `inFlight` by the ledger, and, for `alsoInFlight`,
  /// whatever is in flight however long ago it began.
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

    var discovery = Discovery()
    discovery.isComplete = listing.isComplete
    discovery.failures = listing.failures
    discovery.storeFailure = listing.storeFailure
    discovery.wasDenied = listing.wasDenied
    let all = listing.ids
    let listed = all.subtracting(inFlightByID.keys).subtracting(ended)

    var records: [String: DeploymentRecord] = [:]
    var adopters: Set<String> = []
    do {
      records = try await store.deployments(listed.sorted(), in: scope)
      let strangers = records.values.lazy.compactMap(\.deployment).filter { !$0.status.isFinal }
      adopters = try await registered(Set(strangers.map(\.application)))
    } catch {
      discovery.isComplete = false
      discovery.storeFailure = StoreFailure(wrapping: error)
      return discovery
    }
    discovery.known = records.values.filter { $0.deployment?.status.isFinal == true }
      .sorted { $0.key.id < $1.key.id }
    // What was read once and isn't in flight has ended, or was of an application that nobody registered.
    let wanted = listed.filter { isWanted(records[$0]?.deployment, adopters) }.sorted()
    for batch in await [inFlightRead, read(wanted)] {
      discovery.failures += batch.failures
      discovery.read += batch.deployments.map { ($0, inFlightByID[$0.id] ?? records[$0.id]) }
    }
    let answered = Set(discovery.read.map(\.deployment.id))
    // What a listing named that isn't whole is named again by the next one, which begins where this
    // one did. So nothing of it has to be kept, however much it was.
    discovery.unread =
      !listing.isComplete
      ? []
      : wanted.filter { id in
        !answered.contains(id) && (records[id] == nil || records[id]?.deployment != nil)
      }
    discovery.isWhole =
      listing.isComplete && listing.unreadable == 0 && answered.isSuperset(of: wanted)
      && answered.isSuperset(of: inFlightByID.keys)
    let final =
      discovery.known.map(\.key.id)
      + discovery.read.map(\.deployment).filter(\.status.isFinal).map(\.id)
    discovery.ended = all.intersection(ended.union(final))
    return discovery
  }

  /// Whether a deployment that was listed has to be read: one never read, or one that was in flight
  /// when nobody had registered its application yet.
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

  /// Reads deployments by id, several batches side by side. A batch that fails leaves the others.
  private func read(_ ids: [String]) async -> Batch {
    let batches = stride(from: 0, to: ids.count, by: DeploymentSource.batchLimit).map {
      Array(ids[$0..<min($0 + DeploymentSource.batchLimit, ids.count)])
    }
    return await withTaskGroup(of: Result<[Deployment], SourceFailure>.self) { group in
      var waiting = batches[...]
      func startNext() {
        guard let batch = waiting.popFirst() else { return }
        group.addTask { [source] in
          do { return .success(try await source.deployments(batch)) } catch {
            return .failure(SourceFailure(error))
          }
        }
      }
      for _ in 0..<Self.parallelBatches { startNext() }
      var all = Batch()
      while let result = await group.next() {
        switch result {
        case .success(let deployments): all.deployments += deployments
        case .failure(let error):
          all.failures.append(error)
          // The same trouble would meet the others too, and the ids are kept for later.
          waiting = []
        }
        startNext()
      }
      return all
    }
  }
}
