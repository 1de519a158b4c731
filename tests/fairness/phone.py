"""A referee's phone and an organiser's: scores, logs in, and says how long that took.

Usage: phone.py HOST PIN CALM   (CALM: a file with the 99th percentile of a calm hall in ms, if it is there)
"""

import json
import os
import sys
import threading
import time

import hall

host, pin, calm_file = sys.argv[1:]
work = os.environ["FAIRNESS_WORK"]
LIMIT_MS = 100.0
# A machine on which a calm hall takes longer than this is too slow for that limit.
CALM_MAX_MS = 20.0


def over():
    return os.path.exists(os.path.join(work, f"over.{host}"))


class Referee:
    def __init__(self, match, token):
        self.sock = hall.connect(host)
        self.sock.sendall(hall.handshake(host, f"/referee?IdMatch={match}&token={token}"))
        self.read = b""
        while b"\r\n\r\n" not in self.read:
            self.read += self.sock.recv(65536)
        head, _, self.read = self.read.partition(b"\r\n\r\n")
        assert b" 101 " in head, head

    def exactly(self, count):
        while len(self.read) < count:
            piece = self.sock.recv(65536)
            assert piece, "the box hung up on the referee"
            self.read += piece
        taken, self.read = self.read[:count], self.read[count:]
        return taken

    def next(self):
        first, length = self.exactly(2)
        if length == 126:
            length = int.from_bytes(self.exactly(2), "big")
        elif length == 127:
            length = int.from_bytes(self.exactly(8), "big")
        data = self.exactly(length)
        if first & 0x0F == 9:
            self.sock.sendall(hall.frame("", 10))
            return None
        return json.loads(data)

    def score(self):
        """One point; the milliseconds until it is acknowledged."""
        since = time.monotonic()
        # A note: no rule ends the match amid the test.
        self.sock.sendall(hall.frame(json.dumps({"type": "note", "id": os.urandom(8).hex()})))
        while True:
            answer = self.next()
            if answer and answer["type"] in ("ack", "refused"):
                assert answer["type"] == "ack", answer
                return (time.monotonic() - since) * 1000


def keep_logging_in(outcomes):
    while not over():
        since = time.monotonic()
        try:
            status, _ = hall.ask(host, "POST", "/api/session", {"pin": pin})
        except OSError as error:
            status = repr(error)
        outcomes.append((status, (time.monotonic() - since) * 1000))
        time.sleep(0.5)


status, opened = hall.ask(host, "POST", "/api/session", {"pin": pin})
assert status == 200, opened
sides = {"A": {"name": "Lions"}, "B": {"name": "Owls"}}
status, made = hall.ask(host, "POST", "/api/matches", {"sport": "FOOTBALL", "sides": sides}, opened["token"])
assert status == 201, made
referee = Referee(made["id"] if "id" in made else made["matchID"], made["refereeToken"])
log_ins = []
organiser = threading.Thread(target=keep_logging_in, args=(log_ins,))
organiser.start()
acks = []
while not over():
    acks.append(referee.score())
    time.sleep(0.03)
organiser.join()
acks.sort()
p99 = acks[int(len(acks) * 0.99) - 1]
slowest_log_in = max(took for _, took in log_ins)
print(f"{len(acks)} acks: median {acks[len(acks) // 2]:.1f} ms, p99 {p99:.1f} ms, slowest {acks[-1]:.1f} ms; "
      f"{len(log_ins)} log-ins, slowest {slowest_log_in:.0f} ms")
with open(os.path.join(work, "p99"), "w") as out:
    out.write(str(p99))
assert len(acks) > 50, "too few acks to judge"
# The calm hall itself is what the others are measured by.
if os.path.exists(calm_file):
    calm = float(open(calm_file).read())
    limit = LIMIT_MS
    if calm > CALM_MAX_MS:
        limit = max(LIMIT_MS, 5 * calm)
        print(f"this machine is slow: {calm:.1f} ms in a calm hall, so up to {limit:.0f} ms count as good")
    assert p99 < limit, f"the 99th percentile is {p99:.1f} ms"
refused = [status for status, _ in log_ins if status != 200]
assert not refused, f"log-ins: {refused}"
