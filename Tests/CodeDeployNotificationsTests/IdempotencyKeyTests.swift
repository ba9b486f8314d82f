import CodeDeployNotifications
import Testing

@Suite struct IdempotencyKeyTests {
  @Test("The id never changes: providers and stores have seen it") func stable() {
    #expect(Sample.key().id == "cdn_e28753a11ae24e6a31e0761516ad0382")
    #expect(
      Sample.key(profile: "p", role: "arn:aws:iam::123456789012:role/r", channel: "größe").id
        == "cdn_098a25d603e18860ec0ac9a4c08a6ce6")
  }

  @Test("Every part makes another id") func parts() {
    let keys = [
      Sample.key(), Sample.key(region: "eu-west-2"), Sample.key(profile: "p"),
      Sample.key(role: "p"), Sample.key(id: "d-2"), Sample.key(event: .failed),
      Sample.key(channel: "team"), Sample.key(channel: ""),
    ]
    #expect(Set(keys.map(\.id)).count == keys.count)
  }

  @Test(
    "Parts that run together make other ids",
    arguments: [
      (Sample.key(profile: "ab", role: "c"), Sample.key(profile: "a", role: "bc")),
      (Sample.key(profile: "ab"), Sample.key(role: "ab")),
      (Sample.key(role: "d", id: "-1"), Sample.key(id: "d-1")),
      (Sample.key(id: "d-1\0", channel: "x"), Sample.key(id: "d-1", channel: "\0x")),
    ])
  func runTogether(one: NotificationKey, other: NotificationKey) {
    #expect(one.id != other.id)
  }
}
