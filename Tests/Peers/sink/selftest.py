"""Proof that the sink does what README.md says: python -m unittest sink.selftest

No test depends on anything being fast: waits have lower bounds only.
"""

import http.client
import signal
import socket
import ssl
import unittest
from urllib.parse import urlsplit

# Imported to be found by unittest.
from .selftest_discord import Discord, DiscordMarkdown  # noqa: F401
from .selftest_googlechat import GoogleChat  # noqa: F401
from .selftest_datadog import DatadogEvents  # noqa: F401
from .selftest_grafana import GrafanaAnnotations  # noqa: F401
from .selftest_hipchat import HipChatRooms  # noqa: F401
from .selftest_github import Commits  # noqa: F401
from .selftest_http import Recording, Scripts  # noqa: F401
from .selftest_newrelic import NerdGraph  # noqa: F401
from .selftest_services import Services  # noqa: F401
from .selftest_slack import Slack  # noqa: F401
from .selftest_pagerduty import Alerts  # noqa: F401
from .selftest_support import SinkCase, start
from .selftest_teams import Teams  # noqa: F401
from .selftest_webhook import Webhooks  # noqa: F401


class TLSAndLife(SinkCase):
    def secure(self, context):
        place = urlsplit(self.places["https"])
        connection = http.client.HTTPSConnection("localhost", place.port, timeout=30, context=context)
        self.addCleanup(connection.close)
        return connection

    def test_tls_with_the_authority_and_without(self):
        trusting = ssl.create_default_context(cafile=self.places["ca_file"])
        self.assertEqual(self.send("/tls", connection=self.secure(trusting))[0], 200)
        self.assertEqual(self.records("/tls")[0]["scheme"], "https")
        with self.assertRaises(ssl.SSLCertVerificationError):
            self.send("/tls", connection=self.secure(ssl.create_default_context()))
        self.script("/tls", reset=True)
        with self.assertRaises(ConnectionError):
            self.send("/tls", connection=self.secure(trusting))
        self.script("/tls", cut_after=20)
        # Python's client, like libcurl, takes half a head for a whole one: ask the record.
        self.send("/tls", connection=self.secure(trusting))
        answered = self.records("/tls")[-1]["answered"]
        self.assertEqual((answered["bytes_sent"], answered["complete"]), (20, False))

    def test_it_ends_with_its_parent_and_on_sigterm(self):
        process, places = start()
        self.assertNotIn("https", places)
        process.stdin.close()
        self.assertEqual(process.wait(30), 0)
        process.stdout.close()
        process, places = start()
        link = socket.create_connection(("127.0.0.1", urlsplit(places["http"]).port), timeout=30)
        process.send_signal(signal.SIGTERM)  # with a client still connected
        self.assertEqual(process.wait(30), 0)
        for each in (link, process.stdin, process.stdout):
            each.close()


if __name__ == "__main__":
    unittest.main()
