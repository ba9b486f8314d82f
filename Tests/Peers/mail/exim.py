"""Exim, a real MTA, on loopback ports of its own, delivering into a folder that is read here.

It runs as a normal user, wherever it is started from: with a configuration that isn't the system's,
Exim gives up root, and as root it would want another user for each step.
"""

import os
import pwd
import shutil
import socket
import subprocess
import time

USER_FOR_ROOT = ("Debian-exim", "nobody")

CONFIGURATION = r"""
primary_hostname = localhost
qualify_domain = localhost
exim_user = {user}
exim_group = {group}
never_users =
deliver_drop_privilege = true
spool_directory = {folder}/spool
log_file_path = {folder}/log/%slog
pid_file_path = {folder}/exim.pid
disable_ipv6 = true
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port} : {tls_port}
tls_on_connect_ports = {tls_port}
tls_advertise_hosts = *
tls_certificate = {folder}/server.pem
tls_privatekey = {folder}/server.pem
auth_advertise_hosts = ${{if def:tls_in_cipher {{*}}}}
host_lookup =
rfc1413_query_timeout = 0s
keep_environment =
smtputf8_advertise_hosts =
smtp_accept_max = 100
smtp_accept_max_per_connection = 100
recipients_max = 100
message_size_limit = {size_limit}
acl_smtp_rcpt = check_recipient
acl_smtp_data = check_message

begin acl

check_recipient:
  warn set acl_m_verdict = ${{lookup{{$local_part@$domain}}lsearch{{{folder}/recipients}}}}
  defer message = $acl_m_verdict
        condition = ${{if match{{$acl_m_verdict}}{{^4}}}}
  deny message = $acl_m_verdict
       condition = ${{if match{{$acl_m_verdict}}{{^5}}}}
  accept authenticated = *
  deny message = 5.7.1 relay not permitted: log in for other domains than example.com
       !domains = example.com
  accept

check_message:
  require message = 5.6.0 the header's syntax is wrong
          verify = header_syntax
  deny message = 5.6.0 a required field is missing
       condition = ${{if or{{{{!def:h_From:}}{{!def:h_Date:}}{{!def:h_Message-ID:}}}}}}
  warn set acl_m_verdict = ${{lookup{{message}}lsearch{{{folder}/recipients}}}}
  defer message = $acl_m_verdict
        condition = ${{if match{{$acl_m_verdict}}{{^4}}}}
  deny message = $acl_m_verdict
       condition = ${{if match{{$acl_m_verdict}}{{^5}}}}
  accept

begin routers

everything:
  driver = accept
  transport = box

begin transports

box:
  driver = appendfile
  directory = {folder}/box
  maildir_format
  create_directory
  batch_max = 100
  user = {user}
  group = {group}
  envelope_to_add
  return_path_add

begin authenticators

plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{{username}}}}}{{eq{{$auth3}}{{{password}}}}}}}}}
  server_set_id = $auth2

login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = <| Username: | Password:
  server_condition = ${{if and{{{{eq{{$auth1}}{{{username}}}}}{{eq{{$auth2}}{{{password}}}}}}}}}
  server_set_id = $auth1
"""


class Unavailable(Exception):
    """There is no Exim here, or it can't be started."""


