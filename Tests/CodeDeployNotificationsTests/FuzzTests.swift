import Foundation
import TestSupport
import Testing

@testable import CodeDeployNotifications

/// Chance bytes and spoilt examples for the readers of what comes from outside. None may crash, and
/// what each promises of any text has to hold.
@Suite struct FuzzTests {
  @Test("No SPEC breaks the reader, and no reason repeats a secret") func specs() throws {
    var spoiler = Spoiler(seed: Spoiler.seed)
    let examples = [
      #"webhook,url=https://ada:hunter2@h/x,secret=hunter2,header.X="a, ""b""",to=a,to=b,on=failed"#,
      "webhook,url=env:URL,port=8443,timeout=5m,notify=true,group=prod-*,title={{application}}",
    ]
    for _ in 0..<Spoiler.rounds {
      let text = spoiler.spoilt(examples)
      do { _ = try ChannelSpec.parse(text, catalog: .fake) } catch {
        let problems =
          (error as? DocumentProblems)?.problems ?? [error as? DocumentProblem].compactMap { $0 }
        #expect(!problems.isEmpty, "\(error)")
        for problem in problems where !problem.reason.contains("unknown key") {
          #expect(!problem.reason.contains("hunter2"), "\(text): \(problem)")
        }
      }
    }
  }

  @Test("No document breaks the reader; what is read is written and read the same")
  func documents() throws {
    var spoiler = Spoiler(seed: Spoiler.seed)
    let reader = RegistrationReader(catalog: .fake) { _ in "us-east-1" }
    for _ in 0..<Spoiler.rounds {
      let document = spoiler.document(depth: 0)
      guard let registrations = try? reader.registrations(document) else { continue }
      let writer = RegistrationWriter(catalog: .fake, revealingSecrets: true)
      for registration in registrations {
        #expect(try reader.registrations(writer.document(registration)) == [registration])
      }
    }
  }

  @Test("No template breaks the reader") func templates() throws {
    var spoiler = Spoiler(seed: Spoiler.seed)
    let examples = [
      "{{application}} {{{revision.label}}} {{#failure}}{{log_tail}}{{/failure}}",
      "{{^rollback}}{{! no }}{{=<% %>=}}<%event%><%={{ }}=%>{{/rollback}}{{%CONTENT_TYPE:HTML}}",
    ]
    for _ in 0..<Spoiler.rounds {
      let text = spoiler.spoilt(examples)
      _ = TemplateNames.unknown(in: text)
      guard let template = try? MessageTemplate(text, setting: "title") else { continue }
      _ = try? template.render(
        DeploymentNotification(event: .failed, of: Sample.deployment(), region: "eu-west-1"),
        escaping: \.escapedHTML)
    }
  }

  @Test("Redaction takes any text, and masks once") func redaction() {
    var spoiler = Spoiler(seed: Spoiler.seed)
    let examples = CredentialLines.secret.map {
      $0.replacing("«", with: "").replacing("»", with: "")
    }
    for _ in 0..<Spoiler.rounds {
      let text = spoiler.spoilt(examples) + "\n" + spoiler.spoilt(examples)
      let once = text.withoutCredentials
      #expect(once.withoutCredentials.withoutCredentials == once.withoutCredentials, "\(text)")
    }
  }

  @Test("Whatever surrounds a secret, its encodings are found") func masking() {
    var spoiler = Spoiler(seed: Spoiler.seed)
    for _ in 0..<Spoiler.rounds {
      let secret = spoiler.text(8...60)
      let mask = SecretMask([Secret(secret)])
      let around = (spoiler.text(0...20), spoiler.text(0...20))
      for form in [
        secret, secret.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? secret,
        Data("\(around.0):\(secret)".utf8).base64EncodedString(),
      ] {
        let masked = mask.masked("\(around.0) \(form) \(around.1)")
        #expect(
          masked.contains(Secret.mask), "\(secret.debugDescription) in \(form.debugDescription)")
      }
      // Any other text passes as it is, or loses what looks the same.
      _ = mask.masked(spoiler.spoilt([secret + secret]))
    }
  }

  @Test("Patterns, durations, addresses and references take any text") func small() {
    var spoiler = Spoiler(seed: Spoiler.seed)
    for _ in 0..<Spoiler.rounds {
      let text = spoiler.spoilt([
        "prod-[a-z]*?\\", "1h30m", "https://ada:pw@h:80/x?y#z", "env:A", "9e999s",
      ])
      _ = Glob(text).matches(spoiler.text(0...20))
      _ = Glob.problem(in: text)
      _ = Duration(written: text)
      _ = SettingReference.read(text)
      let masked = AddressSecrets.masked(text)
      #expect(masked.hasSuffix(Secret.mask))
      _ = AddressSecrets.of(text)
      _ = text.oneLine
      _ = text.cleaned
    }
  }

  @Test("A line of an import that is no record is refused") func importLines() throws {
    var spoiler = Spoiler(seed: Spoiler.seed)
    let record = StoreRecord.registration(
      RegistrationRecord(
        registration: Registration(
          application: "checkout", scope: Sample.scope,
          channels: [ChannelConfiguration(type: "webhook", settings: ["url": ["https://h"]])]),
        baselines: ["webhook": .init(since: Sample.now)]))
    let line = try RowCoding.encode(record)
    for _ in 0..<Spoiler.rounds {
      guard let read = try? RowCoding.decode(StoreRecord.self, from: spoiler.spoilt([line]))
      else { continue }
      _ = try RowCoding.encode(read)
    }
  }
}

extension Spoiler {
  private static let keys = [
    "codedeploy_application_name", "region", "role_arn", "deployment_groups", "events",
    "notifications", "deployers", "webhook_notification", "url", "secret", "name", "title", "to",
    "port", "header.X", "tags", "timeout", "notify",
  ]
  private static let values = [
    "checkout", "us-east-1", "failed", "prod-*", "https://h/x", "env:A", "8443", "true", "5m",
    "{{event}}", "********", "",
  ]

  /// A document that looks like a registration, more or less.
  mutating func document(depth: Int) -> DocumentValue {
    if depth == 0, below(3) > 0 {
      var hook: [DocumentValue.Member] = [.init("url", .text("https://h"))]
      for _ in 0..<below(4) {
        hook.append(.init(Self.keys[below(Self.keys.count)], document(depth: 4)))
      }
      var members: [DocumentValue.Member] = [
        .init("codedeploy_application_name", .text("checkout")),
        .init("notifications", .list([.object([.init("webhook_notification", .object(hook))])])),
      ]
      if below(2) == 0 { members.append(.init("deployment_groups", document(depth: 4))) }
      return .object(members)
    }
    switch depth > 4 ? below(4) : below(7) {
    case 0: return .null
    case 1: return .boolean(below(2) == 0)
    case 2: return .number(["0", "-1", "8443", "9223372036854775808", "1e999", "1.5"][below(6)])
    case 3: return .text(Self.values[below(Self.values.count)])
    case 4: return .text(spoilt(Self.values))
    case 5: return .list((0..<below(4)).map { _ in document(depth: depth + 1) })
    default:
      return .object(
        (0..<below(5)).map { _ in
          .init(Self.keys[below(Self.keys.count)], document(depth: depth + 1))
        })
    }
  }
}
