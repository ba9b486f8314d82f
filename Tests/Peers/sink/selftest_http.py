"""Recording, scripted answers and faults."""

import base64
import http.client
import json
import socket
import time

from .selftest_support import SinkCase


class Recording(SinkCase):
    def test_requests_are_on_record_with_their_connection(self):
        connection = self.connect()
        self.assertEqual(self.send("/a?x=1", "é".encode(), {"X-Mixed-Case": "v"}, connection=connection)[:2],
                         (200, b"ok"))
        self.send("/b", b"\xff\x00", connection=connection)
        self.send("/c", method="PUT")
        first, second, third = self.records()
        self.assertEqual((first["path"], first["body"], first["scheme"]), ("/a?x=1", "é", "http"))
        self.assertIn(["X-Mixed-Case", "v"], first["headers"])
        self.assertEqual((first["answered"]["status"], first["answered"]["body"]), (200, "ok"))
        self.assertEqual((second["body_encoding"], base64.b64decode(second["body"])), ("base64", b"\xff\x00"))
        self.assertEqual(first["connection"], second["connection"])
        self.assertNotEqual(first["connection"], third["connection"])
        self.assertEqual([each["method"] for each in self.records("/c")], ["PUT"])

    def test_chunked_body_after_100_continue(self):
        answer = self.raw(b"POST /chunks HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n"
                          b"Expect: 100-continue\r\nConnection: close\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n")
        self.assertTrue(answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"), answer)
        self.assertEqual(self.records("/chunks")[0]["body"], "abcde")

    def test_broken_requests_are_answered_and_recorded(self):
        for data, reason in ((b"GET /no-host HTTP/1.1\r\n\r\n", "no Host"),
                             (b"nonsense\r\n\r\n", "request line"),
                             (b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n", "Content-Length")):
            self.assertTrue(self.raw(data).startswith(b"HTTP/1.1 400 "))
            self.assertIn(reason, self.records()[-1]["malformed"])

    def test_wait_reports_the_count_or_the_timeout(self):
        self.send("/w")
        self.assertTrue(self.control("GET", "/_sink/wait?path=/w&count=1&timeout=30")["reached"])
        late = self.control("GET", "/_sink/wait?path=/w&count=2&timeout=0.05", status=408)
        self.assertFalse(late["reached"])
        self.control("DELETE", "/_sink/requests")
        self.assertEqual(self.records(), [])


class Scripts(SinkCase):
    def test_scripts_are_used_in_order_then_the_default_returns(self):
        self.script("/s", status=429, headers={"Retry-After": "7"}, body={"ok": False})
        self.control("POST", "/_sink/script", {"path": "/s", "count": 2, "answer": {"status": 503}})
        status, body, answer = self.send("/s/1")
        self.assertEqual((status, json.loads(body), answer.headers["Retry-After"]), (429, {"ok": False}, "7"))
        self.assertEqual([self.send("/s")[0] for _ in range(3)], [503, 503, 200])
        self.assertEqual([each["left"] for each in self.control("GET", "/_sink/script")["scripts"]], [0, 0])

    def test_scripts_can_be_for_one_method_and_for_ever(self):
        self.control("POST", "/_sink/script",
                     {"path": "/m", "method": "PUT", "count": -1, "answer": {"status": 500}})
        self.assertEqual([self.send("/m", method=each)[0] for each in ("POST", "PUT", "PUT")], [200, 500, 500])
        self.control("DELETE", "/_sink/script")
        self.assertEqual(self.send("/m", method="PUT")[0], 200)

    def test_scripts_can_wait_and_then_be_for_one_request_and_its_repetitions(self):
        self.control("POST", "/_sink/script", [
            {"path": "/n", "answer": {}}, {"path": "/n", "count": 2, "same": True, "answer": {"status": 500}}])
        bodies = (b"1", b"2", b"1", b"2", b"2")
        self.assertEqual([self.send("/n", each)[0] for each in bodies], [200, 500, 200, 500, 200])

    def test_misspelt_scripts_are_refused(self):
        for wrong in ({"path": "/s", "answer": {"stauts": 500}}, {"path": "s"}, {"path": "/s", "count": 0},
                      {"path": "/s", "answer": {"delay": "1"}}, {"path": "/s", "times": 1},
                      {"path": "/s", "same": 1},
                      {"path": "/s", "answer": [1]}, {"path": "/s", "answer": {"headers": "x"}}, "text"):
            self.assertIn("error", self.control("POST", "/_sink/script", wrong, status=400))

    def test_delay_and_drip_take_their_time(self):
        self.script("/slow", delay=0.2)
        self.script("/slow", body="abcdef", drip={"bytes": 2, "every": 0.05})
        for least, expected in ((0.2, b"ok"), (0.1, b"abcdef")):
            began = time.monotonic()
            self.assertEqual(self.send("/slow")[1], expected)
            self.assertGreaterEqual(time.monotonic() - began, least)

    def test_cut_after_counts_from_the_first_byte(self):
        for count in (5, 30, 90):
            self.script("/cut", body="x" * 100, cut_after=count)
            received = self.raw(b"POST /cut HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n")
            self.assertEqual(len(received), count)
            self.assertTrue(received.startswith(b"HTTP/"))
        self.script("/cut", body="x" * 100, cut_after=150)
        with self.assertRaises(http.client.IncompleteRead):
            self.send("/cut")
        self.assertFalse(self.records("/cut")[-1]["answered"]["complete"])

    def test_close_and_reset(self):
        self.script("/gone", close=True)
        self.script("/gone", reset=True)
        with self.assertRaises(http.client.RemoteDisconnected):
            self.send("/gone")
        with self.assertRaises(ConnectionResetError) as caught:
            self.send("/gone")
        self.assertNotIsInstance(caught.exception, http.client.RemoteDisconnected)
        self.assertEqual([each["answered"]["status"] for each in self.records("/gone")], [None, None])

    def test_hang_is_on_record_while_it_hangs(self):
        self.script("/hang", hang=300)
        connection = self.connect()
        connection.request("POST", "/hang")
        self.control("GET", "/_sink/wait?path=/hang&count=1&timeout=30")
        connection.sock.settimeout(0.2)
        with self.assertRaises(socket.timeout):
            connection.getresponse()

    def test_filler_chunks_raw_and_truncated_json(self):
        self.script("/big", body="{", body_repeat=2)
        self.assertEqual(len(self.send("/big")[1]), 2 * 1024 * 1024 + 1)
        self.script("/big", body="abc", chunked=True)
        status, body, answer = self.send("/big")
        self.assertEqual((body, answer.headers["Transfer-Encoding"]), (b"abc", "chunked"))
        self.script("/big", raw="HTTP/1.1 200 OK\r\nContent-Le")
        self.assertEqual(self.raw(b"GET /big HTTP/1.1\r\nHost: h\r\n\r\n"), b"HTTP/1.1 200 OK\r\nContent-Le")
        self.control("POST", "/_sink/script", {"path": "/graphql", "truncate_json": 9})
        self.assertEqual(self.send("/graphql")[1], b'{"errors"')
