import Testing

@testable import CodeDeployNotifications

@Suite struct CredentialRedactionTests {
  /// Texts with their secret in `«»`.
  private static let secrets = [
    // Names that precede a secret.
    "password=«hunter2»", "Password: «hunter2»", "DB_PASSWORD=«a&b;c,d»", "PGPASSWORD = «x»",
    "MYSQL_PWD=«hunter2»", "mysql_pass=«x»", "passphrase: «correct»", "password => «hunter2»,",
    "token: «abc»", "GITHUB_TOKEN=«anything»", "client_secret=«abc»", "clientSecret: «abc»",
    "api_key=«k»", "API-KEY: «k»", "apikey:«k»", "x-api-key: «k»", "AccountKey=«Zm9v==»",
    "secret_key_base: «abc»", "X-Vault-Token: «abc»", "secret2=«abc»",
    #"{"password":"«hun\"ter2»","user":"ada"}"#, #"{"authToken": "«abc def»", "n": 1}"#,
    #"env: {\"password\":\"«hunter2»\",\"user\":\"ada\"}"#,
    "config['password'] = '«hun ter2»'", "password: \"«never closed»", "{token: «abc»}",
    "<password>«hunter2»</password>", "<ns:ApiKey>«k»</ns:ApiKey>",
    "aws_secret_access_key = «wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY»",
    #""SecretAccessKey": "«wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY»""#,
    "AWS_SESSION_TOKEN=«FwoGZXIvYXdzEBY»",
    // A key by itself, and one beside the word.
    "key «AKIAIOSFODNN7EXAMPLE» was used", "(«ASIAIOSFODNN7EXAMPLE»)",
    "aws_secret_access_key wJ was «wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY» once",
    "the secret is «wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY»",
    // Headers.
    "Authorization: Bearer «abc.def»", "authorization: «abcdef»", "> Authorization: Basic «YTpi»",
    #"curl -H "Authorization: token «abc»" https://api.example.com/"#,
    #"{"Authorization":"Bearer «abc»"}"#, "Set-Cookie: «session=abc; Path=/; HttpOnly»",
    "sent Bearer «a1b2c3d4e5» along",
    "Authorization: AWS4-HMAC-SHA256 «Credential=A/20260101/x, Signature=abc»",
    // Files.
    #"{"auths": {"r.example.com": {"auth": "«dXNlcjpwYXNzd29yZA==»"}}}"#,
    "//registry.npmjs.org/:_auth=«dXNlcjpwYXNzd29yZA==»", "machine x login ada password «hunter2»",
    // Commands.
    "psql --password «hunter2» -h db", "deploy --api-key «abc»", "deploy --token=«abc»",
    "mysql -u root -p«hunter2» shop", "sshpass -p «hunter2» ssh host",
    // In the log of CodeDeploy's agent, and within a shell's signs.
    "[stderr]curl -u ada:«hunter2» https://x/", "[stdout]mysql -uroot -p«hunter2» shop",
    "[stdout]sshpass -p «hunter2» ssh host", "[stderr]docker login -u ada -p «hunter2» r",
    "[stderr]redis-cli -a «hunter2»", "cd x;mysql -uroot -p«hunter2»",
    "x=$(curl -u ada:«hunter2» https://x/)", "x=`curl -u ada:«hunter2» https://x/`",
    #"sh -c "curl -u ada:«hunter2» https://x/""#, "(/usr/bin/mysql -p«hunter2» shop)",
    "curl -fsS -u ada:«hunter2» https://example.com/", "curl --user ada:«hunter2» https://x/",
    // Addresses.
    "postgres://shop:«hun:ter2»@db.example.com:5432/shop", "redis://:«hunter2»@cache:6379",
    "https://oauth2:«abc»@git.example.com/a/b.git", "amqp://u:«p@ss»@mq/v",
    "https://b.s3.amazonaws.com/k?X-Amz-Date=1&X-Amz-Signature=«abc123»&a=1",
    "https://hooks.slack.com/services/«T000/B000/XXXX»",
    "https://discord.com/api/webhooks/«1/abc»",
    // Tokens with a form of their own.
    "pushed with «ghp_0123456789abcdefghijABCDEFGHIJ012345» today",
    "«github_pat_11ABCDEFG0123456789_abcdefghij»", "«glpat-0123456789abcdefghij»",
    "using «xoxb-123456789012-abcdefGHIJ»", "«xapp-1-A012-345-abc»",
    "«sk_live_0123456789abcdef»", "«rk_test_0123456789abcdef»",
    "«npm_0123456789abcdefghijABCDEFGHIJ012345»",
    "«eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P»",
    "got «IQoJb3JpZ2luX2VjEBYaCWV1LXdlc3QtMSJHMEUCIQD/abc+def==» back",
    "«NRAK-ABCDEFGHIJKLMNOPQRSTUVWXYZ0»", "key:«AKIAIOSFODNN7EXAMPLE»",
    // Private keys, whole and cut off at either side.
    "a\n«-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc=\n-----END RSA PRIVATE KEY-----»\nb",
    "«-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----»",
    "a\n«-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNz\n»",
    "«b3BlbnNz\n-----END OPENSSH PRIVATE KEY-----»\nb",
  ]

  @Test("What looks like a credential goes, and nothing beside it", arguments: secrets)
  func redacted(_ marked: String) throws {
    let text = marked.replacing("«", with: "").replacing("»", with: "")
    let expected = marked.replacing(/«[^»]*»/, with: Secret.mask)
    #expect(text.withoutCredentials == expected)
    #expect(text.withoutCredentials.withoutCredentials == expected)
  }

