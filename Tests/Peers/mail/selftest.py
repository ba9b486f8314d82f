"""Proof that the peer does what README.md says: python -m unittest mail.selftest

Python's smtplib is the client.
"""

import http.client
import json
import os
import smtplib
import ssl
import subprocess
import sys
import unittest
from email.message import EmailMessage
from urllib.parse import urlsplit

PEERS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def start(**options):
    process = subprocess.Popen([sys.executable, "-m", "mail"], cwd=PEERS, stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True, **options)
    return process, json.loads(process.stdout.readline())


def mail(to="ada@example.com", **fields):
    message = EmailMessage()
    fields = {name.replace("_", "-"): value for name, value in fields.items()}
    for name, value in ({"From": "ci@example.com", "To": to, "Subject": "Grüße 🚀", "Message-ID": "<1@example.com>",
                         "Date": "Fri, 15 Jan 2027 08:00:00 +0000"} | fields).items():
        if value is not None:
            message[name] = value
    message.set_content("Hällo\n.\nthere\n")
    message.add_alternative("<p>Hällo</p>", subtype="html")
    return message


class MailCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.process, cls.places = start()

    @classmethod
    def tearDownClass(cls):
        cls.process.stdin.close()
        assert cls.process.wait(30) == 0
        cls.process.stdout.close()

    def setUp(self):
        self.control("POST", "/_mail/reset")

    def control(self, method, path, value=None, status=200):
        connection = http.client.HTTPConnection(urlsplit(self.places["control"]).netloc, timeout=60)
        self.addCleanup(connection.close)
        connection.request(method, path, None if value is None else json.dumps(value))
        answer = connection.getresponse()
        text = answer.read()
        self.assertEqual(answer.status, status, text)
        return json.loads(text)

    def messages(self, count):
        found = self.control("GET", f"/_mail/messages?count={count}")["messages"]
        self.assertEqual(len(found), count)
        return found

    def connect(self, place, kind=smtplib.SMTP, **options):
        client = kind("localhost" if options else "127.0.0.1", self.places[place], timeout=30, **options)
        self.addCleanup(client.close)
        return client

    def context(self):
        return ssl.create_default_context(cafile=self.places["ca_file"])


class RealMTA(MailCase):
    def setUp(self):
        if not self.places["exim"]:
            self.skipTest(self.places["reason"])
        super().setUp()

    def secure(self, login=True):
        client = smtplib.SMTP("localhost", self.places["smtp"], timeout=30)
        self.addCleanup(client.close)
        client.starttls(context=self.context())
        if login:
            client.login(self.places["username"], self.places["password"])
        return client

    def test_it_delivers_and_what_arrives_is_taken_apart(self):
        self.secure().send_message(mail(to="ada@example.com, bob@example.com"))
        [message] = self.messages(1)
        self.assertEqual((message["sender"], message["recipients"], message["received"]),
                         ("ci@example.com", ["ada@example.com", "bob@example.com"], "esmtpsa"))
        self.assertEqual((message["headers"]["Subject"], message["text"], message["html"].strip()),
                         ("Grüße 🚀", "Hällo\n.\nthere\n", "<p>Hällo</p>"))
        self.assertEqual(message["problems"], [])

    def test_tls_is_offered_both_ways_and_a_login_only_within(self):
        client = self.connect("smtp")
        client.ehlo()
        self.assertTrue(client.has_extn("starttls") and not client.has_extn("auth"))
        self.connect("smtps", smtplib.SMTP_SSL, context=self.context()).send_message(mail())
        self.assertEqual(self.messages(1)[0]["received"], "esmtps")
        with self.assertRaises(ssl.SSLCertVerificationError):
            self.connect("smtps", smtplib.SMTP_SSL, context=ssl.create_default_context())

    def test_strangers_get_no_relay_and_wrong_passwords_no_login(self):
        with self.assertRaises(smtplib.SMTPRecipientsRefused) as caught:
            self.secure(login=False).send_message(mail(to="bob@other.example"))
        self.assertEqual(caught.exception.recipients["bob@other.example"][0], 550)
        self.secure().send_message(mail(to="bob@other.example"))
        self.messages(1)
        client = self.secure(login=False)
        with self.assertRaises(smtplib.SMTPAuthenticationError) as caught:
            client.login(self.places["username"], "wrong")
        self.assertEqual(caught.exception.smtp_code, 535)

    def test_replies_are_scripted_by_recipient_and_for_the_message(self):
        self.control("POST", "/_mail/replies", {"bob@example.com": "550 5.1.1 No such user",
                                                "eve@example.com": "451 4.7.1 Greylisted"})
        refused = self.secure().send_message(mail(to="ada@example.com, bob@example.com, eve@example.com"))
        self.assertEqual({name: code for name, (code, _) in refused.items()},
                         {"bob@example.com": 550, "eve@example.com": 451})
        self.assertEqual(self.messages(1)[0]["recipients"], ["ada@example.com"])
        self.control("POST", "/_mail/replies", {"message": "554 5.7.1 Spam"})
        with self.assertRaises(smtplib.SMTPDataError):
            self.secure().send_message(mail())

    def test_a_header_that_is_wrong_is_refused(self):
        for fields in ({"Message_ID": None}, {"Date": None}):
            with self.assertRaises(smtplib.SMTPDataError, msg=fields):
                self.secure().send_message(mail(**fields))
        with self.assertRaises(smtplib.SMTPDataError):
            self.secure().sendmail("ci@example.com", "ada@example.com",
                                   b"From: <<>\r\nDate: x\r\nMessage-ID: <1@x>\r\n\r\nhi\r\n")

    def test_it_runs_for_a_normal_user_too(self):
        if os.geteuid() != 0:
            self.skipTest("it does that already")
        try:
            process, places = start(user="nobody", group="nogroup", extra_groups=[])
        except PermissionError:
            self.skipTest("this Python is root's own")
        self.addCleanup(process.stdout.close)
        self.assertTrue(places["exim"], places)
        client = smtplib.SMTP("127.0.0.1", places["smtp"], timeout=30)
        client.send_message(mail())
        client.quit()
        connection = http.client.HTTPConnection(urlsplit(places["control"]).netloc, timeout=60)
        connection.request("GET", "/_mail/messages?count=1")
        self.assertEqual(len(json.loads(connection.getresponse().read())["messages"]), 1)
        connection.close()
        process.stdin.close()
        self.assertEqual(process.wait(30), 0)


