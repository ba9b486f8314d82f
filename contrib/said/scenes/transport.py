"""Connections that fail: servers, proxies and certificates that nobody would want."""

import contextlib
import socket
import ssl
import sys

from answers import Answers, Sockets
from scene import mounting
from stage import PEERS

sys.path.append(str(PEERS))
from sink import certificates  # noqa: E402

HOOK = "webhook,url={},timeout=2s"


def test(cdnotify, url, *more, **variables):
    """Sends a sample there, once."""
    return cdnotify("test-channel", "--channel", ",".join([HOOK.format(url), *more]), **variables)


def scene_proxies(cdnotify):
    with Sockets(refuse_socks) as socks:
        for variable, address in {
            "HTTPS_PROXY": "http://no-such-proxy.invalid:3128",
            "https_proxy": "http://",
            "ALL_PROXY": f"socks5h://127.0.0.1:{socks.port}",
        }.items():
            test(cdnotify, "https://receiver.example", **{variable: address})


def refuse_socks(connection):
    """SOCKS 5: no login is needed, and no connection is allowed."""
    connection.recv(64)
    connection.sendall(b"\x05\x00")
    connection.recv(256)
    connection.sendall(b"\x05\x02\x00\x01\x00\x00\x00\x00\x00\x00")


def scene_tls(cdnotify):
    with Answers(lambda request: "ok") as plain:
        secure = plain.url.replace("http", "https")
        test(cdnotify, secure)
        test(cdnotify, secure, CURL_CA_BUNDLE=str(cdnotify.home / "no-such.pem"))
        # A system without any certificate.
        test(cdnotify, secure, under=mounting("mount -t tmpfs none /etc/ssl/certs"))


def scene_http2(cdnotify):
    bundle, chain = certificates.make(cdnotify.home / "tls")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    context.set_alpn_protocols(["h2"])

    def reset(connection):
        with context.wrap_socket(connection, server_side=True) as stream:
            stream.sendall(b"\0\0\0\4\0\0\0\0\0")  # SETTINGS: none
            got = b""
            while b"deployment" not in got:
                got += stream.recv(65536)
            stream.sendall(b"\0\0\4\3\0\0\0\0\1\0\0\0\2")  # RST_STREAM: an internal error
            while stream.recv(65536):
                pass

    with Sockets(reset) as server:
        test(cdnotify, f"https://127.0.0.1:{server.port}", CURL_CA_BUNDLE=bundle)


def scene_requests(cdnotify):
    test(cdnotify, "http://receiver.invalid/")
    # A host's name that is longer than libcurl's limit.
    cdnotify("check", AWS_ENDPOINT_URL=f"http://{'a' * 66000}.example")
    cdnotify("check", AWS_ENDPOINT_URL="http://:8080")
    cdnotify("check", AWS_ENDPOINT_URL="http://127.0.0.1:99999")
    # A token that can't be a header's value.
    with Answers(lambda request: "a\rb") as metadata:
        cdnotify("check", AWS_ACCESS_KEY_ID=None, AWS_EC2_METADATA_DISABLED=None,
                 AWS_EC2_METADATA_SERVICE_ENDPOINT=metadata.url)


def scene_answers(cdnotify):
    with Answers(lambda request: (200, "ok", {"X-Long": "x" * 200_000})) as receiver:
        test(cdnotify, receiver.url)
    with Sockets(lambda connection: connection.sendall(b"220 this is SMTP\r\n")) as receiver:
        test(cdnotify, f"http://127.0.0.1:{receiver.port}")
    # A server that accepts nobody any more: its queue is full.
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, contextlib.ExitStack() as stack:
        for _ in range(3):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        cdnotify("test-channel", "--channel",
                 f"webhook,url=http://127.0.0.1:{full.getsockname()[1]},timeout=1s")


def scene_github_address(cdnotify):
    """The one address that is checked by nobody before."""
    cdnotify.deploy()
    cdnotify.ask("/_peer/deny", {"deny": ["cloudtrail:LookupEvents"]})
    cdnotify("register", "checkout", "--since", "1h", "--channel",
             "email,host=127.0.0.1,port=9,security=none,from=ci@example.com,to=deployer")
    cdnotify("poll", GITHUB_API_URL="ftp://github.example")


def scene_engine(cdnotify):
    """libcurl's loop can't go on where the system has no memory for what it waits for."""
    with Answers(lambda request: "ok") as receiver:
        # Before the request comes to it or behind, which is a race.
        for first, sentence in [(1, "no request to"), (2, "was given up"), (3, "was given up")]:
            for _ in range(9):
                if sentence in test(cdnotify, receiver.url, under=(
                        "strace", "-f", "-qq", "-o", "trace", "-e", "trace=poll", "-e",
                        f"inject=poll:error=ENOMEM:when={first}+")).output:
                    break
    # Nor can it even begin, which no other error is made for.
    cdnotify("check", **cdnotify.preload("void *curl_multi_init(void) { return 0; }"))
