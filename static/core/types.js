/**
 * The shapes that travel between server and page, as the contract gives them. Types only: no page loads this file.
 *
 * @typedef {{id: string, name: string, currentMatchID: string|null, nextMatchIDs: string[], revision?: number}} Court
 * @typedef {'A'|'B'} Side
 * @typedef {Record<Side, number>} Tally
 * @typedef {'scheduled'|'live'|'suspended'|'finished'} Status
 *
 * @typedef {{running: boolean, seconds: number}} Clock as it was when somebody last touched it
 *
 * @typedef {object} State the fold of a match's events
 * @property {Status} status
 * @property {Side|null} winner
 * @property {Tally} score the headline: sets won, goals or points
 * @property {Tally[]} [periods]
 * @property {number} [period]
 * @property {Record<Side, string>|null} [points] what a board shows for the point being played
 * @property {Side|null} [serving]
 * @property {Tally} [fouls]
 * @property {Record<Side, Record<string, number>>} [cards]
 * @property {Tally} [timeouts]
 * @property {Clock|null} [clock]
 * @property {string[]} [prompt] what the referee should do or announce now
 * @property {string|null} [reason]
 * @property {boolean} [confirmed]
 * @property {'regular'|'extra_time'|'shootout'} [phase] of a timed sport, where it is not the regular time
 *
 * @typedef {object} Match
 * @property {string} id
 * @property {string|null} tournamentID null in a friendly match
 * @property {string|null} tournamentName
 * @property {string|null} courtID
 * @property {string|null} courtName
 * @property {string} sport
 * @property {string|null} [variant] like `rules`, only where one match was asked for by itself
 * @property {Rules} [rules]
 * @property {Record<Side, {teamID?: string, name: string}>} sides
 * @property {number} order the order of play
 * @property {number} [revision] of the last change to who plays where
 * @property {Status} status
 * @property {boolean} live somebody keeps its score, or did lately
 * @property {boolean} attended a referee's device is connected now
 * @property {number} seq
 * @property {State} state
 * @property {string} createdAt
 * @property {string} updatedAt
 * @property {string} [clockAt] when its clock was last touched
 * @property {number|null} [guardMs] like `rules`: a second tap on the same half within this time is a slip
 *
 * @typedef {object} MatchEvent
 * @property {string} [id]
 * @property {string} type
 * @property {Side|null} [side]
 * @property {number|null} [value]
 * @property {string|null} [player]
 * @property {Record<string, unknown>|null} [detail]
 *
 * @typedef {object} Entry one line of a match's history
 * @property {number} seq
 * @property {string} at
 * @property {MatchEvent} event
 * @property {State} [state] the state right after it; missing where the history came over plain HTTP
 *
 * @typedef {{type: string} & Record<string, any>} Frame
 *
 * @typedef {Record<string, string>} Name by language
 *
 * @typedef {object} PointValue a way to score
 * @property {number} value
 * @property {Name} name
 * @property {number} [after] can only follow a score of this value, as a conversion follows a try
 *
 * @typedef {object} Rules as much of them as the pages look at; `scoring/definition.js` reads the rest
 * @property {'ladder'|'periods'} engine
 * @property {{best_of?: number}} [match] of a sport of sets, like the four below
 * @property {{tie_break?: {at: number}}} [set] without it, points win the match
 * @property {object} [game] where points make games and games make the set, as in tennis
 * @property {{order: string, expedite?: boolean}} [serve]
 * @property {Pauses} [interval]
 * @property {{count: number, minutes?: number, counts?: 'up'|'down'}} [period] of a timed sport, like the five below
 * @property {{priority?: boolean, count: number, rounds?: number, sudden_death?: object}} [extra]
 * @property {{name?: Name}} [shootout]
 * @property {boolean} [draws]
 * @property {boolean} [both_score] both sides can score at once, as in a double hit
 * @property {PointValue[]} points
 * @property {{name?: Name}} fouls without a name, this sport has no button for them
 * @property {Record<string, Card>} cards
 * @property {{counts: number[], seconds: number}} timeouts
 *
 * @typedef {object} Pauses seconds, and at which points
 * @property {number} [at]
 * @property {number} [decider_at]
 * @property {number} [at_total]
 * @property {number} seconds
 * @property {number} between_sets
 * @property {number} [at_ends]
 *
 * @typedef {object} Card
 * @property {Name} name
 * @property {number} [out_after]
 * @property {number} [award] points for the other side
 * @property {boolean} [award_game]
 * @property {boolean} [disqualifies] it ends the match
 * @property {number} [seconds]
 *
 * @typedef {object} Sport
 * @property {string} id
 * @property {Name} name
 * @property {number} guard_ms a second tap on the same half within this time is a slip of the finger
 * @property {Rules} rules
 * @property {{id: string, name: Name, valid_from?: string|null, rules: Rules}[]} variants
 *
 * @typedef {object} Venue
 * @property {string} id
 * @property {string} name
 * @property {boolean} open
 * @property {string} version
 * @property {string[]} addresses
 * @property {Box} [box]
 * @property {{file: string, reason: string}[]} [sportProblems] for organisers: own sports that cannot be read
 *
 * @typedef {object} DeskDevice
 * @property {string} device
 * @property {string|null} name as it calls itself
 * @property {'active'|'standby'|'gone'} presence
 * @property {string} since
 * @property {number|null} battery in percent
 * @property {number|null} unsent
 *
 * @typedef {{matchID: string, begunAt: string|null, watchers: number, devices: DeskDevice[]}} DeskLine
 *
 * @typedef {{id: string, tournamentID: string, name: string, revision?: number}} Team
 *
 * @typedef {object} Screen a TV, adopted or waiting to be
 * @property {string} code
 * @property {string|null} name
 * @property {string|null} shows the query of a `/tv` address; null while nobody has adopted it
 * @property {boolean} on
 * @property {string|null} seenAt
 * @property {string|null} address where it asked from
 *
 * @typedef {object} Box the appliance, for organisers
 * @property {string|null} fault
 * @property {number} watchers
 * @property {string} now
 * @property {string} startedAt
 * @property {boolean} signedOnly secrets that others can read are refused
 * @property {{folder: string, newestAt: string|null, count: number, problem: string|null}[]} backups
 * @property {{since: string, tries: number, networks: string[]}} [guessing] somebody tries PINs or codes
 * @property {Match[]} leftAside the server ended while it read them
 * @property {number} [freeBytes]
 * @property {number} [totalBytes]
 * @property {number} [databaseBytes]
 *
 * @typedef {{role: 'organiser'|'watcher', writes: boolean, open: boolean}} Session
 * @typedef {{id: string, device: string, address: string, createdAt: string, usedAt: string, current: boolean}} LoggedInDevice
 * @typedef {object} HeldToken a referee's token that a phone holds
 * @property {string} id
 * @property {string|null} matchID
 * @property {string|null} courtID
 * @property {string|null} device the browser that typed the code; null for the QR code's token
 * @property {string|null} usedAt
 * @property {boolean} connected
 *
 * @typedef {object} Tournament
 * @property {string} id
 * @property {string} name
 * @property {string} sport
 * @property {string|null} [variant]
 * @property {Record<string, unknown>} [rules] single ones that differ from the variant's
 * @property {string} [startsOn] the first day
 * @property {string} createdAt
 * @property {number} [revision]
 */
export {};
