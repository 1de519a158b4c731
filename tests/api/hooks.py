"""What schemathesis is told about a venue: the IDs of what is there, sports that exist, events that mean something.

Left alone it makes IDs up and is told 404 for ever. So a right request (one made on purpose to be wrong stays as it is) gets
real things, made anew when requests have deleted them; one of four keeps what was made up. At the end, `COUNTS` says how
often each operation was answered by which status.
"""
import atexit
import collections
import os
import time
import zlib

import requests
import schemathesis
from schemathesis.core.parameters import ParameterLocation

URL = os.environ["VENUE"]
VENUE = requests.Session()
# What is there is made with an organiser's rights, whoever makes the requests.
if os.environ["ORGANISER"]:
    VENUE.headers["Authorization"] = f"Bearer {os.environ['ORGANISER']}"
SCREEN = "0123456789abcdef" * 2
# The ID of nothing.
NOBODY = "019a0000-0000-7000-8000-000000000000"
SIDES = {"A": {"name": "Lyon"}, "B": {"name": "Metz"}}
SPORTS = ["FOOTBALL", "tennis", "BADMINTON", "basketball_3x3", "FENCING", "PETANQUE"]
EVENTS = [
    {"type": "start"},
    {"type": "point", "side": "A"},
    {"type": "point", "side": "B", "value": 2, "player": "7"},
    {"type": "card", "side": "A", "detail": {"colour": "yellow"}},
    {"type": "timeout", "side": "B"},
    {"type": "clock", "detail": {"action": "start", "seconds": 0}},
    {"type": "period_end"},
    {"type": "suspend"},
    {"type": "resume"},
    {"type": "undo"},
    {"type": "note", "detail": {"text": "rain"}},
    {"Equipe": "EQUIPEA", "EventType": "POINT", "EventValue": '{"Point":1}'},
    {"type": "walkover", "side": "B"},
    {"type": "finish"},
    {"type": "confirm"},
]
SWISS = {"stages": [{"key": "s", "kind": "swiss", "rounds": 2}]}
FORMATS = [
    SWISS,
    {"stages": [{"key": "ko", "kind": "knockout"}]},
    {"stages": [{"key": "r", "kind": "round_robin"}]},
]
counts = collections.Counter()


def make(path, body):
    answer = VENUE.post(URL + path, json=body)
    assert answer.status_code == 201, f"{path}: {answer.text}"
    return answer.json()


def drawn(name, format, is_good=lambda own: VENUE.get(own + "/fixtures").json().get("fixtures")):
    """A tournament of this name that is drawn and good for this: the one that there is, or a new one."""
    for one in VENUE.get(URL + "/api/tournaments").json():
        if one["name"] == name and is_good(f"{URL}/api/tournaments/{one['id']}"):
            return one["id"]
    made = make("/api/tournaments", {"name": name, "sport": "FOOTBALL"})["id"]
    make("/api/teams", {"tournamentID": made, "names": ["Lyon", "Metz", "Nancy", "Brest"]})
    own = f"{URL}/api/tournaments/{made}"
    VENUE.put(own + "/format", json=format).raise_for_status()
    proposed = VENUE.post(own + "/draw", json={"mode": "ranks"}).json()
    VENUE.post(own + "/draw", json={"accept": proposed["token"]}).raise_for_status()
    return made


def swiss():
    """A Swiss tournament whose first round is played and whose second can be paired."""
    made = drawn("Swiss", SWISS, lambda own: VENUE.post(own + "/rounds", json={}).ok)
    for fixture in VENUE.get(f"{URL}/api/tournaments/{made}/fixtures").json()["fixtures"]:
        if fixture["status"] not in ("finished", "confirmed"):
            path = f"{URL}/api/matches/{fixture['matchID']}/events"
            VENUE.post(path, json={"type": "walkover", "side": "B"}).raise_for_status()
    return made


