/**
 * What the rules understand of an event: the form of its JSON, which fields a type needs and what they may hold.
 *
 * @typedef {import('./state.js').Side} Side
 * @typedef {import('./state.js').Tally} Tally
 * @typedef {'second_half'|'extra_time'|'shootout'} Hint what kind of period begins, where it is not simply the next
 * @typedef {'start'|'stop'|'set'} ClockAction
 * @typedef {Tally & {named: 'extra_time'|'shootout'|'unknown'|null}} PeriodResult a period of a result, and what it says
 *   of its kind; null: the number of periods decides
 *
 * @typedef {(
 *   {type: 'start', side: Side|null} |
 *   {type: 'point', side: Side, value: number, shootout: boolean} |
 *   {type: 'foul', side: Side, value: number, player: string|null} |
 *   {type: 'card', side: Side, colour: string, player: string|null} |
 *   {type: 'timeout', side: Side|null} |
 *   {type: 'period_start', phase: Hint|null} |
 *   {type: 'serve', side: Side, expedite: boolean} |
 *   {type: 'walkover', side: Side} |
 *   {type: 'retire', side: Side, disqualified: boolean} |
 *   {type: 'clock', action: ClockAction, seconds: number|null} |
 *   {type: 'undo'|'redo', seq: number|null} |
 *   {type: 'result', periods: PeriodResult[], force: boolean} |
 *   {type: 'period_end'|'ends'|'substitution'|'suspend'|'resume'|'finish'|'confirm'|'note'|'other'}
 * )} Play the meaning of an event; a type that the rules don't know is `other` and changes no score
 */
import { Refusal } from './refusal.js';

/** The largest number of points that one event gives or takes: larger is a slip of the finger. */
const VALUE_MAX = 1000;
/** The most periods that a `result` may have: no sport plays more. */
const RESULT_PERIODS_MAX = 100;
/** The most points that a period of a `result` may show. */
const RESULT_POINTS_MAX = 1_000_000;
const ID_MAX_BYTES = 64;
const TYPE_MAX_BYTES = 64;
const PLAYER_MAX_BYTES = 60;
/** More than eleven days. */
const SECONDS_MAX = 1_000_000;

/** @type {Hint[]} */
const HINTS = ['second_half', 'extra_time', 'shootout'];
/** @type {ClockAction[]} */
const ACTIONS = ['start', 'stop', 'set'];

/** @typedef {Record<string, any>} Form an event before anything is known of it */

/**
 * Reads an event that was JSON.
 *
 * @param {unknown} event
 * @returns {Play|Refusal}
 */
