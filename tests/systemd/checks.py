"""What courtside.service promises, checked from inside the systemd that `run` has started.

Prints one TAP line for each check. Only the standard library; Debian's python3 runs it. Called as
`checks.py probe` by a unit with the same sandbox as the service, it tries what the sandbox must refuse.
"""

import http.client
import json
import mmap
import os
import pathlib
import re
import resource
import signal
import socket
import struct
import subprocess
import sys
import time

SHARED = pathlib.Path("/run/courtside-test")
UNIT = pathlib.Path("/etc/systemd/system/courtside.service")
HALL_ADDRESS = "192.0.2.10"  # TEST-NET-1, on an interface of this network namespace
WATCHDOG_S = 4  # instead of the unit's, so that a fed and an unfed watchdog are both seen in seconds
CAP_NET_BIND_SERVICE = 1 << 10

CHECKS = []


def check(function):
    CHECKS.append(function)
    return function


# Helpers


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def show(name):
    """A property of the running service, as systemd knows it."""
    return run("systemctl", "show", "--value", "--property", name, "courtside").strip()


def setting(name):
    """The last value of a key of the unit file."""
    return re.findall(rf"^{name}=(.*)$", UNIT.read_text(), re.MULTILINE)[-1]


def get(path, host="127.0.0.1", method="GET", body=None):
    connection = http.client.HTTPConnection(host, 80, timeout=5)
    headers = {"Content-Type": "application/json"} if body else {}
    connection.request(method, path, json.dumps(body) if body else None, headers)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def notifications(message):
    """How often the service has sent this to systemd."""
    journal = run("journalctl", "--unit", "courtside", "--output", "cat")
    received = re.findall(r"^courtside\.service: Got notification message from PID \d+ \((.*)\)", journal, re.MULTILINE)
    return sum(message in re.split(r"[,\s]+", line) for line in received)


def wait_until(what, condition, deadline_s):
    end = time.monotonic() + deadline_s
    while not condition():
        assert time.monotonic() < end, f"not within {deadline_s} s: {what}"
        time.sleep(0.05)


def main_pid():
    pid = show("MainPID")
    assert pid != "0", "the service does not run"
    return pid


def wait_for_a_new_server(old_pid, deadline_s):
    wait_until(
        "a new server is active",
        lambda: show("ActiveState") == "active" and show("MainPID") not in ("0", old_pid),
        deadline_s,
    )


def set_the_scene():
    run("ip", "link", "add", "hall", "type", "veth", "peer", "name", "far")
    run("ip", "address", "add", f"{HALL_ADDRESS}/24", "dev", "hall")
    run("ip", "link", "set", "far", "up")
    run("ip", "link", "set", "hall", "up")

    drop_in = UNIT.with_suffix(".service.d")
    drop_in.mkdir()
    (drop_in / "test.conf").write_text(f"[Service]\nWatchdogSec={WATCHDOG_S}\nTimeoutStartSec=20\n")
    # The sandbox must let both files be read. Open, because a PIN is not what is tested here.
    pathlib.Path("/etc/courtside.toml").write_text("open = true\n")
    pathlib.Path("/etc/default/courtside").write_text("COURTSIDE_CONFIG=/etc/courtside.toml\n")

    probe = UNIT.with_name("courtside-probe.service")
    probe.write_text(UNIT.read_text())
    drop_in = probe.with_suffix(".service.d")
    drop_in.mkdir()
    (drop_in / "test.conf").write_text(
        "[Service]\nType=oneshot\nRestart=no\nWatchdogSec=0\nStateDirectory=\nStateDirectory=courtside-probe\n"
        f"ExecStart=\nExecStart=/usr/bin/python3 {SHARED}/checks.py probe\n"
        f"StandardOutput=append:{SHARED}/probe.log\nStandardError=inherit\n"
    )
    run("systemctl", "daemon-reload")


# The checks, in an order that starts, uses, hurts and stops the service


@check
def ready_is_said_only_when_requests_are_answered():
    try:
        get("/healthz")
        raise AssertionError("something serves port 80 before the start")
    except ConnectionRefusedError:
        pass
    run("systemctl", "start", "courtside")
    status, body = get("/healthz")
    assert status == 200, f"{status} {body}"
    assert notifications("READY=1") == 1, "READY=1 was not seen"


@check
def port_80_is_served_on_ipv4_and_ipv6():
    for host in ("127.0.0.1", HALL_ADDRESS, "::1"):
        status, _ = get("/healthz", host)
        assert status == 200, f"{host}: {status}"


@check
def the_process_has_a_dynamic_user_and_one_capability():
    pid = main_pid()
    status = dict(
        line.split(":\t", 1) for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines() if ":\t" in line
    )
    uids = {int(uid) for uid in status["Uid"].split()}
    assert all(61184 <= uid <= 65519 for uid in uids), f"uids {uids}"
    for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        assert int(status[name], 16) == CAP_NET_BIND_SERVICE, f"{name} {status[name]}"
    assert status["NoNewPrivs"] == "1"
    assert status["Seccomp"] == "2", "no system call filter"
    limits = pathlib.Path(f"/proc/{pid}/limits").read_text()
    files = re.search(r"^Max open files\s+(\d+)", limits, re.MULTILINE)[1]
    # This machine may allow less than the service asks for.
    allowed = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    assert int(files) == min(int(setting("LimitNOFILE")), allowed), f"{files} files"


@check
def the_sandbox_refuses_what_a_score_server_has_no_use_for():
    result = subprocess.run(["systemctl", "start", "courtside-probe"], capture_output=True, text=True, check=False)
    log = SHARED / "probe.log"
    assert result.returncode == 0, result.stderr + (log.read_text() if log.exists() else "")


