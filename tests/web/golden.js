/**
 * The short spelling of events in tests/golden/*.json. An element of `events` is an event, or a text of tokens:
 *
 *   A  B  A*20  A+3  A-1  A+0       points: one, twenty, one event of value 3, -1, 0
 *   21-15                           points up to that score from 0–0, in turn as long as both still get some
 *   6:4                             games up to that score, each won to love with four points
 *   start  period_end  undo         an event of that type
 *   serve:A  foul:A*3               the same with a side, and repeated
 *   card:A:yellow  undo:3           with a colour; with the number of an event
 *   second_half extra_time shootout a period_start with that `detail.phase`
 */

const POINTS_OF_A_GAME = 4;
const HINTS = ['second_half', 'extra_time', 'shootout'];
const WORD = /^(?<word>[a-z_]+)(?::(?<side>[AB]))?(?::(?<colour>[a-z0-9_]+))?(?:\*(?<times>\d+))?$/;

/** @param {(string|object)[]} elements @returns {object[]} */
export const expand = (elements) =>
  elements.flatMap((element) =>
    typeof element === 'string' ? element.split(/\s+/).filter(Boolean).flatMap(eventsOf) : [element],
  );

function eventsOf(token) {
  const score = token.match(/^(\d+)([-:])(\d+)$/);
  if (score) {
    const [, a, what, b] = score;
    return upTo(Number(a), Number(b), what === ':' ? POINTS_OF_A_GAME : 1);
  }
  const points = token.match(/^([AB])(?:\*(\d+)|([+-]\d+))?$/);
  if (points) {
    const [, side, times = '1', value] = points;
    const event = { type: 'point', side, ...(value === undefined ? {} : { value: Number(value) }) };
    return repeated(event, Number(times));
  }
  const aimed = token.match(/^(undo|redo):(\d+)$/);
  if (aimed) return [{ type: aimed[1], detail: { seq: Number(aimed[2]) } }];
  const { word, side, colour, times = '1' } = token.match(WORD)?.groups ?? {};
  if (!word) throw new Error(`“${token}” is no token of a golden vector`);
  if (HINTS.includes(word)) return [{ type: 'period_start', detail: { phase: word } }];
  const event = { type: word, ...(side ? { side } : {}), ...(colour ? { detail: { colour } } : {}) };
  return repeated(event, Number(times));
}

const repeated = (event, times) => Array.from({ length: times }, () => ({ ...event }));

/** In turn until the lower number is reached by both, then the rest of the leader. */
function upTo(a, b, each) {
  const both = Math.min(a, b);
  const turns = Array.from({ length: both }, () => ['A', 'B']).flat();
  const rest = Array.from({ length: Math.max(a, b) - both }, () => (a > b ? 'A' : 'B'));
  return [...turns, ...rest].flatMap((side) => repeated({ type: 'point', side }, each));
}
