"""A worker with nothing but Python's standard library: connects, prints each message, and acknowledges it.

KERNEL_URL=http://127.0.0.1:8080 AGENT_TOKEN=at_live_… python3 worker.py
"""

import base64
import json
import os
import random
import socket
import ssl
import struct
import sys
import time
import urllib.parse

KERNEL = urllib.parse.urlsplit(os.environ.get("KERNEL_URL", "http://127.0.0.1:8080"))
DISPLACED, UNKNOWN_TOKEN, REVOKED = 4002, 4401, 4403
FOR_GOOD = (DISPLACED, UNKNOWN_TOKEN, REVOKED)
TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA
SILENCE_SECONDS_MAX = 60  # the kernel pings every 20 seconds


class Closed(Exception):
    """The kernel closed the socket with a code, or did not let it in."""

    def __init__(self, code):
        super().__init__(f"closed with {code}")
        self.code = code


class WebSocket:
    """What of RFC 6455 a client needs whose texts fit into one frame."""

    def __init__(self, path, token):
        port = KERNEL.port or (443 if KERNEL.scheme == "https" else 80)
        self.socket = socket.create_connection((KERNEL.hostname, port), SILENCE_SECONDS_MAX)
        if KERNEL.scheme == "https":
            self.socket = ssl.create_default_context().wrap_socket(self.socket, server_hostname=KERNEL.hostname)
        self.reader = self.socket.makefile("rb")
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET {path} HTTP/1.1\r\nHost: {KERNEL.netloc}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
        )
        status = int((self.reader.readline().split(b" ") + [b"0", b"0"])[1])
        while self.reader.readline() not in (b"\r\n", b""):
            pass
        if status == 401:
            raise Closed(UNKNOWN_TOKEN)
        if status != 101:
            raise ConnectionError(f"the handshake was answered {status}")

    def read(self, count):
        data = self.reader.read(count)
        if len(data) < count:
            raise ConnectionError("the connection ended")
        return data

    def receive(self):
        """The next text; pings are answered on the way."""
        while True:
            first, length = self.read(2)
            if length == 126:
                (length,) = struct.unpack("!H", self.read(2))
            elif length == 127:
                (length,) = struct.unpack("!Q", self.read(8))
            payload = self.read(length)
            opcode = first & 0xF
            if opcode == TEXT:
                return payload.decode()
            if opcode == PING:
                self.send(payload, PONG)
            if opcode == CLOSE:
                raise Closed(struct.unpack("!H", payload[:2])[0] if payload else 1005)

    def send(self, payload, opcode=TEXT):
        mask = os.urandom(4)
        length = len(payload)
        size = bytes([0x80 | length]) if length < 126 else struct.pack("!BH", 0x80 | 126, length)
        masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
        self.socket.sendall(bytes([0x80 | opcode]) + size + mask + masked)

    def close(self):
        self.reader.close()
        self.socket.close()


def work(websocket, connected):
    """Handles messages for as long as the socket lasts."""
    while True:
        frame = json.loads(websocket.receive())
        if frame["type"] == "hello":
            connected()
        elif frame["type"] == "message":
            message = frame["message"]
            # Do the work here, so that twice does no harm: what is not acknowledged comes again.
            print(message["from"], message["content"], flush=True)
            websocket.send(json.dumps({"type": "ack", "message_ids": [message["message_id"]]}).encode())


def main():
    pause = 0.5

    def connected():
        nonlocal pause
        pause = 0.5

    while True:
        websocket = None
        try:
            websocket = WebSocket("/ws/agent?worker_id=worker-1", os.environ["AGENT_TOKEN"])
            work(websocket, connected)
        except Closed as closed:
            if closed.code in FOR_GOOD:
                sys.exit(str(closed))
        except OSError:
            pass
        finally:
            if websocket is not None:
                websocket.close()
        # A little longer each time, with some chance in it, so that not all come back at once.
        time.sleep(pause * (0.5 + random.random()))
        pause = min(2 * pause, 30)


if __name__ == "__main__":
    main()
