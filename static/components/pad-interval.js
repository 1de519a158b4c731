/**
 * How much of an interval, of a rest at a change of ends or of a time-out is left, beside its prompt. It begins when this pad first sees it; the clock of a phone whose
 * tab slept is not trusted with more.
 *
 * @typedef {import('../core/types.js').Match} Match
 */
import { pauseAfter } from '../core/scoring/periods-course.js';
import { phaseOf, rulesOf } from '../core/sport.js';

/** In its last seconds it turns red, so that the sides come back in time. */
const LATE_S = 25;

/**
 * Says if a change of ends inside a set is a rest: not after its first game and not in a tie-break (ITF Rules of Tennis,
 * Rule 29).
 *
 * @param {Match} match
 */
function restsAtEnds(match) {
  const { A = 0, B = 0 } = (match.state.periods ?? []).slice(-1)[0] ?? {};
  return !rulesOf(match)?.game || (A + B > 1 && A !== B);
}

/**
 * @param {Match} match
 * @param {boolean} timeout the last that happened is a time-out
 * @returns {number} seconds; 0 where the rules give none
 */
function pauseSeconds(match, timeout) {
  const { prompt = [], periods = [], period = 0 } = match.state;
  const rules = rulesOf(match);
  if (!rules || !prompt.includes('interval')) {
    if (timeout) return rules?.timeouts.seconds ?? 0;
    return prompt.includes('ends') ? (rules?.interval?.at_ends ?? 0) * Number(restsAtEnds(match)) : 0;
  }
  if (rules.engine === 'periods') {
    const phases = Array.from({ length: period }, (_, index) => phaseOf(match, index + 1));
    return pauseAfter(rules, phases) ?? 0;
  }
  const { at = Infinity, at_total: atTotal = Infinity, ...seconds } = rules.interval ?? { seconds: 0, between_sets: 0 };
  const { A = 0, B = 0 } = periods[periods.length - 1] ?? {};
  const taken = (match.state.score?.A ?? 0) + (match.state.score?.B ?? 0);
  // A card can have given points in it since.
  const inside = periods.length > taken && (Math.max(A, B) >= (seconds.decider_at ?? at) || Math.max(A, B) >= at || A + B >= atTotal);
  return inside ? seconds.seconds : seconds.between_sets;
}

export class IntervalCountdown {
  #element;
  #timer = 0;
  #began = 0;
  #which = '';

  /** @param {HTMLElement} element the prompt */
  constructor(element) {
    this.#element = element;
  }

  /** @param {Match|null} match @param {boolean} timeout the last that happened is a time-out */
  update(match, timeout) {
    const seconds = match ? pauseSeconds(match, timeout) : 0;
    // One that is running goes on, whatever a card adds to the score meanwhile.
    const kind = ['interval', 'ends'].find((what) => match?.state.prompt?.includes(what));
    const which = seconds === 0 ? '' : timeout && kind !== 'interval' ? `timeout ${match?.seq}` : (kind ?? '');
    if (which === this.#which) return;
    this.#which = which;
    this.#began = Date.now();
    clearInterval(this.#timer);
    if (which) this.#timer = setInterval(() => this.#show(seconds), 500);
    this.#show(seconds);
  }

  /** @param {number} seconds */
  #show(seconds) {
    const left = Math.max(Math.ceil(seconds - (Date.now() - this.#began) / 1000), 0);
    const { dataset } = this.#element;
    if (this.#which === '') {
      delete dataset['left'];
      delete dataset['late'];
      return;
    }
    // As an attribute it is seen and not read out, second by second.
    dataset['left'] = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
    dataset['late'] = String(left <= LATE_S);
    if (left === 0) clearInterval(this.#timer);
  }
}
