"""The self-test's cases. boto3 is the oracle: what satisfies it is close enough to AWS."""

import unittest

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from ..peer import Peer

KEY = "AKIDEXAMPLE00000PEER"
SECRET = "peer-secret-key-0123456789abcdefghijklmn"


class PeerTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.peer = Peer()

    @classmethod
    def tearDownClass(cls):
        assert cls.peer.stop() == 0

    def setUp(self):
        self.peer.post("reset")

    def client(
        self, service="codedeploy", key=KEY, secret=SECRET, token=None, region="us-east-1", attempts=1, **config
    ):
        client = boto3.client(
            service,
            endpoint_url=self.peer.endpoint,
            region_name=region,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            aws_session_token=token,
            config=Config(retries={"total_max_attempts": attempts}, **({"read_timeout": 2} | config)),
        )
        self.addCleanup(client.close)
        return client

    def deployments(self, **described):
        return self.peer.post("deployments", **({"application": "checkout"} | described))["ids"]

    def assertCode(self, code, function, **arguments):
        with self.assertRaises(ClientError) as caught:
            function(**arguments)
        self.assertEqual(caught.exception.response["Error"]["Code"], code)
        return caught.exception.response
