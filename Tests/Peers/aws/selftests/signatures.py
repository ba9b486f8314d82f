"""Who is let in, and in which words others are refused."""

from botocore import UNSIGNED

from . import PeerTest


class Signatures(PeerTest):
    def test_right_keys_are_let_in_and_others_are_not(self):
        self.assertEqual(self.client().list_applications()["applications"], [])
        wrong = self.assertCode("InvalidSignatureException", self.client(secret="wrong").list_applications)
        self.assertEqual(wrong["ResponseMetadata"]["HTTPStatusCode"], 400)
        self.assertCode("UnrecognizedClientException", self.client(key="AKIDNOBODY").list_applications)
        self.assertCode("InvalidSignatureException", self.client(region="mars-north-1").list_applications)
        unsigned = self.client(signature_version=UNSIGNED)
        self.assertCode("MissingAuthenticationTokenException", unsigned.list_applications)

    def test_query_and_rest_services_refuse_in_their_own_words(self):
        wrong = self.assertCode("SignatureDoesNotMatch", self.client("sts", secret="wrong").get_caller_identity)
        self.assertEqual(wrong["ResponseMetadata"]["HTTPStatusCode"], 403)
        self.assertCode("InvalidClientTokenId", self.client("sns", key="AKIDNOBODY").list_topics)
        self.assertCode("InvalidSignatureException", self.client("sesv2", secret="wrong").get_account)
        self.assertEqual(self.client("sts").get_caller_identity()["Arn"], "arn:aws:iam::123456789012:user/peer")

    def test_temporary_credentials_need_their_token_and_expire(self):
        key, secret = "ASIAEXAMPLE00000PEER", "peer-temporary-key-0123456789abcdefghijk"
        self.client(key=key, secret=secret, token="peer-session-token").list_applications()
        self.assertCode("UnrecognizedClientException", self.client(key=key, secret=secret).list_applications)
        self.peer.post("credentials", access_key=key, expires=-1)
        late = self.client(key=key, secret=secret, token="peer-session-token")
        self.assertCode("ExpiredTokenException", late.list_applications)

    def test_a_skewed_clock_is_told(self):
        self.peer.post("settings", clock_offset=400)
        answer = self.assertCode("InvalidSignatureException", self.client().list_applications)
        self.assertIn("Signature expired", answer["Error"]["Message"])
        self.peer.post("settings", clock_offset=-400)
        answer = self.assertCode("InvalidSignatureException", self.client().list_applications)
        self.assertIn("not yet current", answer["Error"]["Message"])

    def test_an_assumed_role_signs_in_its_own_account(self):
        role = "arn:aws:iam::222233334444:role/reader"
        self.peer.post("roles", role_arn=role, external_id="shared")
        self.peer.post("applications", name="theirs", account="222233334444")
        sts = self.client("sts")
        self.assertCode("AccessDenied", sts.assume_role, RoleArn=role, RoleSessionName="me")
        issued = sts.assume_role(RoleArn=role, RoleSessionName="me", ExternalId="shared")["Credentials"]
        keys = dict(key=issued["AccessKeyId"], secret=issued["SecretAccessKey"], token=issued["SessionToken"])
        self.assertEqual(self.client(**keys).list_applications()["applications"], ["theirs"])
        self.peer.post("deny", deny=["codedeploy:*"], role="reader")
        answer = self.assertCode("AccessDeniedException", self.client(**keys).list_applications)
        self.assertIn("assumed-role/reader/me is not authorized", answer["Error"]["Message"])

    def test_the_account_wide_listing_alone_can_be_denied(self):
        self.deployments()
        self.peer.post("deny", deny=["codedeploy:ListDeployments"], account_wide=True)
        answer = self.assertCode("AccessDeniedException", self.client().list_deployments)
        self.assertIn("us-east-1:123456789012:deploymentgroup:* because", answer["Error"]["Message"])
        found = self.client().list_deployments(applicationName="checkout", deploymentGroupName="prod")
        self.assertEqual(len(found["deployments"]), 1)
