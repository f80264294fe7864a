"""Upgrades the cluster of compose.cluster.yaml from one build of the kernel to another while agents go on, and back.

    python3 docker/check_upgrade.py OLD.jar NEW.jar

Plain processes, as in check_cluster.py: two replicas and a worker of the old build behind nginx. Under load each is stopped with SIGTERM
and started again with the new one, so that old and new work on one database; then one replica goes back. Every message that was
acknowledged must arrive, once and in the order of its sender, and every value that was written must be there. For a release, OLD.jar
is the release before.
"""

import http.client
import itertools
import os
import shutil
import signal
import sys
import tempfile
import threading
import urllib.error

sys.dont_write_bytecode = True
from check_cluster import START_SECONDS, Client, Cluster, Processes, ready, say, until

SENDERS = 4
AGAIN_SECONDS = 0.2
BETWEEN_STEPS = 100


class Agent(threading.Thread):
    """One that does the same thing until it is told to stop, and repeats what was not answered well."""

    def __init__(self, client, agent):
        super().__init__(daemon=True)
        self.client = client
        self.token = agent["agent_token"]
        self.address = agent["agent_address"]
        self.stopping = threading.Event()
        self.repeated = 0
        self.done = 0
        self.failure = None

    def run(self):
        try:
            while not self.stopping.is_set():
                self.act()
                self.done += 1
        except Exception as wrong:  # whatever it is, the check fails with it
            self.failure = wrong

    def insist(self, *request, **more):
        while True:
            try:
                return self.client.ask(*request, **more)
            except urllib.error.HTTPError as refused:
                if refused.code not in (429, 502, 503, 504):
                    raise
                if refused.code != 429:
                    self.repeated += 1
            except (OSError, http.client.HTTPException):
                self.repeated += 1
            threading.Event().wait(AGAIN_SECONDS)

    def stop(self):
        self.stopping.set()
        self.join(120)
        if self.failure or self.is_alive():
            sys.exit(f"FAILED: an agent: {self.failure or 'it hangs'}")


class Sender(Agent):
    def __init__(self, client, agent, recipient):
        super().__init__(client, agent)
        self.recipient = recipient
        self.sent = []
        self.numbers = itertools.count()

    def act(self):
        content = f"{self.address} {next(self.numbers)}"
        message = {"to": self.recipient, "content": content}
        answer = self.insist("POST", "/v1/messages", self.token, message, headers={"Idempotency-Key": content})
        self.sent.append((answer["message_id"], content))
        self.insist("PUT", f"/v1/state/upgrade/{self.address}", self.token, {"value": content})


class Taker(Agent):
    def __init__(self, client, agent):
        super().__init__(client, agent)
        self.taken = []

    def act(self):
        messages = self.insist("GET", "/v1/messages?ack=manual&limit=10&wait=1", self.token)["messages"]
        if messages:
            ids = [message["message_id"] for message in messages]
            self.insist("POST", "/v1/messages/ack", self.token, {"message_ids": ids})
            self.taken += [(message["message_id"], message["content"]) for message in messages]


def restart(cluster, name, jar, load):
    before = sum(agent.done for agent in load)
    status = cluster.processes.kill(name, signal.SIGTERM)
    if status != 143:
        sys.exit(f"FAILED: {name} ended with {status}")
    cluster.start_kernel(name, jar)
    until(f"{name} is ready again", lambda: ready(cluster.management[name]), START_SECONDS)
    until("agents go on", lambda: sum(agent.done for agent in load) > before + BETWEEN_STEPS)
    for agent in load:
        if agent.failure:
            sys.exit(f"FAILED: an agent: {agent.failure}")
    say(f"{name} was restarted with {os.path.basename(jar)}; {sum(agent.done for agent in load) - before} steps of agents meanwhile")


def check(cluster, old, new):
    client = Client(cluster.listen)
    agents = client.agents(SENDERS + 2)
    takers = [Taker(client, agent) for agent in agents[SENDERS:]]
    senders = [Sender(client, agent, takers[i % 2].address) for i, agent in enumerate(agents[:SENDERS])]
    load = senders + takers
    for agent in load:
        agent.start()
    for name, jar in (("kernel-1", new), ("kernel-2", new), ("webhook-worker", new), ("kernel-1", old)):
        restart(cluster, name, jar, load)
    for sender in senders:
        sender.stop()
    sent = [each for sender in senders for each in sender.sent]
    until("everything arrives", lambda: len({each for taker in takers for each in taker.taken}) >= len(sent))
    for taker in takers:
        taker.stop()
    taken = [each for taker in takers for each in taker.taken]
    distinct = list(dict.fromkeys(taken))
    if set(distinct) != set(sent):
        sys.exit(f"FAILED: lost {set(sent) - set(distinct)}, never sent {set(distinct) - set(sent)}")
    for sender in senders:
        own = [each for each in distinct if each[1].startswith(sender.address + " ")]
        if own != sender.sent:
            sys.exit(f"FAILED: messages of {sender.address} came in another order")
        value = client.ask("GET", f"/v1/state/upgrade/{sender.address}", sender.token)["value"]
        if value != sender.sent[-1][1]:
            sys.exit(f"FAILED: the value of {sender.address} is {value}, the last written was {sender.sent[-1][1]}")
    say(
        f"{len(sent)} messages sent and taken, none lost, {len(taken) - len(distinct)} given again, "
        f"{sum(agent.repeated for agent in load)} requests repeated"
    )


def main(old, new):
    old, new = os.path.abspath(old), os.path.abspath(new)
    directory = tempfile.mkdtemp()
    os.chmod(directory, 0o711)
    processes = Processes(directory)
    failed = True
    try:
        cluster = Cluster(old, processes)
        # Agents here are faster than most.
        for limit in ("MESSAGESENDPERMINUTE", "MESSAGERECEIVEPERMINUTE", "STATEWRITEPERMINUTE"):
            cluster.more[f"KERNEL_LIMITS_{limit}"] = "100000"
        cluster.start()
        check(cluster, old, new)
        failed = False
    finally:
        processes.end(failed)
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