  @Test(
    "What only looks a little like one stays",
    arguments: [
      "commit 4f2d1c0b9a8e7f6d5c4b3a291817161514131211", "4f2d1c0",
      "rotated the secret at commit 4f2d1c0b9a8e7f6d5c4b3a291817161514131211",
      "d-A1B2C3D4E", "i-0abc0abc0abc0abc0",
      "sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a",
      "/opt/codedeploy-agent/deployment-root/1fb9a5d0-3a3e-4f9c-9d4e-0123456789ab/d-A1B2C3D4E/deployment-archive/scripts/stop.sh",
      "Script at specified location: scripts/reset-password.sh failed with exit code 1",
      "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-AbCdEf",
      "arn:aws:ecs:eu-west-1:123456789012:task-definition/checkout:42",
      "arn:aws:iam::123456789012:role/deployer", "PWD=/opt/app", "OLDPWD=/root",
      "https://example.com:8443/a@b?x=1", "git@github.com:example/checkout.git",
      "token_type: bearer", "tokenizer: fast", "max_tokens: 512", "secretsmanager: reachable",
      "password_file: /run/secrets/db", "secretKeyRef: db", "the bearer of bad news",
      "keyboard: us",
      "Bearer authentication failed", "password", "password=", "token:\nnext line",
      "docker pull registry:5000/app:1.2@sha256:2c26b46b",
      "2026-01-01T12:00:00Z [stderr] no such service",
      "eyJ", "passed: 12, failed: 3", "author: ada", "auth: ok", "oauth: unavailable",
      "login ada, password wrong", "cache key: build-42", "mysql -u root shop",
      "--password", "exit code: 1", "127.0.0.1:5432", "",
    ])
  func kept(_ text: String) {
    #expect(text.withoutCredentials == text)
  }

  /// The rest of the marked secrets.
  private static func left(of marked: String) -> [Substring] {
    let text = marked.replacing("«", with: "").replacing("»", with: "").withoutCredentials
    return marked.matches(of: /«([^»]*)»/).map(\.1).filter { text.contains($0) }
  }

  @Test("Of 150 lines with secrets at least 95 % are masked") func manySecrets() {
    let lines = CredentialLines.secret
    #expect(lines.count >= 150)
    let missed = lines.filter { !Self.left(of: $0).isEmpty }
    #expect(missed.count * 20 <= lines.count, "\(missed)")
  }

  @Test("Of 150 lines without any at most 2 % are touched") func manyInnocent() {
    let lines = CredentialLines.innocent
    #expect(lines.count >= 150)
    let touched = lines.filter { $0.withoutCredentials != $0 }
    #expect(touched.count * 50 <= lines.count, "\(touched.map { ($0, $0.withoutCredentials) })")
  }

  @Test("Masking again changes nothing, and what follows a secret stays")
  func manyTwice() {
    for line in CredentialLines.secret + CredentialLines.innocent {
      let text = line.replacing("«", with: "").replacing("»", with: "")
      let once = (text + "\nthe end").withoutCredentials
      #expect(once.withoutCredentials == once)
      #expect(once.hasSuffix("\nthe end"), "\(once)")
    }
  }

  @Test(
    "A secret goes whole, however long it is",
    arguments: [
      "postgres://shop:«»@db.example.com/shop", "shop:«»@tcp(db:3306)/shop", "DB_PASSWORD=«»",
      "password: «»", #"{"token":"«»"}"#, "Authorization: Bearer «»", "https://oauth2:«»@git/a.git",
      "see https://a/b?c and redis://:«»@cache", "https://hooks.slack.com/services/«»",
      "ghp_«»", "mysql -p«» shop", "curl -u ada:«» https://x/", "eyJ«»",
    ], [150, 300, 700, 5000, 20_000])
  func long(_ form: String, _ length: Int) {
    let secret = String(repeating: "0aBcDeFg7hIj", count: length / 12)
    let masked = form.replacing("«»", with: secret).withoutCredentials
    #expect(!masked.contains("BcDeFg7h"), "\(masked.prefix(100))")
    #expect(masked.withoutCredentials == masked)
  }

  @Test(
    "A character that nobody sees hides no credential in what a deployment says",
    arguments: [
      "pass\u{200B}word=hunter2", "password=\u{1B}[1mhunter2\u{1B}[0m", "pass\u{AD}word: hunter2",
    ])
  func unseen(text: String) throws {
    var deployment = Example.fullDeployment
    deployment.description = text
    deployment.error = Deployment.ErrorInformation(code: "HEALTH", message: text)
    deployment.rollback = Deployment.RollbackInformation(triggeredBy: "d-0", message: text)
    deployment.revision = Revision(type: "AppSpecContent", content: text)
    let notification = DeploymentNotification(event: .failed, of: deployment, region: "eu-west-1")
    let json = try JSONCoding.encoder().encode(notification.cleaned)
    #expect(!String(decoding: json, as: UTF8.self).contains("hunter2"))
    #expect(!AWSFailure(.refused, text).description.contains("hunter2"))
  }

  @Test(
    "No text makes it slow",
    arguments: [
      "eyJ-", "password", "://", "://a:", "://a@", "://a?", "://a:1", "@tcp(", ":@tcp(",
      "-----BEGIN PRIVATE KEY-----", "secret ", "secret_key",
      "mysql ", "curl -u ", "AKIA", "--password-", "Bearer ", "<token", "\\\"", "token\\", "a", " ",
    ])
  func long(_ piece: String) {
    let text = String(repeating: piece, count: 16_384 / piece.count)
    #expect(text.withoutCredentials.utf8.count <= text.utf8.count + 8 * 16_384)
  }
}
