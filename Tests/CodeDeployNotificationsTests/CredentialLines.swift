/// Lines as logs, descriptions and scripts have them, to measure redaction by.
enum CredentialLines {
  /// Each with its secret in `«»`.
  static let secret: [String] = """
    password=«hunter2»
    Password: «correct-horse»
    DB_PASSWORD=«s3cr3t!»
    export PGPASSWORD='«p g pass»'
    ADMIN_PW=«letmein»
    PASSCODE=«1234»
    PASS: «hunter2»
    db.pass=«hunter2»
    {"user":"ada","pass":"«hunter2»"}
    credentials: «ada:hunter2»
    spring.datasource.password=«Spr1ng»
    spring.datasource.password: «Spr1ng»
    SMTP_PASS="«mailpw»"
    MYSQL_PWD=«hunter2» mysqldump shop
    passphrase: «open-sesame»
    "clientSecret": "«abc def»",
    clientSecret: «abcdef»
    client_secret=«8c0fa5»
    'api_key' => '«0f9a8b7c»',
    api-key: «0f9a8b7c»
    apikey=«0f9a8b7c»
    X-Api-Key: «0f9a8b7c»
    X-Vault-Token: «s.abc»
    x-amz-security-token: «FwoGZXIvYXdzEBY»
    GITHUB_TOKEN=«anything-at-all»
    token = "«t0ken»"
    "accessToken" : "«abc.def»"
    auth_token: «abc»
    refresh_token=«1//0abc»
    id_token=«abc»&state=1
    session_secret: «0123»
    SECRET_KEY_BASE=«9f8e7d»
    SECRET_KEY = '«django-insecure-x»'
    encryption_key: «abcd»
    signing-key=«abcd»
    AccountKey=«Zm9vYmFy==»;EndpointSuffix=core.windows.net
    SharedAccessKey=«Zm9v»
    storage_account_key: «Zm9v»
    licenseKey=«AAAA-BBBB»
    master_key: «00112233»
    private_key_id: «0a1b»
    routing_key=«R0123456789abcdef»
    <password>«hunter2»</password>
    <ns:ApiKey>«0f9a»</ns:ApiKey>
    <clientSecret>«abc»</clientSecret>
    Authorization: Bearer «abc.def.ghi»
    Authorization: Basic «YWRhOmh1bnRlcjI=»
    proxy-authorization: Basic «YWRhOmh1bnRlcjI=»
    curl -H "Authorization: token «abc123»" https://api.example.com/
    {"Authorization":"Bearer «abc»"}
    > authorization: «AWS4-HMAC»
    request failed with Bearer «a1b2c3d4e5f6»
    sent header Basic «YWRhOmh1bnRlcjI=»
    using Basic «YWRhOmh1bnRlcjM»
    Cookie: «session=abc; csrf=def»
    Set-Cookie: «sid=abc; HttpOnly»
    docker login -u ada -p «hunter2» registry.example.com
    docker login --username ada --password «hunter2»
    helm registry login ghcr.io -u ada -p «ghcrpw»
    az login --service-principal -u app -p «azpw» --tenant t
    sshpass -p «hunter2» ssh host
    sshpass -p«hunter2» scp a b
    mysql -u root -p«hunter2» shop
    mysqladmin -u root password «newpass»
    mysqldump --password=«hunter2» shop
    psql --password «hunter2» -h db
    curl -u ada:«hunter2» https://example.com/
    curl --user 'ada:«hunter2»' https://example.com/
    curl -uada:«hunter2» https://example.com/
    curl --proxy-user ada:«pw» https://example.com/
    wget --http-password=«hunter2» https://example.com/
    lftp -u deploy,«hunter2» sftp://host
    vault login «s.0123456789»
    vault login token=«abc123»
    htpasswd -b /etc/nginx/htpasswd ada «hunter2»
    htpasswd -nb ada «hunter2»
    echo "root:«hunter2»" | chpasswd
    echo ada:«hunter2» | sudo chpasswd
    openssl enc -aes-256-cbc -pass pass:«hunter2» -in a
    openssl rsa -passin pass:«hunter2» -in key.pem
    redis-cli -a «hunter2» ping
    ldapsearch -x -D cn=admin -w «hunter2»
    unzip -P «hunter2» archive.zip
    aws configure set aws_secret_access_key «wJalrXUtnFEMI»
    aws configure set aws_session_token «abcdef»
    npm config set //registry.npmjs.org/:_authToken «abcdef»
    DB_PASSWORD «hunter2»
    ENV API_TOKEN «abcdef»
    setenv DB_PASSWORD «hunter2»
    + export API_TOKEN «abc123»
    deploy --api-key «abc»
    deploy --token=«abc»
    terraform apply -var db_password=«hunter2»
    postgres://shop:«hunter2»@db.example.com:5432/shop
    postgres://shop:«hun/ter2»@db.example.com/shop
    redis://:«hunter2»@cache:6379
    mongodb+srv://ada:«p@ss»@cluster0.example.net/db
    amqp://guest:«guest1»@mq:5672/vhost
    https://oauth2:«abc»@git.example.com/a/b.git
    https://«0123456789abcdef0123»@git.example.com/a.git
    https://«0123456789abcdef0123»:x-oauth-basic@github.com/a/b
    dsn: root:«hunter2»@tcp(127.0.0.1:3306)/shop
    https://b.s3.amazonaws.com/k?X-Amz-Date=1&X-Amz-Signature=«abc123»&x=1
    https://a.blob.core.windows.net/c?sv=1&sig=«abc%2Fdef»
    https://chat.googleapis.com/v1/spaces/A/messages?key=«AIzaSyA0123456789»&token=«abc_def»
    key=«0123456789abcdef0123»&token=«abcdef»
    GET /1/boards?key=«0123456789abcdef0123»&x=1
    https://example.com/cb?access_token=«abc»&state=1
    https://hooks.slack.com/services/«T000/B000/XXXX»
    https://discord.com/api/webhooks/«1/abc»
    https://api.telegram.org/bot«123456789:AAF-0123456789abcdefghijklmnopqrstu»/sendMessage
    https://x.webhook.office.com/webhookb2/«a@b/IncomingWebhook/c/d»
    pushed with «ghp_0123456789abcdefghijABCDEFGHIJ012345»
    «github_pat_11ABCDEFG0123456789_abcdefghij»
    «glpat-0123456789abcdefghij» was used
    «xoxb-123456789012-abcdefGHIJ»
    «xapp-1-A012-345-abc»
    «sk_live_0123456789abcdef»
    «rk_test_0123456789abcdef»
    «npm_0123456789abcdefghijABCDEFGHIJ012345»
    «pypi-AgEIcHlwaS5vcmcCJDAw»
    «hvs.CAESIJ0123456789abcdef»
    «SG.0123456789abcdefghij.0123456789abcdefghij»
    «NRAK-ABCDEFGHIJKLMNOPQRSTUVWXYZ0»
    «AIzaSyA0123456789abcdefghijklmnopqrstuv»
    «hf_abcdefghijABCDEFGHIJabcdefghijABCD»
    «dop_v1_0123456789abcdef0123456789abcdef»
    «glsa_0123456789abcdefghijABCDEFGHIJ01_abcdef01»
    «shpat_0123456789abcdef0123456789abcdef»
    bot «123456789:AAF-0123456789abcdefghijklmnopqrstu»
    «AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQ»
    «sk-0123456789abcdefghijABCDEFGHIJ»
    «whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw»
    «eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3jVmNHl0w5N»
    key «AKIAIOSFODNN7EXAMPL9» was used
    «ASIAIOSFODNN7EXAMPL3»/20260101/us-east-1
    AKID=«AKIAIOSFODNN7EXAMPLE»
    «AKIAIOSFODNN7EXAMPLE»:«wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY»
    aws_secret_access_key = «wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY»
    the secret is «wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY»
    AWS_SESSION_TOKEN=«IQoJb3JpZ2luX2VjEBYaCWV1»
    {"auths": {"r.example.com": {"auth": "«dXNlcjpwYXNzd29yZA==»"}}}
    //registry.npmjs.org/:_auth=«dXNlcjpwYXNzd29yZA==»
    machine ftp.example.com login ada password «hunter2»
    {"name": "DB_PASSWORD", "value": "«hunter2»"}
    {\\"password\\":\\"«hunter2»\\",\\"user\\":\\"ada\\"}
    config['password'] = '«hun ter2»'
    password: >-⏎  «hunter2»
    password: |⏎  «hunter2»
    deploy --verbose --password \\⏎  «hunter2»
    password: \\⏎  «hunter2»
    "password":⏎  "«hunter2»"
    -----BEGIN RSA PRIVATE KEY-----⏎«MIIEpAIBAAKCAQEA»⏎-----END RSA PRIVATE KEY-----
    """.split(separator: "\n").map { String($0).replacing("⏎", with: "\n") }

