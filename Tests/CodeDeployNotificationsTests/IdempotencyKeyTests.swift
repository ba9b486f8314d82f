import CodeDeployNotifications
import Testing

@Suite struct IdempotencyKeyTests {
  @Test("The id never changes: providers and stores have seen it") func stable() {
    #expect(Example.key().id == "cdn_e28753a11ae24e6a31e0761516ad0382")
    #expect(
      Example.key(profile: "p", role: "arn:aws:iam::123456789012:role/r", channel: "größe").id
        == "cdn_098a25d603e18860ec0ac9a4c08a6ce6")
  }

  @Test("Every part makes another id") func parts() {
    let keys = [
      Example.key(), Example.key(region: "eu-west-2"), Example.key(profile: "p"),
      Example.key(role: "p"), Example.key(id: "d-2"), Example.key(event: .failed),
      Example.key(channel: "team"), Example.key(channel: ""),
    ]
    #expect(Set(keys.map(\.id)).count == keys.count)
  }

  @Test(
    "Parts that run together make other ids",
    arguments: [
      (Example.key(profile: "ab", role: "c"), Example.key(profile: "a", role: "bc")),
      (Example.key(profile: "ab"), Example.key(role: "ab")),
      (Example.key(role: "d", id: "-1"), Example.key(id: "d-1")),
      (Example.key(id: "d-1\0", channel: "x"), Example.key(id: "d-1", channel: "\0x")),
    ])
  func runTogether(one: NotificationKey, other: NotificationKey) {
    #expect(one.id != other.id)
  }
}
