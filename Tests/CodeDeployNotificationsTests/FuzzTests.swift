import Foundation
import TestSupport
import Testing

@testable import CodeDeployNotifications

/// Random bytes and damaged examples for the readers of external input. None may crash, and each
/// has to keep its promises for any text.
@Suite struct FuzzTests {
  @Test("No SPEC breaks the reader, and no reason repeats a secret") func specs() throws {
    var spoiler = Spoiler(seed: Spoiler.seed)
    let examples = [
      #"webhook,url=https://ada:hunter2@h/x,secret=hunter2,header.X="a, ""b""",to=a,to=b,on=failed"#,
      "webhook,url=env:URL,port=8443,timeout=5m,notify=true,group=prod-*,title={{application}}",
    ]
    for _ in 0..<Spoiler.rounds {
      let text = spoiler.spoilt(examples)
      do {
        let channel = try ChannelSpec.parse(text, catalog: .fake)
        let registration = Registration(
          application: "checkout", scope: Example.scope, channels: [channel])
        for reveals in [true, false] {
          let document = RegistrationWriter(catalog: .fake, revealingSecrets: reveals)
            .document(registration)
          if reveals {
            let read = try RegistrationReader(catalog: .fake) { _ in "eu-west-1" }
              .registrations(document)
            #expect(read.map(\.channels) == [[channel]], "\(text.debugDescription)")
          } else {
            #expect(!"\(document)".contains("hunter2"), "\(text.debugDescription): \(document)")
          }
        }
      } catch {
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
        DeploymentNotification(event: .failed, of: Example.deployment(), region: "eu-west-1"),
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
      #expect(once.withoutCredentials == once, "\(text.debugDescription)")
    }
  }

  @Test("A token with a form of its own goes, whatever stands around it") func tokens() {
    var spoiler = Spoiler(seed: Spoiler.seed)
    let tokens = [
      "AKIAIOSFODNN7EXAMPLE", "ghp_0123456789abcdefghijABCDEFGHIJ012345",
      "xoxb-123456789012-abcdefGHIJ", "hf_abcdefghijklmnopqrstuvwxyzABCDEFGH",
    ]
    for _ in 0..<Spoiler.rounds {
      let token = tokens[spoiler.below(tokens.count)]
      let examples = CredentialLines.secret + CredentialLines.innocent
      let text = spoiler.spoilt(examples) + " " + token + "\n" + spoiler.spoilt(examples)
      #expect(!text.withoutCredentials.contains(token), "\(text.debugDescription)")
    }
  }

  @Test("Of secrets of any length, in any encoding, whole or cut, nothing is left")
  func masking() {
    var spoiler = Spoiler(seed: Spoiler.seed)
    for _ in 0..<Spoiler.rounds {
      let secrets = (0...spoiler.below(3)).map { _ in
        spoiler.text(spoiler.below(3) == 0 ? 80...300 : 12...60)
      }
      let mask = SecretMask(secrets.map(Secret.init))
      let secret = secrets[spoiler.below(secrets.count)]
      let around = (spoiler.text(0...20), spoiler.text(0...20))
      var form = spoiler.encoded(secret, around.0)
      let limit = spoiler.below(form.utf8.count + 4)
      switch spoiler.below(4) {
      case 0: form = form.cut(to: limit, .utf8)
      case 1: form = form.cutFront(to: limit, .utf8)
      default: break
      }
      let masked = mask.masked(form.hasPrefix("…") ? form : "\(around.0) \(form)")
      let left = spoiler.parts(of: secret).first { masked.contains($0) }
      #expect(
        left == nil,
        "\(left ?? "") of \(secret.debugDescription) in \(masked.debugDescription) of \(form)")
      #expect(mask.masked(masked) == masked)
      // Any other text is unchanged, or loses parts that look like the secret.
      _ = mask.masked(spoiler.spoilt([secret + secret]))
    }
  }

