"""Two programs that tell what reached them, and questions to them through the load balancer."""

import json
import socket
import socketserver
import sys
import threading


class Replica(socketserver.StreamRequestHandler):
    def handle(self):
        while True:
            line = self.rfile.readline()
            if not line:
                return
            headers = {}
            while (header := self.rfile.readline()) not in (b"\r\n", b""):
                name, value = header.decode().split(":", 1)
                headers[name.strip().lower()] = value.strip()
            body = self.rfile.read(int(headers.get("content-length", 0)))
            if headers.get("upgrade") == "websocket":
                self.wfile.write(b"HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
                self.wfile.write(self.rfile.read(5))
                return
            seen = {"line": line.decode().strip(), "headers": headers, "body": len(body), "port": self.server.server_address[1]}
            answer = json.dumps(seen).encode()
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(answer) + answer)
            if headers.get("x-end") == "yes":
                threading.Thread(target=self.server.end).start()
                return


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def end(self):
        self.shutdown()
        self.server_close()


def replicas(path):
    servers = [Server(("127.0.0.1", 0), Replica) for _ in range(2)]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        listen = free.getsockname()[1]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    with open(path, "w", encoding="utf-8") as file:
        file.write(" ".join(str(port) for port in [s.server_address[1] for s in servers] + [listen]) + "\n")
    threading.Event().wait()


def connect(port):
    for _ in range(100):
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=10)
        except ConnectionRefusedError:
            threading.Event().wait(0.1)
    sys.exit("nginx does not listen")


def ask(port, target, headers=(), body=b"", method="GET", host="kernel"):
    with connect(port) as connection:
        head = [f"{method} {target} HTTP/1.1", f"Host: {host}", "Connection: close", f"Content-Length: {len(body)}", *headers]
        connection.sendall("\r\n".join(head).encode() + b"\r\n\r\n" + body)
        answer = b""
        while part := connection.recv(65536):
            answer += part
    head, _, content = answer.partition(b"\r\n\r\n")
    if b" 200 " not in head.split(b"\r\n")[0]:
        sys.exit(f"{target} is answered {head!r}")
    if b"transfer-encoding: chunked" in head.lower():
        content = content.split(b"\r\n", 1)[1]
    return json.JSONDecoder().raw_decode(content.decode())[0]


def require(what, condition, seen):
    if not condition:
        sys.exit(f"FAILED: {what}: {seen}")
    print(f"ok: {what}")


def questions(listen, ports):
    for target in ("/v1/state/a%2F%2Fb//c%3B%20d;x?wait=1&q=%25", "/v1/state/..%2Fx", "/v1/messages?limit=1"):
        seen = ask(listen, target)
        require(f"{target} arrives as it is", seen["line"].split(" ")[1] == target, seen)
    seen = ask(listen, "/", ["X-Forwarded-For: 203.0.113.9"])
    require("the client's address is added", seen["headers"]["x-forwarded-for"] == "203.0.113.9, 127.0.0.1", seen)
    seen = ask(listen, "/", host="kernel.example:8080")
    require("the host arrives with its port", seen["headers"]["host"] == "kernel.example:8080", seen)
    seen = ask(listen, "/v1/state/k", ["Content-Type: application/json"], b"x" * (2 << 20), "PUT")
    require("a body of 2 MiB passes", seen["body"] == 2 << 20, seen["line"])
    with connect(listen) as connection:
        connection.sendall(b"GET /ws/agent HTTP/1.1\r\nHost: k\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
        head = connection.recv(4096)
        connection.sendall(b"hello")
        require("a WebSocket is upgraded", b" 101 " in head.split(b"\r\n")[0] and connection.recv(5) == b"hello", head)
    at = {ask(listen, "/", [f"Authorization: Bearer {n}"])["port"] for n in range(40)}
    require("callers are spread over both replicas", at == set(ports), at)
    mine = {ask(listen, "/", ["Authorization: Bearer me"])["port"] for _ in range(20)}
    require("a caller stays at one replica", len(mine) == 1, mine)
    ask(listen, "/", ["Authorization: Bearer me", "X-End: yes"])
    threading.Event().wait(0.5)
    moved = ask(listen, "/", ["Authorization: Bearer me"])["port"]
    require("the other serves when one is gone", moved not in mine, moved)


if sys.argv[1] == "replicas":
    replicas(sys.argv[2])
else:
    questions(int(sys.argv[2]), [int(port) for port in sys.argv[3:]])