class Exim:
    USERNAME = "ci@example.com"
    PASSWORD = "exim-peer-password"
    SIZE_LIMIT = "1M"

    def __init__(self, folder, server_file, mailbox):
        program = shutil.which("exim4", path=os.environ.get("PATH", "") + ":/usr/sbin") or shutil.which("exim")
        if program is None:
            raise Unavailable("exim4 isn't installed (exim4-daemon-light)")
        self.folder = folder
        self.mailbox = mailbox
        self.read = set()
        self.account = account()
        self.prepare(server_file)
        # A port that was free can be taken before Exim gets there.
        for _ in range(5):
            if self.start(program):
                mailbox.sources.append(self.collect)
                return
        raise Unavailable(f"exim4 doesn't start: {self.complaint()}")

    def prepare(self, server_file):
        for name in ("", "spool", "log", "box", "box/new", "box/cur", "box/tmp"):
            os.makedirs(os.path.join(self.folder, name), exist_ok=True)
        shutil.copy(server_file, os.path.join(self.folder, "server.pem"))
        self.script({})
        if os.geteuid() == 0:
            # The folder above it is root's own: Exim's user has to be able to pass.
            os.chmod(os.path.dirname(self.folder), 0o711)
            for path, folders, files in os.walk(self.folder):
                for name in [".", *folders, *files]:
                    os.chown(os.path.join(path, name), self.account.pw_uid, self.account.pw_gid)

    def start(self, program):
        self.port, self.tls_port = free_ports(2)
        path = os.path.join(self.folder, "exim.conf")
        with open(path, "w") as file:
            file.write(CONFIGURATION.format(
                folder=self.folder, user=self.account.pw_uid, group=self.account.pw_gid, port=self.port,
                tls_port=self.tls_port, size_limit=self.SIZE_LIMIT, username=self.USERNAME, password=self.PASSWORD))
        os.chmod(path, 0o644)
        identity = {}
        if os.geteuid() == 0:
            identity = {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}
        self.errors = open(os.path.join(self.folder, "errors"), "w+")
        # A group of its own, so that deliveries under way end with the daemon.
        self.process = subprocess.Popen(
            [program, "-C", path, "-bdf"], stdin=subprocess.DEVNULL, stdout=self.errors, stderr=self.errors,
            start_new_session=True, cwd=self.folder, **identity)
        end = time.monotonic() + 30
        while time.monotonic() < end and self.process.poll() is None:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
                    if connection.recv(100).startswith(b"220 "):
                        connection.sendall(b"QUIT\r\n")
                        return True
            except OSError:
                time.sleep(0.02)
        self.close()
        return False

    def complaint(self):
        texts = []
        for name in ("errors", "log/panic" + "log", "log/main" + "log"):
            try:
                with open(os.path.join(self.folder, name)) as file:
                    texts.append(file.read()[-500:])
            except OSError:
                pass
        return " ".join(" ".join(texts).split()) or "no word from it"

    def script(self, replies):
        """What is said to recipients, by address, and to a message, by the word `message`."""
        path = os.path.join(self.folder, "recipients")
        with open(path + ".new", "w") as file:
            file.writelines(f"{name}: {reply}\n" for name, reply in replies.items())
        os.chmod(path + ".new", 0o644)
        os.replace(path + ".new", path)

    def collect(self):
        """Hand over what was delivered since the last time."""
        new = os.path.join(self.folder, "box/new")
        for name in sorted(set(os.listdir(new)) - self.read):
            self.read.add(name)
            with open(os.path.join(new, name), "rb") as file:
                raw = file.read()
            fields, raw = delivery_fields(raw)
            self.mailbox.add(fields.get("return-path", "").strip("<>"),
                             [each.strip() for each in fields.get("envelope-to", "").split(",")], raw, "exim",
                             received=re_received(raw))

    def close(self):
        for number in (15, 9):
            try:
                os.killpg(self.process.pid, number)
                self.process.wait(5)
            except (ProcessLookupError, PermissionError):
                self.process.wait(5)
                break
            except subprocess.TimeoutExpired:
                continue
        self.errors.close()


def account():
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    for name in USER_FOR_ROOT:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            pass
    raise Unavailable("there is no user to run exim4 as")


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def delivery_fields(raw):
    """The fields that the delivery put on top, and the message as it was received."""
    fields = {}
    while True:
        line, _, rest = raw.partition(b"\n")
        name, _, value = line.decode("latin-1").partition(":")
        if name.lower() not in ("return-path", "envelope-to", "delivery-date"):
            return fields, raw
        while rest[:1] in (b" ", b"\t"):
            more, _, rest = rest.partition(b"\n")
            value += " " + more.decode("latin-1").strip()
        fields[name.lower()] = value.strip()
        raw = rest


def re_received(raw):
    """How it came, by Exim's own word: `esmtp`, `esmtps` with TLS, `esmtpsa` with a login too."""
    words = raw.split(b"\n\n", 1)[0].decode("latin-1").split()
    return next((after for before, after in zip(words, words[1:]) if before == "with"), None)
