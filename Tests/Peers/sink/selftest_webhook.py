"""Signatures and repeats of webhooks."""

import time

from .providers import webhook
from .selftest_support import SinkCase


class Webhooks(SinkCase):
    # The specification's own example of a signature.
    SECRET, ID = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek"

    def deliver(self, secret, moment=None, identifier="msg_1", body=b'{"a": 1}', **changed):
        stamp = str(int(time.time() if moment is None else moment))
        headers = {"webhook-id": identifier, "webhook-timestamp": stamp,
                   "webhook-signature": webhook.sign(secret, identifier, stamp, body), **changed}
        status, text, _ = self.send("/hook", body, {k: v for k, v in headers.items() if v is not None})
        return status, text, self.records("/hook")[-1]

    def test_known_signature(self):
        self.assertEqual(webhook.sign(self.SECRET, self.ID, "1614265330", b'{"test": 2432232314}'),
                         "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")

    def test_good_and_bad_signatures(self):
        for secret in (self.SECRET, "any other text"):
            self.control("POST", "/_sink/reset")
            self.control("POST", "/_sink/webhook-secrets", {"path": "/hook", "secret": secret})
            status, _, record = self.deliver(secret)
            self.assertEqual((status, record["verified"], record["repeat"]), (200, True, False))
            good = webhook.sign(secret, "msg_1", str(int(time.time())), b"{}")
            for changed, reason in (({"webhook-signature": "v1,AAAA"}, b"does not match"),
                                    ({"webhook-signature": None}, b"no webhook-signature"),
                                    ({"webhook-signature": good}, b"does not match"),
                                    ({"webhook-timestamp": "soon"}, b"not a number"),
                                    ({"moment": time.time() - 3600}, b"300 s off"),
                                    ({"moment": time.time() + 3600}, b"300 s off")):
                status, text, record = self.deliver(secret, **changed)
                self.assertEqual((status, record["verified"]), (401, False))
                self.assertIn(reason, text)

    def test_repeats_after_failure_and_after_success(self):
        self.control("POST", "/_sink/webhook-secrets", {"path": "/hook", "secret": self.SECRET})
        self.script("/hook", status=503)
        seen = [self.deliver(self.SECRET)[2] for _ in range(3)]
        self.assertEqual([(each["repeat"], each["repeat_after_success"]) for each in seen],
                         [(False, False), (True, False), (True, True)])