class Misbehaving(MailCase):
    def script(self, at, **more):
        self.control("POST", "/_mail/script", {"at": at} | more)

    def test_it_takes_everything_and_offers_nothing(self):
        client = self.connect("scripted")
        client.ehlo()
        self.assertFalse(client.has_extn("starttls") or client.has_extn("auth"))
        client.send_message(mail())
        [message] = self.messages(1)
        self.assertEqual((message["via"], message["problems"]), ("scripted", []))
        self.assertEqual(message["text"], "Hällo\n.\nthere\n")
        commands = self.control("GET", "/_mail/commands")["commands"]
        self.assertIn("rcpt TO:<ada@example.com>", commands)

    def test_it_offers_what_it_is_told_to(self):
        self.control("POST", "/_mail/offers", {"offers": ["STARTTLS", "AUTH PLAIN"]})
        client = smtplib.SMTP("localhost", self.places["scripted"], timeout=30)
        self.addCleanup(client.close)
        client.starttls(context=self.context())
        client.send_message(mail())
        self.messages(1)

    def test_it_replies_hangs_and_drops_on_demand(self):
        self.script("connect", reply="421 4.3.2 Too busy", count=1)
        with self.assertRaises(smtplib.SMTPConnectError):
            self.connect("scripted")
        self.script("RCPT TO:<bob", reply="452 4.2.2 Full")
        refused = self.connect("scripted").send_message(mail(to="ada@example.com, bob@example.com"))
        self.assertEqual(refused["bob@example.com"][0], 452)
        self.script("end", do="drop", reply="taken", count=1)
        with self.assertRaises(smtplib.SMTPServerDisconnected):
            self.connect("scripted").send_message(mail())
        self.messages(2)
        self.script("end", do="hang")
        client = smtplib.SMTP("127.0.0.1", self.places["scripted"], timeout=0.2)
        self.addCleanup(client.close)
        with self.assertRaises(smtplib.SMTPServerDisconnected):
            client.send_message(mail())
        self.messages(2)

    def test_what_is_wrong_about_a_mail_is_told(self):
        good = mail().as_bytes()
        for change, problem in [
            ((b"Subject: ", b"Subject: x\nSubject: "), "Subject more than once"),
            ((b"Date: Fri", b"X-Date: Fri"), "no Date"),
            ((b"<1@example.com>", b"1"), "Message-ID is 1"),
            ((b"From: ci", b"Bcc: eve@e.example\nFrom: ci"), "a Bcc"),
            ((b"From: ci", b"From: \xc3\xa4 <ci"), "the header isn't ASCII"),
            ((b"multipart/alternative", b"multipart/mixed"), "it is multipart/mixed"),
        ]:
            self.control("DELETE", "/_mail/messages")
            changed = good.replace(*change)
            self.connect("scripted").sendmail("ci@example.com", ["ada@example.com"], changed)
            self.assertIn(problem, self.messages(1)[0]["problems"])

    def test_a_wrong_call_says_why(self):
        self.control("POST", "/_mail/script", {"at": "end", "do": "dance"}, status=400)
        self.control("GET", "/_mail/nothing", status=400)


if __name__ == "__main__":
    unittest.main()
