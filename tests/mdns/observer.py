"""Looks at multicast DNS through python-zeroconf, an implementation that is not ours.

Each command waits until what it is asked for is there, at most 20 seconds, and then says so:

  service INSTANCE        prints: HOST PORT PATH, as asked for and answered directly
  addresses HOST ADDRESS… prints all addresses of HOST once every ADDRESS is among them
  leaving INSTANCE        prints "seen" when the service is there, and "gone MILLISECONDS" when it left
  holding INSTANCE HOST ADDRESS PORT
                          announces a service itself, prints "held", and stays until it is killed
"""

import signal
import socket
import sys
import threading
import time

from zeroconf import (
    DNSAddress,
    DNSOutgoing,
    DNSQuestion,
    IPVersion,
    RecordUpdateListener,
    ServiceBrowser,
    ServiceInfo,
    ServiceStateChange,
    Zeroconf,
)

SERVICE = "_http._tcp.local."
LIMIT_S = 20
TYPES = {"A": 1, "AAAA": 28}
CLASS_IN = 1
QUERY = 0


def service(zeroconf, instance):
    deadline = time.monotonic() + LIMIT_S
    while time.monotonic() < deadline:
        info = zeroconf.get_service_info(SERVICE, f"{instance}.{SERVICE}", timeout=1000)
        if info:
            print(info.server.rstrip("."), info.port, info.properties.get(b"path", b"").decode())
            return True
    return False


class Wake(RecordUpdateListener):
    """Sets an event whenever records arrive."""

    def __init__(self):
        self.arrived = threading.Event()

    def async_update_records(self, zeroconf, now, records):
        self.arrived.set()


def addresses(zeroconf, host, *wanted):
    questions = [DNSQuestion(f"{host}.", kind, CLASS_IN) for kind in TYPES.values()]
    wake = Wake()
    zeroconf.add_listener(wake, questions)
    deadline = time.monotonic() + LIMIT_S
    while time.monotonic() < deadline:
        wake.arrived.clear()
        found = {
            socket.inet_ntop(socket.AF_INET if len(entry.address) == 4 else socket.AF_INET6, entry.address)
            for entry in zeroconf.cache.entries_with_name(f"{host}.")
            if isinstance(entry, DNSAddress)
        }
        if found and found.issuperset(wanted):
            print(*sorted(found))
            return True
        query = DNSOutgoing(QUERY)
        for question in questions:
            query.add_question(question)
        zeroconf.send(query)
        wake.arrived.wait(1)
    return False


def leaving(zeroconf, instance):
    events = {ServiceStateChange.Added: threading.Event(), ServiceStateChange.Removed: threading.Event()}

    def changed(zeroconf, service_type, name, state_change):
        if name == f"{instance}.{SERVICE}" and state_change in events:
            events[state_change].set()

    ServiceBrowser(zeroconf, SERVICE, handlers=[changed])
    if not events[ServiceStateChange.Added].wait(LIMIT_S):
        return False
    print("seen", flush=True)
    started = time.monotonic()
    if not events[ServiceStateChange.Removed].wait(LIMIT_S):
        return False
    print("gone", round((time.monotonic() - started) * 1000))
    return True


def holding(zeroconf, instance, host, address, port):
    info = ServiceInfo(
        SERVICE,
        f"{instance}.{SERVICE}",
        addresses=[socket.inet_pton(socket.AF_INET, address)],
        port=int(port),
        server=f"{host}.",
    )
    zeroconf.register_service(info)
    print("held", flush=True)
    signal.pause()


COMMANDS = {command.__name__: command for command in (service, addresses, leaving, holding)}

if __name__ == "__main__":
    observer = Zeroconf(ip_version=IPVersion.All)
    try:
        sys.exit(0 if COMMANDS[sys.argv[1]](observer, *sys.argv[2:]) else 1)
    finally:
        observer.close()
