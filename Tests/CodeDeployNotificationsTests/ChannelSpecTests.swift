import CodeDeployNotifications
import Testing

@Suite struct ChannelSpecTests {
  private static let url = "url=https://example.com"

  @Test("A SPEC says all that a document can") func full() throws {
    let spec = """
      webhook,url=https://example.com/a?b=c,name=team,on=failed,on=stopped,group=prod-*,\
      title={{event}},secret=env:S,header.X=1,to=a,to=b,to=c,port=1,notify=true
      """
    #expect(
      try ChannelSpec.parse(spec, catalog: .fake, at: "--channel")
        == ChannelConfiguration(
          type: "webhook", name: "team", events: [.failed, .stopped], deploymentGroups: ["prod-*"],
          title: "{{event}}",
          settings: [
            "url": ["https://example.com/a?b=c"], "secret": ["env:S"], "header.X": ["1"],
            "to": ["a", "b", "c"], "port": ["1"], "notify": ["true"],
          ]))
  }

  @Test("A type alone can be enough") func bare() throws {
    #expect(
      try ChannelSpec.parse("newrelic", catalog: .fake) == ChannelConfiguration(type: "newrelic"))
  }

  @Test(
    "Values are quoted as in CSV",
    arguments: [
      (#"secret="x, y""#, "x, y"), (#""secret=x, y""#, "x, y"), (#"secret="""x"", y""#, #""x", y"#),
      (#""secret=say ""hi"", you""#, #"say "hi", you"#), (#"secret=x"y"z"#, #"x"y"z"#),
      (#"secret=a=b=c"#, "a=b=c"), (#"secret==""#, #"=""#), (#"secret="a=b,c=d""#, "a=b,c=d"),
      (#"secret="x""#, "x"), (#"secret=x y"#, "x y"), (#"secret="größe, 1""#, "größe, 1"),
      (#"secret='x'"#, "'x'"), (#"secret=a="b""#, #"a="b""#), (#"secret=\,to=x"#, #"\"#),
    ])
  func quoting(field: String, value: String) throws {
    let channel = try ChannelSpec.parse("webhook,\(Self.url),\(field)", catalog: .fake)
    #expect(channel.settings["secret"] == [value])
  }

  @Test(
    "A SPEC's problem names its place",
    arguments: [
      ("", "--channel: a channel begins with its type, as in webhook,url="),
      (",url=x", "--channel: a channel begins with its type"),
      ("url=x", "--channel: a channel begins with its type"),
      ("webhook,url", "--channel webhook: every field after the type is key=value; quote a"),
      ("webhook,=x", "--channel webhook: every field after the type is key=value"),
      ("webhook,", "--channel webhook: every field after the type is key=value"),
      ("webhook,\(url),,to=x", "--channel webhook: every field after the type is key=value"),
      ("webhook,title=one, two", "--channel webhook: every field after the type is key=value"),
      (#"webhook,url="x"#, "--channel: a quoted part has no closing quote"),
      (#"webhook,"url=x"#, "--channel: a quoted part has no closing quote"),
      (#"webhook,url="x"""#, "--channel: a quoted part has no closing quote"),
      (
        "webhok,\(url)", "--channel webhok: unknown channel type; did you mean webhook? Known: newr"
      ),
      ("slack", "--channel slack: unknown channel type; "),
      ("webhook", "--channel webhook: \"url\" is missing"),
      ("webhook,url=", "--channel webhook.url: must not be empty"),
      ("webhook,urk=x", "--channel webhook.urk: unknown key; did you mean url? Known: name, on, g"),
      // A text in a key's place may be a secret.
      (
        "webhook,https://hooks.example.com/T1/B2/abcdef?token=x",
        "--channel webhook.https://hooks.example.com/********: unknown key"
      ),
      ("webhook,ghp_0123456789abcdefghijABCDEFGH=1", "--channel webhook.********: unknown key"),
      (
        "webhook,\(url),header.=x",
        "--channel webhook.header.: needs a name behind the dot, as in header.NAME"
      ),
      ("webhook,\(url),on=fialed", "--channel webhook.on: unknown event \"fialed\"; did you mean"),
      ("webhook,\(url),on=", "--channel webhook.on: must not be empty"),
      ("webhook,\(url),\(url)", "--channel webhook.url: takes one value, but is a list"),
      ("webhook,\(url),name=a,name=b", "--channel webhook.name: must be a string, but is a list"),
      ("webhook,\(url),port=x", "--channel webhook.port: must be a whole number from 1 to 65535"),
      ("webhook,\(url),server=https://a", "--channel webhook.server: must be a server"),
      ("webhook,\(url),server=a:25", "--channel webhook.server: must be a server"),
      ("webhook,\(url),server=a b", "--channel webhook.server: must be a server"),
      ("webhook,\(url),to=a,to=", "--channel webhook.to: must not be empty"),
      ("webhook,\(url),notify=true", "--channel webhook.notify: needs port"),
      ("webhook,\(url),to=1,to=2,to=3,to=4", "--channel webhook: has too many readers"),
    ])
  func problems(spec: String, message: String) throws {
    let problem = try #require(throws: DocumentProblem.self) {
      try ChannelSpec.parse(spec, catalog: .fake, at: "--channel")
    }
    #expect(problem.description.hasPrefix(message), "\(problem)")
  }

  @Test(
    "What is wrong about a secret is said without it",
    arguments: [
      "webhook,hunter2", "webhook,secret_url=hunter2", #"webhook,secret="hunter2"#,
      "webhook,\(url),secret=one,hunter2", "webhook,\(url),secret=hunter2,secret=hunter2",
      "webhook,secret=hunter2", "webhook,\(url),secret=hunter2\n",
    ])
  func secrets(spec: String) throws {
    let problem = try #require(throws: DocumentProblem.self) {
      try ChannelSpec.parse(spec, catalog: .fake, at: "--channel")
    }
    #expect(!problem.description.contains("hunter2"), "\(problem)")
  }
}
