/**
 * Requests that only an organiser makes: for the entries, the format, the draw, the decisions of a tournament.
 *
 * @typedef {import('../core/types.js').Accept} Accept
 * @typedef {import('../core/types.js').Effect} Effect
 * @typedef {import('../core/types.js').Fixture} Fixture
 * @typedef {import('../core/types.js').MatchSide} MatchSide
 * @typedef {import('../core/types.js').Named} Named
 * @typedef {import('../core/types.js').Source} Source
 * @typedef {import('../core/types.js').Stage} Stage
 * @typedef {import('../core/types.js').Team} Team
 *
 * @typedef {object} Trial a format that was not stored
 * @property {number} entrants
 * @property {number} matches
 * @property {{least: number, most: number}} matchesPerTeam
 * @property {{courts: number, minutesPerMatch: number, minutes: number}} length
 * @property {{key: string, stage: string, round: number, group?: string, a: number|'bye'|Source, b: number|'bye'|Source}[]} fixtures
 *
 * @typedef {{violation: string, message: string} & Record<string, unknown>} Violation
 *
 * @typedef {object} DrawProposal
 * @property {string} token
 * @property {'ranks'|'lots'|'manual'} mode
 * @property {number|null} lots by which anybody can repeat it
 * @property {(string|null)[]} lines teams; null is a bye
 * @property {Fixture[]} fixtures
 * @property {{group: string, teams: Named[]}[]} groups
 * @property {Violation[]} violations
 *
 * @typedef {object} RoundProposal
 * @property {string} token
 * @property {string} stage
 * @property {number} round
 * @property {{key: string, a: MatchSide, b: MatchSide}[]} pairs
 * @property {boolean} stuckNext
 * @property {Violation[]} violations
 *
 * @typedef {object} Deed
 * @property {number} seq
 * @property {string} at
 * @property {string|null} by
 * @property {string} kind
 * @property {{word: string} & Record<string, unknown>} [what] the deed as a word with its parameters
 * @property {{choice: string, key: string, reason?: string}[]} [settled] the choices that were made with it
 * @property {string} does the same in English
 * @property {boolean} [undone]
 * @property {number} [undoes]
 * @property {boolean} [undoable] an undo takes back this one
 * @typedef {{teamID: string}|{source: Source|'bye'}} SideSpec
 */
import { request } from '../core/api.js';

/** @param {string} id @param {string} [what] */
const at = (id, what = '') => `/api/tournaments/${encodeURIComponent(id)}${what}`;

/** The patience for a draw: hundreds of fixtures take a Pi its time. */
const PATIENT = { timeout_ms: 30_000 };

/** @param {string} tournamentID @param {import('./paste.js').NewTeam[]} teams @returns {Promise<Team[]>} */
export const addTeams = (tournamentID, teams) => request('POST', '/api/teams', { tournamentID, teams }, PATIENT);

/** @param {Team} team @param {Partial<Team>} change @returns {Promise<Team>} */
export const amendTeam = ({ id, revision }, change) =>
  request('PATCH', `/api/teams/${encodeURIComponent(id)}`, change, revision === undefined ? {} : { seen: revision });

/** @param {string} id @returns {Promise<{stages: Stage[], drawn: boolean}>} */
export const readFormat = (id) => request('GET', at(id, '/format'));

/** @param {string} id @param {Stage[]} stages */
export const keepFormat = (id, stages) => request('PUT', at(id, '/format'), { stages }, PATIENT);

/** @param {string} id @param {Stage[]} stages @param {{courts: number, minutes: number}} hall @returns {Promise<Trial>} */
export const tryFormat = (id, stages, { courts, minutes }) =>
  request('PUT', at(id, `/format?dry_run=1&courts=${courts}&minutes=${minutes}`), { stages }, PATIENT);

/**
 * @param {string} id
 * @param {{mode: 'ranks'|'lots'|'manual', lots?: number, lines?: (string|null)[], keep_apart?: 'club', absent?: 'leave_out'|'keep'}} how
 * @returns {Promise<DrawProposal>} nothing is stored
 */
export const proposeDraw = (id, how) => request('POST', at(id, '/draw'), how, PATIENT);

/** @param {string} id @param {string} token @returns {Promise<{fixtures: Fixture[]}>} */
export const acceptDraw = (id, token) => request('POST', at(id, '/draw'), { accept: token }, PATIENT);

/** @param {string} id @param {[string, string|null][]} [pairs] instead of the best ones @returns {Promise<RoundProposal>} */
export const proposeRound = (id, pairs) => request('POST', at(id, '/rounds'), pairs ? { pairs } : {}, PATIENT);

/** @param {string} id @param {string} token */
export const acceptRound = (id, token) => request('POST', at(id, '/rounds'), { accept: token }, PATIENT);

/** @param {string} id @param {Record<string, unknown>} change @returns {Promise<{fixtures: Fixture[]}>} */
export const changeFixtures = (id, change) => request('POST', at(id, '/fixtures'), change, PATIENT);

/**
 * @param {string} id
 * @param {Record<string, unknown>} decision
 * @param {Accept} [accept] what follows from it, as it was shown and chosen
 * @returns {Promise<{effects: Effect[]}>}
 */
export const decide = (id, decision, accept) =>
  request('POST', at(id, '/decisions'), { ...decision, ...(accept ? { accept } : {}) }, PATIENT);

/** @param {string} id @returns {Promise<{deeds: Deed[]}>} the newest first */
export const readHistory = (id) => request('GET', at(id, '/history'));

/** @param {string} id @param {Accept} [accept] @returns {Promise<{undone: number, does: string}>} */
export const undoLast = (id, accept) => request('POST', at(id, '/undo'), accept ? { accept } : {}, PATIENT);

/** @param {number[]} points for the first, the second… */
export const keepClubPoints = (points) => request('PUT', '/api/clubs', { points });
