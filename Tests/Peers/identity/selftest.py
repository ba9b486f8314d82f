"""Proves the peer against boto3: `python -m unittest identity.selftest` in Tests/Peers."""

import json
import subprocess
import sys
import unittest
import urllib.error
import urllib.request
from pathlib import Path

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

ROLE = "arn:aws:iam::123456789012:role/"


class Identity(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.process = subprocess.Popen(
            [sys.executable, "-m", "identity"], cwd=Path(__file__).parent.parent,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        told = json.loads(cls.process.stdout.readline())
        cls.endpoint, cls.tokens = told["endpoint"], told["tokens"]

    @classmethod
    def tearDownClass(cls):
        cls.process.stdin.close()
        cls.process.stdout.close()
        assert cls.process.wait(timeout=5) == 0

    def client(self, service="sts", key="AKIDBASE", secret=None, token=None, **config):
        client = boto3.client(
            service, endpoint_url=self.endpoint, region_name="us-east-1", aws_access_key_id=key,
            aws_secret_access_key=secret or f"secret-{key}", aws_session_token=token,
            config=Config(retries={"total_max_attempts": 1}, **config),
        )
        self.addCleanup(client.close)
        return client

    def refused(self, code, function, **arguments):
        with self.assertRaises(ClientError) as caught:
            function(**arguments)
        self.assertEqual(caught.exception.response["Error"]["Code"], code)

    def http(self, method, path, **headers):
        request = urllib.request.Request(
            self.endpoint + path, method=method, headers={k.replace("_", "-"): v for k, v in headers.items()})
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def test_a_key_tells_how_it_was_come_by(self):
        one = self.client().assume_role(RoleArn=ROLE + "a", RoleSessionName="me")["Credentials"]
        sts = self.client(key=one["AccessKeyId"], secret=one["SecretAccessKey"], token=one["SessionToken"])
        two = sts.assume_role(RoleArn=ROLE + "b", RoleSessionName="me")["Credentials"]
        self.assertEqual(two["AccessKeyId"], "ASIA_b_ASIA_a_AKIDBASE")
        self.assertEqual(sts.get_caller_identity()["UserId"], "ASIA_a_AKIDBASE")
        self.refused("SignatureDoesNotMatch", self.client(secret="wrong").get_caller_identity)
        self.refused("InvalidClientTokenId", self.client(key="ASIA_a_AKIDBASE").get_caller_identity)

    def test_sts_refuses_whom_a_role_does_not_trust(self):
        assume = self.client().assume_role
        self.refused("AccessDenied", assume, RoleArn=ROLE + "unknown", RoleSessionName="me")
        self.refused("AccessDenied", assume, RoleArn=ROLE + "web", RoleSessionName="me")
        self.refused("AccessDenied", assume, RoleArn=ROLE + "external", RoleSessionName="me")
        self.refused("AccessDenied", assume, RoleArn=ROLE + "external", RoleSessionName="me", ExternalId="other")
        assume(RoleArn=ROLE + "external", RoleSessionName="me", ExternalId="shared")
        self.refused("ValidationError", assume, RoleArn=ROLE + "hour", RoleSessionName="me", DurationSeconds=7200)

    def test_web_identities(self):
        sts = self.client(signature_version=UNSIGNED)

        def assume(token, role="web"):
            return sts.assume_role_with_web_identity(
                RoleArn=ROLE + role, RoleSessionName="me", WebIdentityToken=token)

        self.assertEqual(assume(self.tokens["current"])["Credentials"]["AccessKeyId"], "ASIA_web_ci")
        self.refused("ExpiredTokenException", assume, token=self.tokens["expired"])
        self.refused("InvalidIdentityToken", assume, token=self.tokens["foreign"])
        self.refused("InvalidIdentityToken", assume, token=self.tokens["current"] + "x")
        self.refused("AccessDenied", assume, token=self.tokens["current"], role="a")

    def test_identity_center(self):
        portal = self.client("sso")
        given = dict(roleName="Admin", accountId="123456789012")
        keys = portal.get_role_credentials(accessToken="sso-x", **given)["roleCredentials"]
        self.assertEqual(keys["accessKeyId"], "ASIA_Admin_123456789012_sso_x")
        self.refused("UnauthorizedException", portal.get_role_credentials, accessToken="sso-revoked", **given)
        self.refused("ForbiddenException", portal.get_role_credentials, accessToken="sso-x",
                     **(given | {"roleName": "Forbidden"}))
        oidc = self.client("sso-oidc")
        grant = dict(clientId="client", clientSecret="client-secret", grantType="refresh_token")
        self.assertEqual(oidc.create_token(refreshToken="refresh", **grant)["accessToken"], "sso-renewed")
        self.refused("InvalidGrantException", oidc.create_token, refreshToken="refresh-next", **grant)
        self.refused("InvalidClientException", oidc.create_token, refreshToken="refresh",
                     **(grant | {"clientSecret": "wrong"}))

    def test_sign_in_wants_a_proof(self):
        status, body = self.http("POST", "/v1/token")
        self.assertEqual((status, json.loads(body)["error"]), (400, "INVALID_REQUEST"))
        grant = {"clientId": "arn:aws:signin:::devtools/same-device", "refreshToken": "login-refresh",
                 "grantType": "refresh_token"}
        oauth = self.client("signin", signature_version=UNSIGNED).create_o_auth2_token
        # The oracle's rows prove that botocore's own proof is accepted.
        self.refused("ValidationException", oauth, tokenInput=grant)

    def test_an_instance_insists_on_its_token_and_ttl(self):
        roles = "/imds/ok/latest/meta-data/iam/security-credentials/"
        self.assertEqual(self.http("GET", roles)[0], 401)
        self.assertEqual(self.http("GET", roles, x_aws_ec2_metadata_token="made-up")[0], 401)
        path, ttl = "/imds/ok/latest/api/token", "x_aws_ec2_metadata_token_ttl_seconds"
        self.assertEqual(self.http("GET", path)[0], 405)
        self.assertEqual(self.http("PUT", path)[0], 400)
        self.assertEqual(self.http("PUT", path, **{ttl: "21601"})[0], 400)
        self.assertEqual(self.http("PUT", path, **{ttl: "60", "X_Forwarded_For": "192.0.2.1"})[0], 403)
        status, token = self.http("PUT", path, **{ttl: "21600"})
        self.assertEqual(self.http("GET", roles, x_aws_ec2_metadata_token=token), (200, "app"))
        keys = json.loads(self.http("GET", roles + "app", x_aws_ec2_metadata_token=token)[1])
        self.assertEqual((keys["AccessKeyId"], keys["Code"]), ("ASIA_instance_ok", "Success"))
        self.assertEqual(self.http("PUT", "/imds/version1/latest/api/token", **{ttl: "60"})[0], 404)
        self.assertEqual(self.http("GET", roles.replace("ok", "version1")), (200, "app"))

    def test_a_container_insists_on_its_header(self):
        self.assertEqual(self.http("GET", "/container/token")[0], 401)
        self.assertEqual(self.http("GET", "/container/token", Authorization="wrong")[0], 401)
        status, body = self.http("GET", "/container/token", Authorization="peer-container-token")
        self.assertEqual(json.loads(body)["AccessKeyId"], "ASIA_container_token")
        self.assertIn("/container/token", self.http("GET", "/_peer/requests")[1])


if __name__ == "__main__":
    unittest.main()
