"""`python -m second_dynamodb`: serve ministack's DynamoDB on loopback until standard input ends.

ministack is written against AWS's documented limits and the
texts of its errors, apart from moto, so that a request that only one of them takes shows up. It
needs other versions of what moto needs: `make peers` puts it into `ministack` beside this Python.
It verifies no signatures; the peer in `aws` does.
"""

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def die_with_parent():
    """Linux ends the server with us, however we end (PR_SET_PDEATHSIG of prctl(2))."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    python = Path(sys.prefix) / "ministack" / "bin" / "python"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            "PATH": os.environ.get("PATH", ""), "HOME": folder, "TMPDIR": folder, "SERVICES": "dynamodb",
            "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "LOG_LEVEL": "ERROR",
            "S3_DATA_DIR": folder, "SFTP_ENABLED": "0", "IOT_MTLS_ENABLED": "0",
        }
        server = subprocess.Popen([python, "-m", "ministack"], env=environment, cwd=folder,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, preexec_fn=die_with_parent)
        try:
            for _ in range(600):
                with socket.socket() as connection:
                    if connection.connect_ex(("127.0.0.1", port)) == 0:
                        break
                if server.poll() is not None:
                    sys.exit("ministack ended before it listened")
                time.sleep(0.05)
            print(json.dumps({"endpoint": f"http://127.0.0.1:{port}", "pid": server.pid}), flush=True)
            # Whoever started us keeps our standard input open, however long that takes.
            while sys.stdin.buffer.read1(4096):
                pass
        finally:
            server.kill()
            server.wait()


if __name__ == "__main__":
    main()
