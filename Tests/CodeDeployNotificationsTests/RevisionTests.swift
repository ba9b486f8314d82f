import CodeDeployNotifications
import Foundation
import Testing

@Suite struct RevisionTests {
  @Test(
    "A revision has a short label",
    arguments: [
      (
        Revision(type: "GitHub", repository: "acme/checkout", commit: "0123456789abcdef"),
        "0123456"
      ),
      (Revision(type: "GitHub", repository: "acme/checkout", commit: "012"), "012"),
      (Revision(type: "S3", bucket: "b", key: "releases/checkout-1.2.zip"), "checkout-1.2.zip"),
      (Revision(type: "S3", bucket: "b", key: "/"), "/"),
      (
        Revision(type: "S3", bucket: "b", key: "a/b.zip", version: "3HL4kqtJlcpXroDTDmJ"),
        "b.zip (3HL4kqtJ)"
      ),
      (Revision(type: "S3", bucket: "b", key: "b.zip", etag: "e"), "b.zip"),
      (Revision(type: "AppSpecContent", sha256: "0123456789abcdef"), "0123456789ab"),
      (Revision(type: "String", content: "{}"), "String"),
      (Revision(type: "Carrier"), "Carrier"),
    ])
  func label(revision: Revision, label: String) {
    #expect(revision.label == label)
  }

  private static let commit = Revision(type: "GitHub", repository: "acme/checkout", commit: "b22")

  @Test(
    "Two commits of one repository can be compared",
    arguments: [
      (
        commit, Revision(type: "GitHub", repository: "acme/checkout", commit: "a11"),
        "https://github.com/acme/checkout/compare/a11...b22"
      ),
      (commit, commit, nil), (commit, nil, nil),
      (commit, Revision(type: "GitHub", repository: "acme/basket", commit: "a11"), nil),
      (commit, Revision(type: "GitHub", repository: "acme/checkout"), nil),
      (commit, Revision(type: "S3", bucket: "b", key: "k"), nil),
      (Revision(type: "S3", bucket: "b", key: "k"), commit, nil),
      (
        Revision(type: "GitHub", repository: "acme/a b?#", commit: "b22"),
        Revision(type: "GitHub", repository: "acme/a b?#", commit: "a11"),
        "https://github.com/acme/a%20b%3F%23/compare/a11...b22"
      ),
    ] as [(Revision, Revision?, String?)])
  func compareURL(revision: Revision, previous: Revision?, url: String?) {
    #expect(revision.compareURL(since: previous) == url)
  }

  @Test("A revision is written with its label, and read without need of it") func coding() throws {
    let revision = Revision(
      type: "S3", bucket: "b", key: "a/k", version: "v", etag: "e", content: "c", sha256: "s")
    let json = try JSONCoding.encoder().encode(revision)
    #expect(
      String(decoding: json, as: UTF8.self) == """
        {"bucket":"b","content":"c","etag":"e","key":"a/k","label":"k (v)","sha256":"s",\
        "type":"S3","version":"v"}
        """)
    #expect(try JSONCoding.decoder().decode(Revision.self, from: json) == revision)
    let bare = Data(#"{"type":"S3"}"#.utf8)
    #expect(try JSONCoding.decoder().decode(Revision.self, from: bare) == Revision(type: "S3"))
  }
}