@check
def a_tournament_is_stored_although_all_else_is_read_only():
    body = {"tournamentName": "Cup", "sport": "BADMINTON"}
    status, answer = get("/create-tournament", method="POST", body=body)
    assert status == 201, f"{status} {answer}"
    assert json.loads(answer)["tournamentID"] in get("/live-tournament")[1]
    state = pathlib.Path("/var/lib/private/courtside")
    assert any(state.iterdir()), "the state directory is empty"
    assert state.stat().st_mode & 0o777 == 0o700, oct(state.stat().st_mode)


@check
def a_phone_resolves_courtside_local():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        sock.bind(("", 5353))
        group, hall = socket.inet_aton("224.0.0.251"), socket.inet_aton(HALL_ADDRESS)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group + hall)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, hall)
        sock.settimeout(1)
        name = b"\x09courtside\x05local\x00"
        query = struct.pack(">6H", 0, 0, 1, 0, 0, 0) + name + struct.pack(">2H", 1, 1)
        end = time.monotonic() + 10
        while time.monotonic() < end:
            sock.sendto(query, ("224.0.0.251", 5353))
            try:
                while True:
                    packet = sock.recv(9000)
                    is_answer = packet[2] & 0x80 and struct.unpack(">H", packet[6:8])[0] > 0
                    # An A record's data stands after its length; the name before it may be compressed.
                    if is_answer and name[:-1] in packet and b"\x00\x04" + hall in packet:
                        return
            except TimeoutError:
                pass
        raise AssertionError("no answer with the address within 10 s")


@check
def the_watchdog_is_fed():
    before = notifications("WATCHDOG=1")
    wait_until("WATCHDOG=1 three times", lambda: notifications("WATCHDOG=1") >= before + 3, 3 * WATCHDOG_S)
    assert show("NRestarts") == "0", f"{show('NRestarts')} restarts"


@check
def a_hung_server_is_replaced():
    pid = main_pid()
    os.kill(int(pid), signal.SIGSTOP)
    wait_for_a_new_server(pid, WATCHDOG_S + int(setting("RestartSec")) + 10)
    assert get("/healthz")[0] == 200


@check
def a_killed_server_comes_back_with_its_tournaments():
    before = get("/live-tournament")[1]
    pid = main_pid()
    os.kill(int(pid), signal.SIGKILL)
    wait_for_a_new_server(pid, int(setting("RestartSec")) + 10)
    after = get("/live-tournament")[1]
    assert len(json.loads(before)) == 1 and before == after, f"before {before} after {after}"


@check
def systemd_never_loses_patience():
    assert show("StartLimitIntervalUSec") == "0", show("StartLimitIntervalUSec")
    assert show("Restart") == "always"


@check
def sigterm_ends_it_cleanly():
    began = time.monotonic()
    run("systemctl", "stop", "courtside")
    took_s = time.monotonic() - began
    assert took_s < int(setting("TimeoutStopSec")), f"{took_s:.1f} s"
    result = {name: show(name) for name in ("ActiveState", "Result", "ExecMainCode", "ExecMainStatus")}
    exited = str(os.CLD_EXITED)
    expected = {"ActiveState": "inactive", "Result": "success", "ExecMainCode": exited, "ExecMainStatus": "0"}
    assert result == expected, result
    assert notifications("STOPPING=1") == 1, "STOPPING=1 was not seen"


# The probe


def probe():
    """Runs in the service's sandbox; exits 1 with a list of what was possible."""

    def read(path):
        return lambda: pathlib.Path(path).read_bytes()

    def write(path):
        return lambda: pathlib.Path(path).write_text("x")

    def own_file_given_away():
        path = pathlib.Path(os.environ["STATE_DIRECTORY"], "file")
        path.write_text("x")
        os.chown(path, os.getuid(), os.getgid())  # harmless for the owner, but @privileged

    attempts = {
        "write to /etc": write("/etc/courtside-probe"),
        "write to /usr": write("/usr/local/bin/courtside-probe"),
        "list /home": lambda: os.listdir("/home"),
        "read the machine's memory use": read("/proc/meminfo"),
        "see another process": lambda: os.stat("/proc/1"),
        "open a raw packet socket": lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW),
        "open a raw IP socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP),
        "open a kernel crypto socket": lambda: socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET),
        "map memory writable and executable": lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_WRITE | mmap.PROT_EXEC),
        "make a user namespace": lambda: subprocess.run(
            ["unshare", "--user", "true"], check=True, stderr=subprocess.DEVNULL
        ),
        "rename the machine": lambda: socket.sethostname("probe"),
        "set the clock": lambda: time.clock_settime(time.CLOCK_REALTIME, time.time()),
        "raise its own priority": lambda: os.setpriority(os.PRIO_PROCESS, 0, 5),
        "call chown": own_file_given_away,
        "make a set-user-ID file": lambda: os.chmod(pathlib.Path(os.environ["STATE_DIRECTORY"], "file"), 0o4755),
    }
    possible = []
    for what, attempt in attempts.items():
        try:
            attempt()
            possible.append(what)
        except (OSError, subprocess.CalledProcessError):
            pass
    if possible:
        sys.exit("the sandbox let it " + ", ".join(possible))


def main():
    set_the_scene()
    for function in CHECKS:
        sentence = function.__name__.replace("_", " ")
        try:
            function()
            print(f"ok - {sentence}")
        except Exception as error:  # one broken check must not hide the others
            print(f"not ok - {sentence}")
            print(f"# {type(error).__name__}: {error}".replace("\n", "\n# "))
    print("# all checks ran")


if sys.argv[1:] == ["probe"]:
    probe()
else:
    main()
