/**
 * Requests that change the plan of the day.
 *
 * @typedef {{courtID: string, at: string, minutes: number}} Place
 * @typedef {{matchID: string, key: string|null, number: number|null, locked: boolean, published: boolean}} PlannedMatch
 * @typedef {Place & PlannedMatch & {expectedAt?: string|null, referee?: import('../../core/types.js').Official|null}} Planned
 *
 * @typedef {object} PlanCourt
 * @property {string} courtID
 * @property {string} name
 * @property {{from: string, to: string}[]} [open]
 * @property {number|null} [lateMinutes] null while nothing more is planned, or nobody knows the time
 *
 * @typedef {{matchID: string, courtID: string, at: string}} NextCall a match to call; now, if its moment is past
 *
 * @typedef {object} Plan
 * @property {string} day as 2027-01-10
 * @property {Settings} settings
 * @property {boolean} clockIsSet
 * @property {string} now
 * @property {PlanCourt[]} courts
 * @property {Planned[]} matches in the order of their times
 * @property {NextCall[]} [calls] the first first, at most one a court
 * @property {string[]} unplannedIDs
 * @property {string|null} endsAt
 *
 * @typedef {object} Settings
 * @property {string|null} timeZone
 * @property {string} opens
 * @property {string} closes
 * @property {number} changeover
 * @property {number} rest
 * @property {Record<string, number>} minutes by the IDs of sports
 * @property {Closure[]} closures
 * @property {Wish[]} wishes
 * @property {'planned'|'next_free_court'} [calling]
 * @property {{by: 'nobody'|'teams'|'people', people: string[]}} [referees]
 *
 * @typedef {{courtID: string|null, from: string, to: string}} Closure all courts, where none is named
 *
 * @typedef {object} Wish for a tournament, one of its stages or one of its fixtures
 * @property {string} tournamentID
 * @property {string|null} [stage]
 * @property {string|null} [key]
 * @property {string[]} courtIDs none for all
 * @property {string|null} [notBefore]
 * @property {number|null} [minutes]
 * @property {number|null} [rest]
 * @property {boolean} [lastRoundTogether]
 *
 * @typedef {object} PlanProposal
 * @property {string} token
 * @property {{matchID: string, from: Place|null, to: Place|null}[]} changes
 * @property {{matchID: string, cause: 'waits_for'|'locked_too_early'|'no_room', otherMatchID: string|null}[]} unplaced
 * @property {string|null} endsAt
 * @property {string|null} cannotEndBefore
 *
 * @typedef {object} MoveAnswer
 * @property {boolean} moved
 * @property {{kind: string, severity: 'blocking'|'warning', otherMatchID: string|null}[]} clashes
 * @property {{courtID: string, from: string, to: string}[]} places
 */
import { request } from '../../core/api.js';

/** The search for a plan takes a second, on a Pi that has more to do somewhat longer. */
const PATIENT = { timeout_ms: 30_000 };

/** @param {string} day empty for today @returns {Promise<Plan>} */
export const readPlan = (day) => request('GET', `/api/plan${day ? `?day=${day}` : ''}`);
/** @param {Partial<Settings>} settings @returns {Promise<Plan>} */
export const changeSettings = (settings) => request('PATCH', '/api/plan/settings', settings);
/** @param {string} day @returns {Promise<PlanProposal>} */
export const proposePlan = (day) => request('POST', '/api/plan/auto', { day }, PATIENT);
/** @returns {Promise<PlanProposal>} */
export const proposeLate = () => request('POST', '/api/plan/late', {}, PATIENT);
/** @param {'auto'|'late'} how @param {string} token @returns {Promise<Plan>} */
export const acceptPlan = (how, token) => request('POST', `/api/plan/${how}`, { accept: token });
/** @param {string} day @returns {Promise<Plan>} */
export const publishPlan = (day) => request('POST', '/api/plan/publish', { day });
/** Takes the last change of the plan or its settings back. */
export const undoPlan = () => request('POST', '/api/plan/undo', {});
/** @param {string[]} matchIDs @param {boolean} locked @returns {Promise<Plan>} */
export const lockMatches = (matchIDs, locked) => request('POST', '/api/plan/lock', { matchIDs, locked });
/**
 * Moves matches, or asks where one may go. Several are played one after the other, in this order.
 *
 * @param {string[]} matchIDs
 * @param {{courtID: string, at: string, confirm?: true}|{}} to
 * @returns {Promise<MoveAnswer>}
 */
export const moveMatches = ([matchID, ...others], to) =>
  request('POST', '/api/plan/move', others.length > 0 ? { matchIDs: [matchID, ...others], ...to } : { matchID, ...to });
