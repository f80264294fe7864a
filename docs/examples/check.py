"""Runs every example of a worker whose tool is here against a running kernel, and cuts its connections on the way.

    python3 docs/examples/check.py

Each example must print what is sent to its agent, before and after its connections were cut.
KERNEL_URL names the kernel [http://127.0.0.1:8080].
"""

import json
import os
import pathlib
import queue
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
KERNEL = os.environ.get("KERNEL_URL", "http://127.0.0.1:8080")
SECONDS_MAX = 100


def ask(method, path, token=None, body=None):
    request = urllib.request.Request(KERNEL + path, method=method)
    if token:
        request.add_header("Authorization", "Bearer " + token)
    if body is not None:
        request.add_header("Content-Type", "application/json")
        request.data = json.dumps(body).encode()
    with urllib.request.urlopen(request, timeout=SECONDS_MAX) as answer:
        return json.load(answer)


def new_agent(operator_key):
    challenge = ask("GET", "/v1/agents/verification-challenge", operator_key)
    response = {"challenge_id": challenge["challenge_id"], "response": "any"}
    return ask("POST", "/v1/agents", operator_key, {"verification_response": response})


class Relay:
    """Stands between an example and the kernel, so that connections can be cut."""

    def __init__(self):
        host, _, port = KERNEL.removeprefix("http://").partition(":")
        self.kernel = (host, int(port or 80))
        self.server = socket.create_server(("127.0.0.1", 0))
        self.url = "http://127.0.0.1:%d" % self.server.getsockname()[1]
        self.open = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.server.accept()
            except OSError:
                return
            kernel = socket.create_connection(self.kernel)
            self.open += [client, kernel]
            for source, sink in ((client, kernel), (kernel, client)):
                threading.Thread(target=self.carry, args=(source, sink), daemon=True).start()

    @staticmethod
    def carry(source, sink):
        try:
            while data := source.recv(65_536):
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            end.close()

    def cut(self):
        """Breaks every connection."""
        for end in self.open:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self.open.clear()


def check(command, sender, agent):
    relay = Relay()
    environment = {**os.environ, "KERNEL_URL": relay.url, "AGENT_TOKEN": agent["agent_token"]}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=HERE, start_new_session=True)
    lines = queue.Queue()

    def read():
        for line in process.stdout:
            lines.put(line.strip())

    threading.Thread(target=read, daemon=True).start()
    try:
        for content in ("first", "after-its-connections-were-cut", "and-again"):
            ask("POST", "/v1/messages", sender["agent_token"], {"to": agent["agent_address"], "content": content})
            expected = sender["agent_address"] + " " + content
            deadline = time.monotonic() + SECONDS_MAX
            # What was printed and not acknowledged when the connection was cut may come twice.
            while (line := lines.get(timeout=max(0.1, deadline - time.monotonic()))) != expected:
                print("  came again:", line)
            relay.cut()
    finally:
        os.killpg(process.pid, 15)
        process.wait(SECONDS_MAX)
        relay.server.close()


def commands():
    """What runs each example, or why it is left out."""
    java = os.path.join(os.environ["JAVA_HOME"], "bin", "java") if "JAVA_HOME" in os.environ else shutil.which("java")
    yield "worker.sh", ["bash", "worker.sh"] if shutil.which("curl") and shutil.which("jq") else None
    yield "worker.py", [sys.executable, "worker.py"]
    yield "Worker.java", [java, "Worker.java"] if java else None
    yield "worker.mjs", node()


def node():
    for options in ([], ["--experimental-websocket"]):
        command = ["node", *options]
        try:
            probe = subprocess.run([*command, "-e", "new WebSocket('ws://127.0.0.1:1')"], capture_output=True, timeout=SECONDS_MAX)
        except (OSError, subprocess.TimeoutExpired):
            return None
        if b"not defined" not in probe.stderr and b"bad option" not in probe.stderr:
            return [*command, "worker.mjs"]
    return None


def main():
    operator_key = ask("POST", "/v1/operators", body={"contact_hash": "examples", "accept_terms": True})["api_key"]
    sender = new_agent(operator_key)
    for name, command in commands():
        if command is None:
            print(f"{name}: left out, its tool is not here")
            continue
        agent = new_agent(operator_key)
        try:
            check(command, sender, agent)
        except queue.Empty:
            sys.exit(f"{name}: a message did not come within {SECONDS_MAX} s")
        print(f"{name}: gets its messages, also after its connections were cut")


main()