export function readPlay(event) {
  try {
    if (!isObject(event)) throw bad('an event is a JSON object such as {"type":"point","side":"A"}');
    checkId(event['id']);
    return play(event);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/** @param {Form} form @returns {Play} */
function play(form) {
  const type = readType(form);
  switch (type) {
    case 'start':
    case 'timeout':
      return { type, side: sideIfAny(form) };
    case 'point':
      return { type, side: side(form), value: value(form), shootout: detailSays(form, 'phase', 'shootout') };
    case 'foul':
      return { type, side: side(form), value: value(form), player: player(form) };
    case 'card':
      return { type, side: side(form), colour: colour(form), player: player(form) };
    case 'period_start':
      return { type, phase: wordOfDetail(form, 'phase', HINTS) };
    case 'serve':
      return { type, side: side(form), expedite: detailSays(form, 'expedite', true) };
    case 'walkover':
      return { type, side: side(form) };
    case 'retire':
      return { type, side: side(form), disqualified: detailSays(form, 'reason', 'disqualified') };
    case 'clock': {
      const action = wordOfDetail(form, 'action', ACTIONS);
      if (!action) throw bad('a clock event needs “detail.action”: "start", "stop" or "set"');
      return { type, action, seconds: seconds(form) };
    }
    case 'undo':
    case 'redo':
      return { type, seq: target(form) };
    case 'result':
      return result(form);
    case 'period_end':
    case 'ends':
    case 'substitution':
    case 'suspend':
    case 'resume':
    case 'finish':
    case 'confirm':
    case 'note':
      return { type };
    default:
      return { type: 'other' };
  }
}

/** @param {string} message */
const bad = (message) => new Refusal('bad_event', message);

/** @param {unknown} value @returns {value is Record<string, any>} */
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** @param {string} text */
const byteLength = (text) => new TextEncoder().encode(text).length;

/**
 * A whole number, exact in all languages. Adding 0 makes -0 a 0.
 * @param {unknown} value
 */
const whole = (value) => (typeof value === 'number' && Number.isSafeInteger(value) ? value + 0 : null);

/** @param {unknown} id */
function checkId(id) {
  if (id === undefined || id === null) return;
  if (typeof id !== 'string') throw bad('“id” is a text, best a UUID that you make anew for each event');
  if (id === '' || byteLength(id) > ID_MAX_BYTES || /\p{Cc}/u.test(id)) throw bad('“id” has 1 to 64 characters');
}

/** @param {Form} form @returns {string} */
function readType({ type }) {
  if (typeof type !== 'string') throw bad('“type” is a text such as "point"');
  if (type === '' || byteLength(type) > TYPE_MAX_BYTES) throw bad('“type” has 1 to 64 characters');
  return type;
}

/** @param {Form} form @returns {Side|null} */
function sideIfAny({ side }) {
  if (side === undefined || side === null) return null;
  if (side !== 'A' && side !== 'B') throw bad('“side” is "A" or "B"');
  return side;
}

/** @param {Form} form */
function side(form) {
  const side = sideIfAny(form);
  if (!side) throw bad(`a ${form['type']} event needs a “side”: "A" or "B"`);
  return side;
}

/** @param {Form} form */
function value({ value }) {
  if (value === undefined || value === null) return 1;
  const number = whole(value);
  if (number === null || Math.abs(number) > VALUE_MAX) throw bad('“value” is a whole number between -1000 and 1000');
  return number;
}

/** @param {Form} form @param {string} name @returns {unknown} null where it is missing */
function detailOf({ detail }, name) {
  if (detail === undefined || detail === null) return null;
  if (!isObject(detail)) throw bad('“detail” is an object');
  return detail[name] ?? null;
}

/**
 * @template {string} T
 * @param {Form} form
 * @param {string} name
 * @param {T[]} words
 */
function wordOfDetail(form, name, words) {
  const value = detailOf(form, name);
  if (value === null) return null;
  const found = words.find((word) => word === value);
  if (!found) throw bad(`“detail.${name}” is one of ${words.join(', ')}`);
  return found;
}

/** @param {Form} form */
function seconds(form) {
  const value = detailOf(form, 'seconds');
  if (value === null) return null;
  const seconds = whole(value);
  if (seconds === null || seconds < 0 || seconds > SECONDS_MAX) {
    throw bad('“detail.seconds” is a whole number between 0 and 1000000');
  }
  return seconds;
}

/** @param {Form} form */
function target(form) {
  const value = detailOf(form, 'seq');
  if (value === null) return null;
  const seq = whole(value);
  if (seq === null || seq < 0) throw bad('“detail.seq” is the number of an event');
  return seq;
}

/**
 * Says if `detail` says this; anything else in it is the sender's own.
 * @param {Form} form @param {string} name @param {string|boolean} wanted
 */
const detailSays = ({ detail }, name, wanted) => isObject(detail) && detail[name] === wanted;

/**
 * The player's number or name, for counting; anything else is the sender's own.
 * @param {Form} form
 */
function player({ player }) {
  if (typeof player === 'string') return player !== '' && byteLength(player) <= PLAYER_MAX_BYTES ? player : null;
  const number = whole(player);
  return number === null ? null : String(number);
}

/** @param {Form} form */
function colour(form) {
  const colour = detailOf(form, 'colour');
  if (typeof colour !== 'string' || !/^[a-z0-9_]{1,40}$/.test(colour)) {
    throw bad('a card event needs “detail.colour”, the lower-case name of a card, for example "yellow"');
  }
  return colour;
}

/** @param {Form} form @returns {Play} */
function result(form) {
  const given = detailOf(form, 'periods');
  if (!Array.isArray(given)) throw bad('a result event needs “detail.periods”, for example [{"A":21,"B":19}]');
  const periods = given.map(periodOfResult);
  if (periods.length > RESULT_PERIODS_MAX) throw bad('a result has at most 100 periods');
  const force = detailOf(form, 'force') ?? false;
  if (typeof force !== 'boolean') throw bad('“detail.force” is true or false');
  return { type: 'result', periods, force };
}

/** @param {unknown} period @returns {PeriodResult} */
function periodOfResult(period) {
  const [a, b] = isObject(period) ? [whole(period['A']), whole(period['B'])] : [null, null];
  if (!isObject(period) || a === null || b === null) throw bad('a period of a result is for example {"A":21,"B":19}');
  if (Math.max(Math.abs(a), Math.abs(b)) > RESULT_POINTS_MAX) throw bad('a period has at most 1000000 points');
  const phase = period['phase'] ?? null;
  const known = phase === null || phase === 'extra_time' || phase === 'shootout';
  return { A: a, B: b, named: known ? phase : 'unknown' };
}