  @Test("What is cut is never longer than it may be, and cleaning is done once") func shaping() {
    var spoiler = Spoiler(seed: Spoiler.seed)
    for _ in 0..<Spoiler.rounds {
      let text = spoiler.spoilt(["Ada 👩‍💻 é\u{301}\r\nx 🏴󠁧󠁢󠁥󠁮󠁧󠁿 각", "one two\u{0} three", "a\u{301}"])
      for unit in [TextUnit.utf8, .utf16] {
        let limit = spoiler.below(unit.count(text) + 4)
        let (front, back) = (text.cut(to: limit, unit), text.cutFront(to: limit, unit))
        #expect(unit.count(front) <= limit, "\(text.debugDescription) to \(limit)")
        #expect(unit.count(back) <= limit, "\(text.debugDescription) to \(limit)")
        #expect(front == text || front.isEmpty || front.hasSuffix("…"))
        #expect(back == text || back.isEmpty || back.unicodeScalars.first == "…")
      }
      for clean in [text.cleaned, text.oneLine] {
        #expect(clean.utf8.count <= text.utf8.count, "\(text.debugDescription)")
        #expect(
          !clean.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" && $0 != "\t" },
          "\(text.debugDescription)")
      }
      #expect(text.cleaned.cleaned == text.cleaned, "\(text.debugDescription)")
      #expect(text.oneLine.oneLine == text.oneLine, "\(text.debugDescription)")
    }
  }

  @Test("What a deployment says of itself is read, and told, whatever it is") func told() throws {
    var spoiler = Spoiler(seed: Spoiler.seed)
    let specs = [
      #"{"Resources":[{"s":{"Properties":{"TaskDefinition":"arn:aws:ecs:e:1:task-definition/a:4"}}}]}"#,
      "Resources:\n  - f:\n      Properties:\n        Name: \"fn\"\n        TargetVersion: 7 # x\n",
    ]
    let descriptions = [
      "by CI, deployed-by: \"Ada L\" <mailto:ada@example.com>; ok", "deployed-by: x",
    ]
    for _ in 0..<Spoiler.rounds {
      let label = AppSpec.label(of: spoiler.spoilt(specs))
      #expect(label?.utf8.count ?? 0 <= 203)
      #expect(label.map { $0.oneLine == $0 } ?? true)
      let description = spoiler.spoilt(descriptions)
      _ = DeploymentNotification.Deployer(describedIn: description)
      var deployment = Example.fullDeployment
      deployment.description = description
      deployment.error?.message = spoiler.spoilt(["<b>exit</b> 1", "password=x"])
      let notification = DeploymentNotification(
        event: .failed, of: deployment, region: "eu-west-1")
      let json = try JSONCoding.encoder().encode(notification.cleaned)
      #expect(!json.contains { $0 < 0x20 && $0 != 0x0A })
      let row = try RowCoding.encode(Stored(deployment))
      #expect(try RowCoding.decode(Stored<Deployment>.self, from: row).value == deployment)
      // A provider's or AWS's JSON is read as far as possible, and repairing it twice changes
      // nothing.
      let bytes = ReceivedJSON.readable(
        spoiler.spoiltBytes([String(decoding: json, as: UTF8.self)]))
      #expect(String(validating: bytes, as: UTF8.self) != nil)
      #expect(ReceivedJSON.readable(bytes) == bytes)
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

  @Test("A line of an import is refused, or can be exported and imported again")
  func importLines() throws {
    var spoiler = Spoiler(seed: Spoiler.seed)
    let scope = Example.scope
    var entry = LedgerEntry(key: DeploymentKey(scope: scope, id: "d-1"), seenAt: Example.now)
    entry.deployment = Example.fullDeployment
    entry.events = [
      .init(event: .failed, at: Example.now, content: Example.notification(.failed))
    ]
    var sent = LedgerEntry.Notification(
      event: .failed, channel: "slack", state: .failed, nextAttemptAt: Example.now)
    sent.tries = [.init(at: Example.now, duration: .seconds(1), outcome: .failed, answer: "no")]
    entry.notifications = [sent]
    entry.notes = ["slack": "C1 1.2"]
    let identity = Registration.Identity(application: "checkout", scope: scope)
    let records: [StoreRecord] = [
      .registration(
        RegistrationRecord(
          registration: Registration(
            application: "checkout", scope: scope,
            channels: [ChannelConfiguration(type: "webhook", settings: ["url": ["https://h"]])]),
          baselines: ["webhook": .init(since: Example.now)])),
      .deployment(entry), .watermark(scope, Example.now),
      .mute(Mute(identity: identity, since: Example.now, until: Example.at(60))),
    ]
    let lines = try records.map { try RowCoding.encode($0) }
    for _ in 0..<Spoiler.rounds {
      let line = spoiler.spoilt(lines)
      guard let read = try? RowCoding.decode(StoreRecord.self, from: line) else { continue }
      let again = try RowCoding.encode(read)
      #expect(try RowCoding.decode(StoreRecord.self, from: again) == read, "\(line)")
    }
  }
}
