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
 * @typedef {object} Source where a side comes from, as long as nobody knows who it is
 * @property {string} [winner] of the fixture with this key
 * @property {string} [loser]
 * @property {'first_match'} [if] only who lost their first match
 * @property {string} [group]
 * @property {number} [rank] in that group
 * @property {number} [best] of the teams with this rank in their groups
 * @property {number} [nth] which of those
 *
 * @typedef {{teamID?: string, name: string, source?: Source|'bye'}} MatchSide
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
 * @property {Record<Side, MatchSide>} sides
 * @property {string|null} [key] its name in the draw, such as `A1-3` or `SF2`; null where no draw made it
 * @property {string|null} [stage]
 * @property {number|null} [round]
 * @property {string|null} [group]
 * @property {string|null} [plannedAt] when it is planned to begin; null while nobody has published it
 * @property {string|null} [expectedAt] when it will begin as things are, where that is not its planned time
 * @property {Official|null} [referee] by the plan
 * @property {{courtName: string|null, plannedAt: string|null}|null} [moved] its place before a published plan was changed
 * @property {number|null} [number] in the day's programme
 * @property {'planned'|'soon'|'called'|'on_court'} call how far its sides are on their way to the court
 * @property {true} [contested] it was played by others than the results now say, and nobody has decided yet
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
 * @typedef {{teamID: string|null, name: string}} Official a team or a person that referees
 *
 * @typedef {object} TeamMatch a match that a team plays, or may play
 * @property {Match} match
 * @property {Side|null} side null while it is open if the team plays
 * @property {string[]} after the fixtures that decide it
 *
 * @typedef {object} TeamDay
 * @property {string} teamID
 * @property {string} name
 * @property {string} tournamentID
 * @property {string} tournamentName
 * @property {string|null} club
 * @property {boolean} withdrawn
 * @property {string|null} timeZone of the hall
 * @property {number|null} rank the final one, once it is reached
 * @property {TeamMatch[]} matches the first first
 * @property {Match[]} [duties] the matches that it referees by the plan
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
 * @property {string|null} timeZone of the hall, as Europe/Paris
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
 * @typedef {object} Team
 * @property {string} id
 * @property {string} tournamentID
 * @property {string} name
 * @property {string|null} [short]
 * @property {string|null} [club]
 * @property {number|null} [seed]
 * @property {string|null} [colour] as `#aabbcc`
 * @property {'unknown'|'present'|'absent'} [presence]
 * @property {boolean} [withdrawn]
 * @property {number} [revision]
 *
 * @typedef {{teamID: string, name: string}} Named
 *
 * @typedef {object} Fixture
 * @property {string} key
 * @property {string} stage
 * @property {number} round
 * @property {string|null} [group]
 * @property {boolean} [if_needed]
 * @property {string|null} [matchID]
 * @property {MatchSide} a
 * @property {MatchSide} b
 * @property {'awaited'|'ready'|'decided'|'no_match'|'not_needed'} stand
 * @property {Status|null} [status]
 * @property {Tally|null} [score]
 * @property {Side|null} [winner]
 * @property {string|null} [reason] why it ended, where it did not end on points
 * @property {boolean} [contested]
 * @property {string|null} [courtName]
 *
 * @typedef {{word: string, scope: 'all'|'tied'|'two', among: string[], values: string[]}} Why why a row stands before those below it
 *
 * @typedef {object} TableRow
 * @property {string} teamID
 * @property {string} name
 * @property {number} rank
 * @property {number} played
 * @property {number} wins
 * @property {number} draws
 * @property {number} losses
 * @property {number} points
 * @property {number} scored
 * @property {number} conceded
 * @property {number} difference
 * @property {boolean} [withdrawn]
 * @property {boolean} [provisional]
 * @property {boolean} [level]
 * @property {string[]} [tried] by which words the teams on one rank were compared without a difference
 * @property {Why[]} why
 *
 * @typedef {{key: string, matchID?: string, teams: string[]}} PlayOff a match that decides between level teams, not over yet
 * @typedef {{stage: string, group: string|null, provisional: boolean, rows: TableRow[], playOffs?: PlayOff[]}} Table
 * @typedef {{rank: number, teamID: string, name: string, club?: string|null}} Ranked
 *
 * @typedef {object} Todo what an organiser is to decide
 * @property {'level'|'contested'|'pair_round'|'stuck'|'draw'|'no_result'} what
 * @property {string} [stage]
 * @property {string|null} [group]
 * @property {Named[]} [teams]
 * @property {string[]} [playOffs] the keys of those that are to decide between them
 * @property {string} [key]
 * @property {string} [matchID]
 * @property {number} [round]
 *
 * @typedef {{tournamentID: string, provisional: boolean, tables: Table[], ranking: Ranked[], todo: Todo[]}} Standings
 * @typedef {{key: string, kind: string, fixtures: Fixture[]}} Tree
 *
 * @typedef {object} Stage of a format; the settings depend on its kind
 * @property {string} key
 * @property {'round_robin'|'groups'|'knockout'|'double_elimination'|'swiss'|'placement'|'consolation'|'free'} kind
 * @property {{stage: string, ranks: number, best?: {rank: number, count: number}}} [from]
 * @property {number} [groups]
 * @property {number} [legs]
 * @property {boolean} [third_place]
 * @property {boolean} [reset]
 * @property {number} [rounds]
 * @property {number} [places]
 * @property {number} [matches]
 * @property {string} [mode]
 * @property {Record<string, unknown>} [rules] those that differ from the tournament's
 *
 * @typedef {object} Effect what a correction or a decision changes in a fixture
 * @property {string} key
 * @property {Record<Side, MatchSide>} before
 * @property {Record<Side, MatchSide>} after
 * @property {Status} state
 * @property {Choice[]} [choices] where it has begun
 * @property {string} cause the fixture or the group that changed it
 * @property {string} [if] only if the fixture with this key is replayed
 * @typedef {'keep'|'replay'} Choice
 * @typedef {{token: string, choices: Record<string, Choice>}} Accept
 *
 * @typedef {object} ClubLine
 * @property {number} rank
 * @property {string} club
 * @property {number} points
 * @property {{gold: number, silver: number, bronze: number}} medals
 * @property {{tournamentID: string, tournamentName: string, teamID: string, team: string, rank: number, points: number, factor: number}[]} why
 * @typedef {{points: number[], clubs: ClubLine[]}} Clubs
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
 * @property {number} [factor] how much its points count for the clubs of the day
 * @property {number} [revision]
 */
export {};
