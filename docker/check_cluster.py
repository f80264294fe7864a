"""Starts what compose.cluster.yaml starts, as plain processes, and holds it to what it promises.

    python3 docker/check_cluster.py kernel-app/target/kernel-app-VERSION.jar

Every process gets the environment of its service, with other addresses, and the files of make-secrets.sh as its secrets; nginx has
the very configuration of the container. The guided tour goes through nginx, WebSockets too; a webhook is called by the worker; then
one replica is killed, and everything goes on. Needs bash, curl, jq, nginx, PostgreSQL 15 or later and python3 with PyYAML.
"""

import base64
import glob
import http.server
import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

import yaml

HERE = os.path.dirname(os.path.abspath(__file__))
START_SECONDS = 240
CHECK_SECONDS = 90


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def until(what, condition, seconds=CHECK_SECONDS):
    deadline = time.monotonic() + seconds
    while True:
        try:
            outcome = condition()
            if outcome:
                return outcome
        except (OSError, ValueError) as notyet:
            outcome = notyet
        if time.monotonic() > deadline:
            sys.exit(f"FAILED: {what}: {outcome}")
        threading.Event().wait(0.2)


def say(what):
    print(f"ok: {what}", flush=True)


class Processes:
    """What was started; ended in the other order, whatever happens."""

    def __init__(self, directory):
        self.directory = directory
        self.running = {}

    def start(self, name, command, environment=None):
        with open(self.log(name), "ab") as log:
            self.running[name] = subprocess.Popen(
                command, env=environment, cwd=self.directory, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def log(self, name):
        return os.path.join(self.directory, f"{name}.log")

    def said(self, name):
        with open(self.log(name), encoding="utf-8", errors="replace") as log:
            return log.read()

    def kill(self, name, how=signal.SIGKILL):
        process = self.running.pop(name)
        process.send_signal(how)
        return process.wait(60)

    def end(self, failed):
        if failed:
            for name in self.running:
                print(f"== {name}\n{self.said(name)[-4000:]}", file=sys.stderr)
        for process in reversed(list(self.running.values())):
            process.terminate()
            try:
                process.wait(45)
            except subprocess.TimeoutExpired:
                process.kill()


class Compose:
    """The services of the compose file, with the variables that compose would fill in."""

    def __init__(self, variables):
        with open(os.path.join(HERE, "compose.cluster.yaml"), encoding="utf-8") as file:
            text = file.read()
        text = re.sub(r"\$\{(\w+)(?::-([^}]*))?\}", lambda found: variables.get(found[1], found[2] or ""), text)
        self.services = yaml.safe_load(text)["services"]

    def environment(self, service, replace):
        own = self.services[service]["environment"]
        changed = {}
        for name, value in own.items():
            value = str(value)
            for old, new in replace.items():
                value = value.replace(old, new)
            changed[name] = value
        base = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return {**base, **changed}


def start_database(processes, password_file, port):
    """As its image does: a cluster whose superuser and database the environment names."""
    binaries = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[4]))
    if not binaries:
        sys.exit("FAILED: PostgreSQL is not installed")
    data = os.path.join(processes.directory, "postgres")
    os.mkdir(data, 0o700)
    given = os.path.join(processes.directory, "postgres-password")
    shutil.copyfile(password_file, given)
    run = []
    if os.geteuid() == 0:
        shutil.chown(data, "postgres")
        shutil.chown(given, "postgres")
        run = ["runuser", "-u", "postgres", "--"]
    os.chmod(given, 0o600)
    init = run + [
        f"{binaries[-1]}/initdb", "-D", data, "-U", "agentkernel", "-A", "scram-sha-256", f"--pwfile={given}", "-E", "UTF8",
        "--locale=C",
    ]
    subprocess.run(init, check=True, stdout=subprocess.DEVNULL, cwd=data)
    server = [f"{binaries[-1]}/postgres", "-D", data, "-p", str(port), "-c", "listen_addresses=127.0.0.1"]
    processes.start("postgres", run + server + ["-c", "unix_socket_directories=", "-c", "fsync=off"])
    with open(password_file, encoding="utf-8") as file:
        client = {"PGPASSWORD": file.read(), "PATH": os.environ["PATH"]}
    create = [f"{binaries[-1]}/createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "agentkernel", "agentkernel"]
    until("the database starts", lambda: subprocess.run(create, env=client, capture_output=True).returncode == 0)


def start_nginx(processes, environment, listen):
    with open(os.path.join(HERE, "nginx/templates/kernel.conf.template"), encoding="utf-8") as file:
        site = file.read()
    for name, value in environment.items():
        site = site.replace("${" + name + "}", value)
    if "${" in site:
        sys.exit("FAILED: a variable is left in the configuration of nginx")
    work = processes.directory
    with open(os.path.join(work, "kernel.conf"), "w", encoding="utf-8") as file:
        file.write(site)
    temporary = " ".join(f"{name}_temp_path {work}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    with open(os.path.join(work, "nginx.conf"), "w", encoding="utf-8") as file:
        file.write(
            f"daemon off; pid {work}/nginx.pid; error_log stderr; events {{ worker_connections 512; }}\n"
            f"http {{ access_log off; {temporary} include {work}/kernel.conf; }}\n"
        )
    processes.start("nginx", ["nginx", "-c", f"{work}/nginx.conf", "-e", "stderr"])
    until("nginx listens", lambda: socket.create_connection(("127.0.0.1", listen), 5).close() is None)


class Client:
    """An agent, or whoever wants to become one, before the load balancer."""

    def __init__(self, port):
        self.port = port
        self.observation = None

    def ask(self, method, path, token=None, body=None, headers=None):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", method=method)
        # Another client than the tour, for the limit of registrations.
        request.add_header("X-Forwarded-For", "203.0.113.7")
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        if body is not None:
            request.add_header("Content-Type", "application/json")
            request.data = json.dumps(body).encode()
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b"null")

    def operator(self):
        return self.ask("POST", "/v1/operators", body={"contact_hash": "check"})["api_key"]

    def agents(self, count):
        key = self.operator()
        agents = []
        for _ in range(count):
            challenge = self.ask("GET", "/v1/agents/verification-challenge", key)["challenge_id"]
            response = {"challenge_id": challenge, "response": "any"}
            agents.append(self.ask("POST", "/v1/agents", key, {"verification_response": response}))
        return agents

    def send(self, sender, recipient, content):
        message = {"to": recipient["agent_address"], "content": content}
        return self.ask("POST", "/v1/messages", sender["agent_token"], message)["message_id"]


class WebSocket:
    """As much of the protocol as reading texts takes."""

    def __init__(self, port, path, token):
        self.connection = socket.create_connection(("127.0.0.1", port), timeout=CHECK_SECONDS)
        self.stream = self.connection.makefile("rb")
        key = base64.b64encode(os.urandom(16)).decode()
        self.connection.sendall(
            f"GET {path} HTTP/1.1\r\nHost: kernel\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {key}\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
        )
        status = self.stream.readline()
        if b" 101 " not in status:
            sys.exit(f"FAILED: the WebSocket is answered {status!r}")
        while self.stream.readline() not in (b"\r\n", b""):
            pass

    def next(self):
        """The next text frame; None when the connection has ended."""
        while True:
            head = self.stream.read(2)
            if len(head) < 2:
                return None
            length = head[1] & 0x7F
            if length == 126:
                length = struct.unpack(">H", self.stream.read(2))[0]
            content = self.stream.read(length)
            if head[0] & 0x0F == 1:
                return json.loads(content)
            if head[0] & 0x0F == 8:
                return None


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append(json.loads(body)["content"])
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


def ready(management_port):
    script = os.path.join(HERE, "ready.sh")
    return subprocess.run(["bash", script, str(management_port)], capture_output=True).returncode == 0


class Cluster:
    def __init__(self, jar, processes):
        self.jar = os.path.abspath(jar)
        self.processes = processes
        self.secrets = os.path.join(processes.directory, "secrets")
        os.mkdir(self.secrets)
        subprocess.run(["bash", os.path.join(HERE, "make-secrets.sh"), self.secrets], check=True, stdout=subprocess.DEVNULL)
        self.database = free_port()
        self.ports = {name: free_port() for name in ("kernel-1", "kernel-2")}
        self.management = {name: free_port() for name in ("kernel-1", "kernel-2", "webhook-worker")}
        self.listen = free_port()
        # Variables of the environment beside those of the compose file.
        self.more = {}
        # nginx and the replicas are neighbours here.
        self.compose = Compose({"KERNEL_NETWORK": "127.0.0.1/32", "KERNEL_LISTEN": f"127.0.0.1:{self.listen}"})

    def start(self):
        start_database(self.processes, os.path.join(self.secrets, "database-password"), self.database)
        for name in self.management:
            self.start_kernel(name)
        for name, port in self.management.items():
            until(f"{name} is ready", lambda port=port: ready(port), START_SECONDS)
        tls = os.path.join(self.processes.directory, "tls")
        os.mkdir(tls)
        replace = {f"{name}:8080": f"127.0.0.1:{port}" for name, port in self.ports.items()}
        start_nginx(self.processes, self.compose.environment("nginx", {**replace, "/etc/nginx/tls": tls}), self.listen)

    def start_kernel(self, name, jar=None):
        environment = self.compose.environment(
            name, {"postgres:5432": f"127.0.0.1:{self.database}", "/run/secrets": self.secrets}
        )
        environment.update(self.more)
        environment["MANAGEMENT_SERVER_PORT"] = str(self.management[name])
        environment["SERVER_ADDRESS"] = "127.0.0.1"
        if name in self.ports:
            environment["SERVER_PORT"] = str(self.ports[name])
        # The receiver of this check is on this machine and speaks plain HTTP.
        environment["KERNEL_WEBHOOK_ALLOWHTTP"] = environment["KERNEL_WEBHOOK_ALLOWPRIVATEADDRESSES"] = "true"
        java = os.path.join(os.environ["JAVA_HOME"], "bin/java") if "JAVA_HOME" in os.environ else "java"
        command = [java, "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-jar", jar or self.jar]
        self.processes.start(name, command, environment)


def tour(cluster, key):
    # With an operator's key it leaves the README alone, which shows the header of an answer as the kernel itself writes it.
    url = f"http://127.0.0.1:{cluster.listen}"
    environment = {**os.environ, "KERNEL_URL": url, "KERNEL_OPERATOR_KEY": key, "NO_COLOR": "1"}
    done = subprocess.run(
        ["bash", os.path.join(HERE, "../docs/tour.sh")], env=environment, capture_output=True, text=True, timeout=300
    )
    if done.returncode:
        sys.exit(f"FAILED: the tour through nginx\n{done.stdout}{done.stderr}")


def check_webhook(cluster, client, sender, recipient):
    receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    receiver.received = []
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{receiver.server_address[1]}/"
    client.ask("PUT", "/v1/agents/me/webhook", recipient["agent_token"], {"webhook_url": url})
    client.send(sender, recipient, "pushed")
    until("the webhook is called", lambda: "pushed" in receiver.received)
    if "this process pushes to webhooks" not in cluster.processes.said("webhook-worker"):
        sys.exit("FAILED: the worker does not say that it pushes")
    for name in cluster.ports:
        if "this process pushes to webhooks" in cluster.processes.said(name):
            sys.exit(f"FAILED: {name} pushes beside the worker")
    say("the webhook worker, and it alone, pushes")


def check_sockets(cluster, client, sender, recipient):
    worker = WebSocket(cluster.listen, "/ws/agent?worker_id=check", recipient["agent_token"])
    greeting = worker.next()
    if greeting["type"] != "hello":
        sys.exit(f"FAILED: the worker is greeted with {greeting}")
    client.send(sender, recipient, "to the socket")
    if worker.next()["message"]["content"] != "to the socket":
        sys.exit("FAILED: the socket got another message")
    say("a WebSocket through nginx gets a message")
    return worker


def replica_of(client, agent):
    presence = client.ask("GET", "/observe/cluster", client.observation)["presence"]
    return next((each["replica"] for each in presence if each["address"] == agent["agent_address"]), None)


def check(cluster):
    client = Client(cluster.listen)
    tour(cluster, client.operator())
    say("the guided tour goes through nginx to two replicas")
    with open(os.path.join(cluster.secrets, "observation-token"), encoding="utf-8") as file:
        client.observation = file.read()
    sender, recipient, pushed = client.agents(3)
    check_webhook(cluster, client, sender, pushed)
    worker = check_sockets(cluster, client, sender, recipient)
    victim = until("presence is told", lambda: replica_of(client, recipient))
    cluster.processes.kill(victim)
    if worker.next() is not None:
        sys.exit("FAILED: the socket outlived its replica")
    for _ in range(20):
        client.send(sender, recipient, "after the death")
    heir = WebSocket(cluster.listen, "/ws/agent?worker_id=check", recipient["agent_token"])
    contents = []
    heir.next()
    while len(contents) < 21:
        contents.append(heir.next()["message"]["content"])
    if sorted(contents)[-1] != "to the socket":
        sys.exit(f"FAILED: what the dead replica held did not come again: {contents}")
    say(f"{victim} was killed, and everything goes on at the other")
    cluster.start_kernel(victim)
    until(f"{victim} is ready again", lambda: ready(cluster.management[victim]), START_SECONDS)
    replicas = {each["replica"] for each in client.ask("GET", "/observe/cluster", client.observation)["replicas"]}
    if replicas != set(cluster.management):
        sys.exit(f"FAILED: the cluster is {replicas}")
    say(f"the cluster is {', '.join(sorted(replicas))}")
    for name in cluster.management:
        status = cluster.processes.kill(name, signal.SIGTERM)
        if status != 143:
            sys.exit(f"FAILED: {name} ended with {status}")
    say("every kernel stops in good order")


def main(jar):
    directory = tempfile.mkdtemp()
    # The database may run as another user.
    os.chmod(directory, 0o711)
    processes = Processes(directory)
    failed = True
    try:
        cluster = Cluster(jar, processes)
        cluster.start()
        check(cluster)
        failed = False
    finally:
        processes.end(failed)
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1])
