/// Lines of logs, descriptions and scripts, to measure redaction.
enum CredentialLines {
  /// Lines with their secret in `«»`.
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
}
