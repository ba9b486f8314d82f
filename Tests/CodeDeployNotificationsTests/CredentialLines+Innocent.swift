extension CredentialLines {
  /// Lines without a secret.
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
