"""Plain sockets to the box, of whichever family its address is."""

import base64
import json
import os
import socket

PORT = 8000


def address(host):
    return socket.getaddrinfo(host, PORT, type=socket.SOCK_STREAM)[0]


def connect(host, timeout=10):
    family, kind, protocol, _, where = address(host)
    sock = socket.socket(family, kind, protocol)
    sock.settimeout(timeout)
    sock.connect(where)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def named(host):
    """As a browser writes it: an IPv6 address in brackets, without its link."""
    return f"[{host.split('%')[0]}]" if ":" in host else host


def request(host, method, path, headers=(), body=b"", close=True):
    lines = [f"{method} {path} HTTP/1.1", f"Host: {named(host)}:{PORT}", *headers]
    if close:
        lines.append("Connection: close")
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def ask(host, method, path, value=None, token=None):
    """The status and the JSON of one answer."""
    body = json.dumps(value).encode() if value is not None else b""
    headers = [f"Authorization: Bearer {token}"] if token else []
    with connect(host, 15) as sock:
        sock.sendall(request(host, method, path, headers, body))
        answer = b""
        while piece := sock.recv(65536):
            answer += piece
    head, _, rest = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(rest) if rest else None


def handshake(host, path):
    key = base64.b64encode(os.urandom(16)).decode()
    headers = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}"]
    return request(host, "GET", path, headers, close=False)


def frame(text, opcode=1):
    data = text.encode()
    length = bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + len(data).to_bytes(2, "big")
    # A mask of zeros leaves the text as it is.
    return bytes([0x80 | opcode]) + length + bytes(4) + data
