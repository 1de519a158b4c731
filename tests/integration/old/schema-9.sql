-- Courtside's database: one file for two engines.
--
-- SQLite loads it as it stands for the venue's own database; MariaDB or MySQL loads it as it stands for the
-- central one. What only MySQL understands is in its conditional comments, which SQLite passes over.
--
-- Common to all tables:
--   * ids are UUIDv7 in lower-case text: names, never an order (a Pi's clock goes back over a reboot);
--   * times are UTC milliseconds since 1970;
--   * `revision` is one rising counter per venue, taken by its only writer: "what changed since N" is an
--     indexed query, and the central sync lives on it;
--   * nothing that was played is ever deleted: `deleted_at` hides a row.

-- A venue: one appliance and all that it holds. A local database has exactly one row.
CREATE TABLE venues (
    id          CHAR(36)     NOT NULL PRIMARY KEY,
    -- What people call the hall; shown on every page and announced on the network.
    name        VARCHAR(200) NOT NULL,
    created_at  BIGINT       NOT NULL,
    revision    BIGINT       NOT NULL,
    -- The points of the ranks 1, 2, 3… in the ranking of the clubs, as JSON: [10,7,5,3]. Null while nobody has said them.
    club_points TEXT,
    -- The wishes for the plan, as JSON: time zone, opening hours, lengths, closures. Null while nobody has said any.
    plan_settings TEXT
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin */;

-- A tournament: one competition in one sport.
CREATE TABLE tournaments (
    id          CHAR(36)     NOT NULL PRIMARY KEY,
    venue_id    CHAR(36)     NOT NULL,
    revision    BIGINT       NOT NULL,
    name        VARCHAR(200) NOT NULL,
    -- The sport's id in the catalogue, upper case.
    sport       VARCHAR(40)  NOT NULL,
    -- The variant of the sport that its matches are played in; null for the sport's own rules.
    variant     VARCHAR(40),
    -- Single rules that differ from the variant's, as JSON; null for none.
    overrides   TEXT,
    created_at  BIGINT       NOT NULL,
    updated_at  BIGINT       NOT NULL,
    deleted_at  BIGINT,
    -- The rules of its matches, whole, as JSON, as they were when it began; null where they were never known.
    rules         TEXT,
    -- The points of a win, a draw, a loss…, and the order of criteria for level teams, as JSON. Kept like the rules.
    points_table  TEXT,
    -- Its first day, as 2027-01-10: the rules that are in force then are its rules. Null where nobody said it.
    starts_on     CHAR(10),
    -- How often its points count in the ranking of the clubs.
    factor        INTEGER NOT NULL DEFAULT 1,
    FOREIGN KEY (venue_id) REFERENCES venues (id),
    CHECK (name <> '')
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin */;
CREATE INDEX tournaments_by_revision ON tournaments (venue_id, revision);

-- A team of a tournament: whoever enters, be it a pair or one player. Matches name their sides by it.
--
-- No two teams of a tournament have one name. That is for the venue's own database to keep: the central one takes the
-- rows one by one, and two teams that swap their names would meet there. MySQL's index has the ID, too, and so forbids
-- nothing.
CREATE TABLE teams (
    id             CHAR(36)     NOT NULL PRIMARY KEY,
    venue_id       CHAR(36)     NOT NULL,
    revision       BIGINT       NOT NULL,
    tournament_id  CHAR(36)     NOT NULL,
    -- 1, 2, 3… in the order of entry.
    place          INTEGER      NOT NULL,
    name           VARCHAR(200) NOT NULL,
    created_at     BIGINT       NOT NULL,
    updated_at     BIGINT       NOT NULL,
    deleted_at     BIGINT,
    -- A list of {"number","name"} as JSON; null for none.
    players        TEXT,
    -- The name as long as the team is there: one that is deleted keeps nobody from its name.
    live_name      VARCHAR(200) GENERATED ALWAYS AS (CASE WHEN deleted_at IS NULL THEN name END) VIRTUAL,
    -- Up to four letters; null for none.
    short_name     VARCHAR(20),
    -- The club that it plays for; null for none.
    club           VARCHAR(200),
    -- 1 is the best; null for an unseeded team.
    seed           INTEGER,
    -- As #d62828; null for none.
    colour         CHAR(7),
    -- The check-in on the day: 'unknown', 'present' or 'absent'.
    presence       VARCHAR(8) NOT NULL DEFAULT 'unknown',
    -- 1 once it has withdrawn; a copy of what the deeds say.
    withdrawn      SMALLINT NOT NULL DEFAULT 0,
    FOREIGN KEY (venue_id) REFERENCES venues (id),
    FOREIGN KEY (tournament_id) REFERENCES tournaments (id),
    CHECK (name <> '')
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin */;
CREATE INDEX teams_by_revision ON teams (venue_id, revision);
CREATE INDEX teams_by_tournament ON teams (tournament_id);
CREATE UNIQUE INDEX teams_by_name ON teams (tournament_id, live_name /*! , id */);

-- A court: any playing area of the venue. No two of a venue have one name; see the teams.
CREATE TABLE courts (
    id          CHAR(36)     NOT NULL PRIMARY KEY,
    venue_id    CHAR(36)     NOT NULL,
    revision    BIGINT       NOT NULL,
    name        VARCHAR(200) NOT NULL,
    created_at  BIGINT       NOT NULL,
    updated_at  BIGINT       NOT NULL,
    deleted_at  BIGINT,
    live_name   VARCHAR(200) GENERATED ALWAYS AS (CASE WHEN deleted_at IS NULL THEN name END) VIRTUAL,
    FOREIGN KEY (venue_id) REFERENCES venues (id),
    CHECK (name <> '')
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin */;
CREATE INDEX courts_by_revision ON courts (venue_id, revision);
CREATE UNIQUE INDEX courts_by_name ON courts (venue_id, live_name /*! , id */);

-- A match between side A and side B. `status`, `state` and `last_seq` are the fold of its events, kept here so
-- that a list of matches needs no replay; the events are the truth. `status` is that of now. `state`, `last_seq`,
-- `updated_at` and `revision` may be a few seconds behind, together: they are then right for the first `last_seq` events.
CREATE TABLE matches (
    id             CHAR(36)     NOT NULL PRIMARY KEY,
    venue_id       CHAR(36)     NOT NULL,
    revision       BIGINT       NOT NULL,
    -- Null for a friendly match.
    tournament_id  CHAR(36),
    -- Where it is played; null while nobody has said. The matches of a court are played in the order of `position`.
    court_id       CHAR(36),
    sport          VARCHAR(40)  NOT NULL,
    variant        VARCHAR(40),
    -- The rules that the match is played by, whole, as JSON: old matches replay under their own. Null for a match
    -- that is older than this column: its points simply add up.
    rules          TEXT,
    -- The name of a side that is no team; empty where it is one.
    side_a         VARCHAR(200) NOT NULL,
    side_b         VARCHAR(200) NOT NULL,
    status         VARCHAR(16)  NOT NULL,
    -- The state of the match as JSON, as the outside contract shows it.
    state          TEXT         NOT NULL,
    -- The seq of the last event; 0 before the first.
    last_seq       BIGINT       NOT NULL,
    created_at     BIGINT       NOT NULL,
    updated_at     BIGINT       NOT NULL,
    deleted_at     BIGINT,
    -- The teams that play; null for a side that is only a name.
    team_a         CHAR(36),
    team_b         CHAR(36),
    -- The order of play: 1, 2, 3… in a venue.
    position       BIGINT       NOT NULL DEFAULT 0,
    -- The revision of the last change to anything but its events.
    setup_revision BIGINT       NOT NULL DEFAULT 0,
    -- The fixture that it is the match of, such as SF1; null for one that no draw has made.
    fixture_key    VARCHAR(80),
    -- The stage, the round in it and the group of the fixture.
    stage          VARCHAR(40),
    round          INTEGER,
    group_name     VARCHAR(80),
    -- Where a side comes from that is not known yet, as JSON: {"winner":"SF1"}. Derived from the deeds, like the teams.
    source_a       VARCHAR(200),
    source_b       VARCHAR(200),
    -- 1 while it no longer follows from the results, and nobody has decided. Derived.
    contested      SMALLINT NOT NULL DEFAULT 0,
    -- When it is planned to begin, as everybody sees it; null while nobody has published it.
    planned_at     BIGINT,
    -- Its number in the day's programme: 1, 2, 3…
    number         INTEGER,
    -- How far the sides are on their way to the court: 'planned', 'soon', 'called' or 'on_court'.
    call_state     VARCHAR(8) NOT NULL DEFAULT 'planned',
    -- The fixture as long as the match is there: one that is void gives its place to the next.
    live_key       VARCHAR(80) GENERATED ALWAYS AS (CASE WHEN deleted_at IS NULL THEN fixture_key END) VIRTUAL,
    FOREIGN KEY (venue_id) REFERENCES venues (id),
    FOREIGN KEY (tournament_id) REFERENCES tournaments (id),
    FOREIGN KEY (court_id) REFERENCES courts (id),
    FOREIGN KEY (team_a) REFERENCES teams (id),
    FOREIGN KEY (team_b) REFERENCES teams (id),
    CHECK (status IN ('scheduled', 'live', 'suspended', 'finished')),
    CHECK (last_seq >= 0)
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin */;
CREATE INDEX matches_by_revision ON matches (venue_id, revision);
CREATE INDEX matches_by_tournament ON matches (tournament_id);
CREATE INDEX matches_by_position ON matches (venue_id, position);
CREATE UNIQUE INDEX matches_by_fixture ON matches (tournament_id, live_key /*! , id */);

-- What happened in a match, append-only. An event is never changed and never deleted: undo is an event.
--
-- That no match has an `event_id` twice is for MySQL to keep, which takes rows from many venues. In the venue's own
-- database the one writer of a match knows the ids of its whole history, and nothing is appended to any other history
-- than the one it knows. An index of ids, which lie anywhere in it, would cost every event a page of its own to write.
CREATE TABLE events (
    match_id  CHAR(36)    NOT NULL,
    -- 1, 2, 3… per match, without a gap: the order of the history.
    seq       BIGINT      NOT NULL,
    -- The sender's idempotency key: the same event sent twice is stored once.
    event_id  VARCHAR(64) NOT NULL,
    -- The venue's clock when the event came. For people; never an order.
    at        BIGINT      NOT NULL,
    -- Who sent it: 'referee' or 'organiser' (a correction).
    author    VARCHAR(16) NOT NULL,
    -- How `body` is written; 1 is the JSON of the outside contract. Old encodings decode for ever.
    encoding  SMALLINT    NOT NULL,
    body      TEXT        NOT NULL,
    PRIMARY KEY (match_id, seq) /*! , UNIQUE (match_id, event_id) */,
    FOREIGN KEY (match_id) REFERENCES matches (id),
    CHECK (seq >= 1),
    CHECK (author IN ('referee', 'organiser'))
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin */;

-- What organisers did to a tournament, append-only. Format, draw, fixtures and decisions are the fold of these; who plays in
-- which match, and every rank, follows from them and from the results. An undo is a deed, too.
CREATE TABLE deeds (
    tournament_id  CHAR(36)     NOT NULL,
    -- 1, 2, 3… per tournament, without a gap.
    seq            BIGINT       NOT NULL,
    venue_id       CHAR(36)     NOT NULL,
    revision       BIGINT       NOT NULL,
    -- The venue's clock. For people; never an order.
    at             BIGINT       NOT NULL,
    -- The session of the organiser; null for what the server noticed by itself, and in an open venue.
    session_id     CHAR(36),
    -- A short word for the organiser's browser; empty where nobody knows.
    device         VARCHAR(200) NOT NULL,
    -- How `body` is written; 1 is JSON. Old encodings decode for ever.
    encoding       SMALLINT     NOT NULL,
    body           MEDIUMTEXT   NOT NULL,
    PRIMARY KEY (tournament_id, seq),
    FOREIGN KEY (tournament_id) REFERENCES tournaments (id),
    FOREIGN KEY (venue_id) REFERENCES venues (id),
    CHECK (seq >= 1)
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin */;
CREATE INDEX deeds_by_revision ON deeds (venue_id, revision);

-- The plan of the hall as organisers see it: where and when a match is to be played. The match itself says what everybody sees
-- of it. A match that was taken out of the plan keeps its row, without a court.
CREATE TABLE bookings (
    match_id   CHAR(36)  NOT NULL PRIMARY KEY,
    venue_id   CHAR(36)  NOT NULL,
    revision   BIGINT    NOT NULL,
    court_id   CHAR(36),
    -- The planned begin.
    at         BIGINT    NOT NULL,
    minutes    INTEGER   NOT NULL,
    -- 1 where no proposal moves it.
    locked     SMALLINT  NOT NULL DEFAULT 0,
    FOREIGN KEY (match_id) REFERENCES matches (id),
    FOREIGN KEY (venue_id) REFERENCES venues (id),
    FOREIGN KEY (court_id) REFERENCES courts (id)
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin */;
CREATE INDEX bookings_by_revision ON bookings (venue_id, revision);

-- What organisers did to the hall: its plan, and the wishes for it. Append-only, like the deeds of a tournament.
CREATE TABLE hall_deeds (
    venue_id    CHAR(36)     NOT NULL,
    -- 1, 2, 3… per venue, without a gap.
    seq         BIGINT       NOT NULL,
    revision    BIGINT       NOT NULL,
    at          BIGINT       NOT NULL,
    session_id  CHAR(36),
    device      VARCHAR(200) NOT NULL,
    encoding    SMALLINT     NOT NULL,
    body        MEDIUMTEXT   NOT NULL,
    PRIMARY KEY (venue_id, seq),
    FOREIGN KEY (venue_id) REFERENCES venues (id),
    CHECK (seq >= 1)
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin */;
CREATE INDEX hall_deeds_by_revision ON hall_deeds (venue_id, revision);

-- From here on: what never leaves the venue. The central database has these tables too, empty.

-- Settings of the appliance, such as the hash of the organiser's PIN.
CREATE TABLE settings (
    name   VARCHAR(60) NOT NULL PRIMARY KEY,
    value  TEXT        NOT NULL
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin */;

-- Logged-in organisers. Of the secrets of a session only the SHA-256 is kept, in hexadecimal. A session that ends
-- leaves no row.
CREATE TABLE sessions (
    -- Names it in lists. It gives no right.
    id           CHAR(36)     NOT NULL PRIMARY KEY,
    -- The bearer token, which may do everything; null for a session that signs its requests instead.
    token_hash   CHAR(64),
    -- The browser's cookie, which alone only reads.
    cookie_hash  CHAR(64)     NOT NULL,
    -- The key by which the requests of the session are signed, in hexadecimal; null for one that has a token.
    sign_key     CHAR(64),
    -- A short word for the browser, such as Firefox on Linux; empty where nobody knows.
    device       VARCHAR(200) NOT NULL,
    -- The address from which it began.
    address      VARCHAR(64)  NOT NULL,
    created_at   BIGINT       NOT NULL,
    -- When it was last seen, to some minutes: each new value is a write.
    used_at      BIGINT       NOT NULL,
    expires_at   BIGINT       NOT NULL
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin */;
CREATE UNIQUE INDEX sessions_by_token ON sessions (token_hash);
CREATE UNIQUE INDEX sessions_by_cookie ON sessions (cookie_hash);

-- The secrets that let a referee publish the events of one match, or of whatever is played on one court. Only a hash
-- of each is kept. A secret that is withdrawn leaves no row.
CREATE TABLE referee_tokens (
    token_hash  CHAR(64)     NOT NULL PRIMARY KEY,
    -- Names it in lists. It gives no right.
    id          CHAR(36)     NOT NULL,
    -- 'token' is what a QR code and a pad carry; 'code' is short, for typing, and is only good for getting a token.
    kind        VARCHAR(8)   NOT NULL,
    match_id    CHAR(36),
    court_id    CHAR(36),
    -- A short word for the browser that typed the code; null for the token of the QR code.
    device      VARCHAR(200),
    created_at  BIGINT       NOT NULL,
    -- When somebody last came with it, to some minutes; null for never.
    used_at     BIGINT,
    FOREIGN KEY (match_id) REFERENCES matches (id),
    FOREIGN KEY (court_id) REFERENCES courts (id),
    CHECK (kind IN ('token', 'code')),
    CHECK ((match_id IS NULL) <> (court_id IS NULL))
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin */;
CREATE UNIQUE INDEX referee_tokens_by_id ON referee_tokens (id);
CREATE INDEX referee_tokens_by_match ON referee_tokens (match_id);
CREATE INDEX referee_tokens_by_court ON referee_tokens (court_id);

-- TVs and projectors that an organiser has told what to show.
CREATE TABLE screens (
    -- What the TV calls itself: 32 random hexadecimal digits, kept in its browser.
    id          CHAR(32)     NOT NULL PRIMARY KEY,
    -- What the organiser calls it; null for nothing.
    name        VARCHAR(200),
    -- The query of the /tv address that it acts by, such as court=ID&rotate=20; empty for the wall of all courts.
    shows       VARCHAR(500) NOT NULL,
    created_at  BIGINT       NOT NULL
) /*! ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin */;