  /// Lines that hold none.
  static let innocent: [String] = """
    commit 4f2d1c0b9a8e7f6d5c4b3a291817161514131211
    4f2d1c0
    Merge pull request #42 from example/token-refresh
    rotated the secret at commit 4f2d1c0b9a8e7f6d5c4b3a291817161514131211
    d-A1B2C3D4E
    i-0abc0abc0abc0abc0
    sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae
    Digest: sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae
    etag: "9bb58f26192e4ba00f01e2e7b136bbd8"
    md5=d41d8cd98f00b204e9800998ecf8427e
    checksum: 1c2d3e4f5a6b7c8d
    version 1.42.0-rc.3+build.20261129
    checkout@1.42.0
    npm WARN deprecated request@2.88.2
    Successfully built 1fb9a5d03a3e
    docker pull registry.example.com:5000/app:1.2@sha256:2c26b46b
    request id 0b6e7f2a-3f7a-4c2e-9f67-5d1c2b3a4f5e
    x-amzn-requestid: 0b6e7f2a-3f7a-4c2e-9f67-5d1c2b3a4f5e
    x-amz-id-2: eftixk72aD6Ap51TnqcoF8eFidJG9Z/2mkiDFu8yU9AS1ed4OpIszj7UDNEHGran
    arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-AbCdEf
    arn:aws:ecs:eu-west-1:123456789012:task-definition/checkout:42
    arn:aws:iam::123456789012:role/deployer
    arn:aws:lambda:eu-west-1:123456789012:function:checkout:7
    arn:aws:kms:eu-west-1:123456789012:key/0b6e7f2a-3f7a-4c2e-9f67-5d1c2b3a4f5e
    /opt/codedeploy-agent/deployment-root/1fb9a5d0-3a3e-4f9c-9d4e-0123456789ab/d-A1B2C3D4E/deployment-archive/scripts/stop.sh
    Script at specified location: scripts/reset-password.sh failed with exit code 1
    scripts/rotate_token.py: line 12: syntax error
    The deployment failed because no instances were found for your deployment group.
    HEALTH_CONSTRAINTS: The overall deployment failed because too many individual instances failed
    PWD=/opt/app
    OLDPWD=/root
    PATH=/usr/local/bin:/usr/bin:/bin
    https://example.com:8443/a@b?x=1
    https://example.com/users/ada@example.com
    git@github.com:example/checkout.git
    ssh://git@github.com/example/checkout.git
    https://github.com/example/checkout/compare/v1.0.0...v1.1.0
    http://localhost:3000/health?ready=1
    mailto:ada@example.com
    deployed-by: Ada <ada@example.com>
    token_type: bearer
    tokenizer: fast
    max_tokens: 512
    tokens used: 512
    secretsmanager: reachable
    password_file: /run/secrets/db
    secretKeyRef: db
    secretName: db-credentials
    credentials: none
    Credentials loaded from instance profile
    credentials: ok
    The credentials are fine
    the bearer of bad news
    keyboard: us
    Bearer authentication failed
    Basic authentication failed
    basic setup complete
    password
    password is required
    Enter password for ada
    password authentication failed for user "ada"
    invalid password
    password: required
    token: expired
    token expired at 2026-11-29T01:00:00Z
    "token": null
    api_key: none
    DB_PASSWORD is not set
    GITHUB_TOKEN must be set
    API_TOKEN environment variable is missing
    password=$DB_PASSWORD
    password: ${DB_PASSWORD}
    password: {{ db_password }}
    token: <token>
    cache key: build-42
    key: value
    key=value&other=1
    ?key=color&value=red
    primary_key: id
    foreign_key: user_id
    sort_key=name
    author: ada
    auth: ok
    oauth: unavailable
    authorization: denied
    login ada, password wrong
    mysql -u root shop
    mysql: [Warning] Using a password on the command line interface can be insecure.
    curl -fsS https://example.com/
    curl -u ada https://example.com/
    docker run -p 8080:80 nginx
    docker login succeeded
    ssh -p 2222 deploy@host
    mkdir -p /opt/app/releases
    cp -p a b
    vault status
    openssl version
    passed: 12, failed: 3
    12 passed, 0 failed in 3.21s
    PASS: test_checkout (0.02s)
    --- PASS: TestCheckout (0.02s)
    bypass: true
    compass: north
    passenger: 4
    passthrough=1
    exit code: 1
    exit status 127
    127.0.0.1:5432
    2026-01-01T12:00:00Z [stderr] no such service
    Nov 29 01:00:00 host app[1234]: started
    eyJ
    at com.example.TokenService.refresh(TokenService.java:42)
    at Object.<anonymous> (/srv/app/node_modules/jsonwebtoken/verify.js:131:23)
    File "/srv/app/auth/token.py", line 12, in refresh
    main.go:100:12: undefined: Token
    Traceback (most recent call last):
    goroutine 1 [running]:
    java.lang.IllegalStateException: no session
    Caused by: java.net.ConnectException: Connection refused
    npm ERR! code ELIFECYCLE
    make: *** [Makefile:12: build] Error 2
    E: Unable to locate package foo
    systemd[1]: app.service: Main process exited, code=exited, status=1/FAILURE
    nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)
    bundle exec rake db:migrate
    == 20261129010000 CreateOrders: migrated (0.0012s)
    Content-Length: 512
    Content-Type: application/json
    Host: example.com
    User-Agent: curl/7.88.1
    accept: */*
    connection: keep-alive
    HTTP/1.1 401 Unauthorized
    GET /health?check=db HTTP/1.1
    uid=1000(ada) gid=1000(ada)
    total 48
    drwxr-xr-x 2 root root 4096 Nov 29 01:00 secrets
    -rw------- 1 root root 64 Nov 29 01:00 token
    cat /run/secrets/db_password
    chmod 600 ~/.aws/credentials
    rm -f .env
    set -euo pipefail
    export NODE_ENV=production
    REGION=eu-west-1
    DEPLOYMENT_ID=d-A1B2C3D4E
    sort -k 2
    grep -p pattern
    Feature: password reset
    feat(auth): add token rotation
    fix: trim whitespace of secrets
    docs: how to rotate the api key
    TaskDefinition: "arn:aws:ecs:eu-west-1:123456789012:task-definition/checkout:42"
    ContainerName: "web"
    Hooks:⏎  - BeforeInstall: "LambdaFunctionToValidateBeforeInstall"
    token:⏎next line
    SGVsbG8gd29ybGQ
    Lorem ipsum dolor sit amet
    0123456789abcdef0123456789abcdef
    AKIAEXAMPLE
    skeleton-0123
    """.split(separator: "\n").map { String($0).replacing("⏎", with: "\n") }
}
