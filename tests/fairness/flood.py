"""One address does its worst at one route for some seconds. Usage: flood.py HOST KIND SECONDS"""

import asyncio
import functools
import json
import os
import socket
import sys

import hall

host, kind, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
PIPELINED = 8
CONNECTIONS = 300


def post(path, value):
    return lambda: hall.request(host, "POST", path, body=json.dumps(value()).encode(), close=False)


def get(path):
    return lambda: hall.request(host, "GET", path(), close=False)


def unfinished(path, announced, sent):
    head = [f"Content-Length: {announced}"]
    return lambda: hall.request(host, "POST", path, head, close=False) + b" " * sent


@functools.cache
def first_match():
    return hall.ask(host, "GET", "/api/matches")[1][0]["matchID"]


def wrong_signature():
    return f"Courtside-Sign: {os.urandom(16).hex()} 1 {os.urandom(32).hex()} {os.urandom(16).hex()}"


ASKED = {
    "pages": get(lambda: "/"),
    "matches": get(lambda: "/api/matches"),
    "qr": get(lambda: "/qr.svg?path=/" + os.urandom(140).hex()),
    "pins": post("/api/session", lambda: {"pin": "00000000"}),
    "codes": post("/api/referee-code", lambda: {"code": os.urandom(4).hex()}),
    "screens": post("/api/screens", lambda: {"id": os.urandom(16).hex()}),
    "channels": post("/api/channel", lambda: {"page": os.urandom(16).hex()}),
    "proofs": post("/api/session/srp", lambda: {"A": os.urandom(256).hex()}),
    "summaries": get(lambda: f"/get-summary?matchID={first_match()}"),
    "histories": get(lambda: f"/api/matches/{first_match()}/events"),
    "signatures": lambda: hall.request(host, "GET", "/api/session", [wrong_signature()], close=False),
}
HELD = {
    "bodies": unfinished("/api/session", 4096, 4000),
    "heads": lambda: b"GET / HTTP/1.1\r\nX: " + b"x" * 7000,
    "sockets": lambda: hall.handshake(host, "/watch") + hall.frame("x" * 100) * 20,
    "streams": get(lambda: "/events"),
}


async def open_connection():
    family, _, _, _, where = hall.address(host)
    loop = asyncio.get_running_loop()
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setblocking(False)
    await loop.sock_connect(sock, where)
    return await asyncio.open_connection(sock=sock)


async def keep_asking(make):
    """Many requests at once on one connection, again and again; a new one when it is closed."""
    while True:
        try:
            reader, writer = await open_connection()
            while True:
                writer.write(b"".join(make() for _ in range(PIPELINED)))
                await writer.drain()
                if not await reader.read(65536):
                    break
            writer.close()
        except OSError:
            await asyncio.sleep(0.01)


async def hold(make):
    while True:
        try:
            reader, writer = await open_connection()
            writer.write(make())
            while await reader.read(65536):
                pass
            writer.close()
        except OSError:
            pass
        await asyncio.sleep(0.01)


async def arrive():
    while True:
        try:
            _, writer = await open_connection()
            writer.close()
        except OSError:
            await asyncio.sleep(0.01)


async def main():
    if kind == "calm":
        await asyncio.sleep(4)
        return
    if kind == "arrivals":
        work = [arrive() for _ in range(50)]
    elif kind in HELD:
        work = [hold(HELD[kind]) for _ in range(CONNECTIONS * 4)]
    else:
        work = [keep_asking(ASKED[kind]) for _ in range(CONNECTIONS)]
    tasks = [asyncio.create_task(one) for one in work]
    await asyncio.sleep(seconds)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


asyncio.run(main())
