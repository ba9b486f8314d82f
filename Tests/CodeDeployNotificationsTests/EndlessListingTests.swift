import Foundation
import Synchronization
import Testing

@testable import CodeDeployNotifications

/// A listing that doesn't end.
@Suite(.timeLimit(.minutes(10))) struct EndlessListingTests {
  /// Lists what a closure gives for each page, counted from 0.
  private func listing(_ page: @escaping @Sendable (Int) -> ListingPage) async -> (Listing, Int) {
    let pages = Mutex(0)
    let source = DeploymentSource(
      listPage: { _, _ in
        page(
          pages.withLock { count in
            defer { count += 1 }
            return count
          })
      },
      deployments: { _ in [] }, groups: { _ in [] }, applications: { _ in [] },
      requestCount: { 0 })
    let lister = Lister(scope: Example.scope, source: source, applications: { [] }, isDenied: false)
    let listing = await lister.listing(of: [ListingFilter()])
    return (listing, pages.withLock { $0 })
  }

  private func failure(_ listing: Listing) -> AWSFailure? { listing.failures.first?.aws }

  @Test("A listing ends when a page's token comes again") func repeatedToken() async {
    let (listing, pages) = await listing { ListingPage(ids: ["d-\($0)"], nextToken: "\($0 % 3)") }
    #expect(pages == 4)
    #expect(!listing.isComplete)
    // The pages that were read count.
    #expect(listing.ids.count == 4)
    #expect(failure(listing)?.kind == .nonsense)
    #expect(failure(listing)?.description.contains("the same page token again") == true)
  }

  @Test("A listing of more deployments than there can be is discarded") func tooManyIDs() async {
    let (listing, pages) = await listing { page in
      ListingPage(ids: (0..<1000).map { "d-\(page)-\($0)" }, nextToken: "\(page)")
    }
    #expect(pages == Lister.maximumIDs / 1000 + 1)
    #expect(listing.ids.isEmpty)
    #expect(!listing.isComplete)
    #expect(failure(listing)?.description.contains("doesn't end") == true)
  }

  @Test("A page of more deployments than there can be is discarded") func hugePage() async {
    let (listing, _) = await listing { _ in
      ListingPage(ids: (0...Lister.maximumIDs).map { "d-\($0)" }, nextToken: nil)
    }
    #expect(listing.ids.isEmpty)
    #expect(!listing.isComplete)
    #expect(failure(listing)?.kind == .nonsense)
  }

  @Test("A listing of more pages than there can be is discarded") func tooManyPages() async {
    let (listing, pages) = await listing { ListingPage(ids: ["d-1"], nextToken: "\($0)") }
    #expect(pages == Lister.maximumPages)
    #expect(listing.ids.isEmpty)
    #expect(!listing.isComplete)
  }

  @Test("Ids that can't be read are counted over all pages") func unreadable() async {
    let (listing, _) = await listing {
      ListingPage(ids: ["d-\($0)"], nextToken: $0 == 2 ? nil : "\($0)", unreadable: $0)
    }
    #expect(listing.unreadable == 3)
    #expect(listing.isComplete)
  }
}
