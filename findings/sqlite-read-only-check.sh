#!/bin/bash
# SQLite's integrity_check does not look at CHECK constraints on a connection that was opened read-only.
#
# Seen with SQLite 3.54.1 (apsw 3.54.1.0 from PyPI): a row that breaks a CHECK is found by integrity_check and quick_check
# on a connection that may write, also under `PRAGMA query_only = ON`. On one that was opened with SQLITE_OPEN_READONLY both
# say "ok". The documentation of integrity_check says that CHECK constraints are looked at, and names no such exception.
#
# So a tool that looks at a database read-only vouches for what the next program that writes will refuse. `courtside check`
# and the backups look with a connection that may write, under query_only (src/store/opening.rs).
#
# Needs python3 with venv, and PyPI. Fails if the behaviour changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf -- "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check apsw==3.54.1.0

seen=$("$folder/venv/bin/python" - "$folder/with-a-wrong-row.db" <<'PYTHON'
import sys
import apsw

file = sys.argv[1]
made = apsw.Connection(file)
made.execute("CREATE TABLE events (author TEXT NOT NULL CHECK (author IN ('referee', 'organiser')))")
made.execute("PRAGMA ignore_check_constraints = ON")
made.execute("INSERT INTO events VALUES ('nobody')")
made.close()


def look(name, flags, pragma=None):
    connection = apsw.Connection(file, flags=flags)
    if pragma:
        connection.execute(pragma)
    for check in ("integrity_check", "quick_check"):
        [(verdict,)] = connection.execute(f"PRAGMA {check}")
        print(f"{name}, {check}: {verdict}")


print(f"SQLite {apsw.sqlite_lib_version()}")
look("read-only", apsw.SQLITE_OPEN_READONLY)
look("may write", apsw.SQLITE_OPEN_READWRITE)
look("may write, query_only", apsw.SQLITE_OPEN_READWRITE, "PRAGMA query_only = ON")
PYTHON
)
expected="SQLite 3.54.1
read-only, integrity_check: ok
read-only, quick_check: ok
may write, integrity_check: CHECK constraint failed in events
may write, quick_check: CHECK constraint failed in events
may write, query_only, integrity_check: CHECK constraint failed in events
may write, query_only, quick_check: CHECK constraint failed in events"
echo "$seen"
if [[ $seen != "$expected" ]]; then
    echo "this has changed; expected was:" >&2
    echo "$expected" >&2
    exit 1
fi