def seed():
    """A tournament with teams, a court with a match on it, a friendly match that is played and one that is over."""
    courts = VENUE.get(URL + "/api/courts").json()
    court = courts[0]["id"] if courts else make("/api/courts", {"name": "Court 1"})["id"]
    swiss()
    # The newest: its teams can be deleted.
    tournament = make("/api/tournaments", {"name": "Cup", "sport": "TENNIS"})["id"]
    make("/api/teams", {"tournamentID": tournament, "names": ["Lyon", "Metz"]})
    make("/api/matches", {"tournamentID": tournament, "sides": SIDES, "courtID": court})
    for end in [], [{"type": "finish"}]:
        played = make("/api/matches", {"sport": "FOOTBALL", "sides": SIDES})["id"]
        events = [{"type": "point", "side": "A"}, {"type": "point", "side": "B"}, *end]
        answers = VENUE.post(f"{URL}/api/matches/{played}/events", json=events).json()
        assert all(answer["type"] == "ack" for answer in answers), answers


def there(kind):
    """The IDs of this kind, of which there are some."""
    for _ in range(2):
        found = VENUE.get(f"{URL}/api/{kind}").json()
        if kind == "tournaments":
            # A team is found by its tournament: those without are no use.
            found = [one for one in found if VENUE.get(f"{URL}/api/teams?tournamentID={one['id']}").json()]
        if found:
            return [one["id"] for one in found]
        seed()
    raise AssertionError(f"no {kind}")


def teams():
    return [one["id"] for one in VENUE.get(f"{URL}/api/teams?tournamentID={there('tournaments')[-1]}").json()]


def log_others_in(count):
    for _ in range(count if os.environ.get("PIN") else 0):
        requests.post(URL + "/api/session", json={"pin": os.environ["PIN"]})


# Before wrong PINs are tried: then nobody gets in for a while.
log_others_in(10)


def sessions():
    """Those of others: who ends its own cannot try the rest."""
    log_others_in(1)
    listed = VENUE.get(URL + "/api/sessions").json()
    return [one["id"] for one in listed if not one["current"]] or [NOBODY]


def own_sessions():
    listed = VENUE.get(URL + "/api/sessions")
    return [one["id"] for one in listed.json() if one["current"]] if listed.ok else []


def held_tokens():
    code = VENUE.post(f"{URL}/api/courts/{there('courts')[-1]}/referee-token").json()["refereeCode"]
    requests.post(URL + "/api/referee-code", json={"code": code})
    return [one["id"] for one in VENUE.get(URL + "/api/referee-tokens").json()] or [NOBODY]


def new_code(match):
    return VENUE.post(f"{URL}/api/matches/{match}/referee-token").json().get("refereeCode", "none")


def screen():
    return VENUE.post(URL + "/api/screens", json={"id": SCREEN}).json()["code"]


def lot(case):
    """Drawn from what was generated, so that a failure is found again."""
    return zlib.crc32(repr((case.path_parameters, case.query, case.body)).encode())


def real(kind, number):
    # The newest: the list grows with every match that is made.
    others = {"teams": teams, "sessions": sessions, "referee-tokens": held_tokens}
    newest = (others[kind]() if kind in others else there(kind))[-8:]
    return newest[number % len(newest)]


def event(sent, number):
    return {**sent, **EVENTS[number % len(EVENTS)]} if isinstance(sent, dict) else sent


def filled(case, number):
    """The body with what a client would know."""
    path, body = case.operation.path, case.body
    if path.endswith("/events"):
        sent = body if isinstance(body, list) else [body]
        made = [event(one, number + place) for place, one in enumerate(sent)]
        return made if isinstance(body, list) else made[0]
    if not isinstance(body, dict):
        return body
    if path.endswith("/preview"):
        return event(body, number)
    body = dict(body)
    if path.startswith("/api/plan/"):
        return plan(path.rsplit("/", 1)[1], number)
    if "/api/tournaments/{id}/" in path:
        return run(case, path.rsplit("/", 1)[1], body, number)
    for field, kind in (("tournamentID", "tournaments"), ("courtID", "courts")):
        if body.get(field):
            body[field] = real(kind, number)
    if body.get("sport"):
        body["sport"] = SPORTS[number % len(SPORTS)]
    if "sport" in body or path == "/api/matches":
        # What a sport may be told differently only its file knows.
        for field in "variant", "rules":
            body.pop(field, None)
    if path == "/api/referee-code":
        body["code"] = new_code(real("matches", number))
    return body


