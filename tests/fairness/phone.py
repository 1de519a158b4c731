"""A referee's phone and an organiser's: scores, logs in, and says how long that took.

Usage: phone.py HOST PIN CALM   (CALM: a file with the 99th percentile of a calm hall in ms, if it is there)
"""

import collections
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


# The longest that an organiser waits for a log-in.
LOG_IN_MAX_MS = 5000.0
# Between two events, in seconds. They are sent by the clock, whether those before are acknowledged or not: a box that holds
# one up for a second is then late with thirty.
EVERY = 0.03
LEAST_ACKS = 60


def under_way():
    """The flood that goes on now; nothing when all are over."""
    try:
        with open(os.path.join(work, f"flood.{host}")) as file:
            return file.read().strip()
    except OSError:
        return ""


class Referee:
    def __init__(self, match, token):
        self.sock = hall.connect(host)
        self.sock.sendall(hall.handshake(host, f"/referee?IdMatch={match}&token={token}"))
        self.read = b""
        while b"\r\n\r\n" not in self.read:
            self.read += self.sock.recv(65536)
        head, _, self.read = self.read.partition(b"\r\n\r\n")
        assert b" 101 " in head, head
        self.sent = collections.deque()
        self.done = False

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

    def send(self, kind, due):
        self.sent.append((kind, due))
        # A note: no rule ends the match amid the test.
        self.sock.sendall(hall.frame(json.dumps({"type": "note", "id": os.urandom(8).hex()})))

    def send_by_the_clock(self):
        due, last = time.monotonic(), ""
        while kind := under_way():
            time.sleep(max(0.0, due - time.monotonic()))
            self.send(kind, due)
            due, last = due + EVERY, kind
        # Its ack ends the listening.
        self.done = True
        self.send(last, time.monotonic())

    def acks(self):
        """Each flood with the milliseconds that its acks took, from when their events were due."""
        took = {}
        while not self.done or self.sent:
            answer = self.next()
            if answer and answer["type"] in ("ack", "refused"):
                assert answer["type"] == "ack", answer
                kind, due = self.sent.popleft()
                took.setdefault(kind, []).append((time.monotonic() - due) * 1000)
        return took


def keep_logging_in(outcomes):
    while kind := under_way():
        since = time.monotonic()
        try:
            status, _ = hall.ask(host, "POST", "/api/session", {"pin": pin})
        except OSError as error:
            status = repr(error)
        outcomes.append((kind, status, (time.monotonic() - since) * 1000))
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
sender = threading.Thread(target=referee.send_by_the_clock)
sender.start()
took = referee.acks()
sender.join()
organiser.join()

limit, slow, wrong = LIMIT_MS, [], []
# The calm hall itself is what the others are measured by.
if os.path.exists(calm_file):
    calm = float(open(calm_file).read())
    if calm > CALM_MAX_MS:
        limit = max(LIMIT_MS, 5 * calm)
        print(f"this machine is slow: {calm:.1f} ms in a calm hall, so up to {limit:.0f} ms count as good")
for kind, acks in took.items():
    acks.sort()
    p99 = acks[int(len(acks) * 0.99) - 1]
    tried = [log_in for log_in in log_ins if log_in[0] == kind]
    slowest = max((ms for _, _, ms in tried), default=0.0)
    print(f"{kind}: {len(acks)} acks: median {acks[len(acks) // 2]:.1f} ms, p99 {p99:.1f} ms, slowest {acks[-1]:.1f} ms; "
          f"{len(tried)} log-ins, slowest {slowest:.0f} ms")
    with open(os.path.join(work, "p99"), "w") as out:
        out.write(str(p99))
    if len(acks) < LEAST_ACKS:
        wrong.append(f"{kind}: too few acks to judge")
    if os.path.exists(calm_file) and p99 >= limit:
        slow.append(kind)
        print(f"{kind}: the 99th percentile is {p99:.1f} ms")
    wrong += [f"{kind}: a log-in was answered {status}" for _, status, _ in tried if status != 200]
    wrong += [f"{kind}: a log-in took {ms:.0f} ms" for _, _, ms in tried if ms > LOG_IN_MAX_MS]
assert not wrong, "; ".join(wrong)
with open(os.path.join(work, "slow"), "w") as out:
    out.write(" ".join(slow))
assert not slow, f"too slow: {', '.join(slow)}"
