/**
 * The shapes that travel between server and page, as the contract gives them. Types only: no page loads this file.
 *
 * @typedef {'A'|'B'} Side
 * @typedef {Record<Side, number>} Tally
 * @typedef {'scheduled'|'live'|'suspended'|'finished'} Status
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
 * @property {string|null} [reason]
 * @property {boolean} [confirmed]
 *
 * @typedef {object} Match
 * @property {string} id
 * @property {string|null} tournamentID null in a friendly match
 * @property {string|null} tournamentName
 * @property {string} sport
 * @property {Record<Side, {name: string}>} sides
 * @property {Status} status
 * @property {boolean} live a referee is there, or was lately
 * @property {number} seq
 * @property {State} state
 * @property {string} createdAt
 * @property {string} updatedAt
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
 * @typedef {{id: string, name: string, open: boolean, version: string, addresses: string[]}} Venue
 * @typedef {{role: 'organiser'|'watcher', open: boolean}} Session
 * @typedef {{id: string, name: Record<string, string>}} Sport
 * @typedef {{id: string, name: string, sport: string, createdAt: string}} Tournament
 */
export {};