def plan(what, number):
    """The body of a request that changes the plan. What was made up before may have closed the hall."""
    day = "2040-05-12"
    usual = {"opens": "09:00", "closes": "22:00", "closures": [], "wishes": [], "timeZone": None, "calling": "planned"}
    if what == "settings":
        return {**usual, "rest": number % 60}
    # Other requests may have deleted them.
    there("courts"), there("matches")
    VENUE.patch(URL + "/api/plan/settings", json=usual)
    # At night, or by a clock that was made up, no match fits into the rest of today.
    VENUE.put(URL + "/api/venue/clock", json={"now": time.strftime("%Y-%m-%dT12:00:00Z", time.gmtime())})
    token = VENUE.post(URL + "/api/plan/auto", json={"day": day}).json().get("token")
    if what == "auto":
        return [{"day": day}, {"accept": token}][number % 2]
    VENUE.post(URL + "/api/plan/auto", json={"accept": token})
    if what == "late":
        token = VENUE.post(URL + "/api/plan/late", json={}).json().get("token")
        return [{}, {"accept": token}][number % 2]
    if what == "publish":
        return {"day": day}
    planned = VENUE.get(f"{URL}/api/plan?day={day}").json().get("matches", [])
    if what == "move":
        place = planned[number % len(planned)] if planned else {"matchID": NOBODY}
        return {field: place[field] for field in ("matchID", "courtID", "at") if field in place}
    if what == "referee":
        of = planned[number % len(planned)]["matchID"] if planned else NOBODY
        return {"matchID": of, "name": "Anna"} if number % 2 else {"matchID": of}
    return {"matchIDs": [one["matchID"] for one in planned[:2]], "locked": number % 2 == 0}


def run(case, what, body, number):
    """The body of a request that runs a tournament: names what this one has."""
    if what in ("draw", "fixtures"):
        # Others may have been begun, which forbids both.
        case.path_parameters["id"] = drawn(f"For {what}", FORMATS[1])
    if what == "rounds":
        case.path_parameters["id"] = swiss()
    own = f"{URL}/api/tournaments/{case.path_parameters['id']}"
    listed = VENUE.get(f"{URL}/api/teams?tournamentID={case.path_parameters['id']}")
    team = listed.json()[number % len(listed.json())]["id"] if listed.ok and listed.json() else NOBODY
    if what == "format":
        return {**body, **FORMATS[number % len(FORMATS)]}
    if what == "draw" and "mode" in body:
        return {"mode": ["ranks", "lots"][number % 2]}
    if what == "rounds":
        return {"accept": VENUE.post(own + "/rounds", json={}).json()["token"]} if number % 3 == 0 else {}
    if what == "fixtures":
        there = VENUE.get(own + "/fixtures")
        keys = [one["key"] for one in there.json()["fixtures"]] if there.ok else []
        # Nobody waits for the last.
        return {"kind": "remove", "key": keys[-1] if keys else "F"}
    if what == "decisions":
        return {"kind": "withdrawal", "teamID": team}
    return body


@schemathesis.hook
def before_call(context, case, kwargs):
    wrong = case.meta is not None and case.meta.generation.mode.is_negative
    number = lot(case)
    kind = case.operation.path.split("/")[2]
    if kind == "sessions" and (case.path_parameters or {}).get("id") in own_sessions():
        # Taken from an earlier answer. Who ends its own session cannot try the rest.
        case.path_parameters["id"] = NOBODY
    if wrong or number % 4 == 0:
        return
    number //= 4
    if "id" in (case.path_parameters or {}):
        case.path_parameters["id"] = real(kind, number)
    if "code" in (case.path_parameters or {}):
        case.path_parameters["code"] = screen()
    if "tournamentID" in (case.query or {}):
        case.query["tournamentID"] = real("tournaments", number)
    if case.operation.body and case.body is not None:
        case.body = filled(case, number)


@schemathesis.hook
def after_call(context, case, response):
    # Some requests try what the address does with another method.
    if case.method == case.operation.method.upper():
        counts[case.operation.label, response.status_code] += 1


@atexit.register
def tell():
    with open(os.environ["COUNTS"], "w", encoding="utf-8") as file:
        for (operation, status), times in sorted(counts.items()):
            print(f"{operation} {status} {times}", file=file)
