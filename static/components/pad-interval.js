/**
 * How much of an interval is left, beside its prompt. It begins when this pad first sees it; the clock of a phone whose
 * tab slept is not trusted with more.
 *
 * @typedef {import('../core/types.js').Match} Match
 */
import { rulesOf } from '../core/sport.js';

/** In its last seconds it turns red, so that the sides come back in time. */
const LATE_S = 25;

/** @param {Match} match @returns {number} seconds; 0 where the rules give none */
function intervalSeconds(match) {
  const { prompt = [], periods = [], period = 0 } = match.state;
  const rules = rulesOf(match);
  if (!rules || !prompt.includes('interval')) return 0;
  if (rules.engine === 'periods') {
    const breaks = rules.period?.breaks ?? [];
    return breaks[Math.min(period, breaks.length) - 1] ?? 0;
  }
  const interval = rules.interval;
  const { A = 0, B = 0 } = periods[periods.length - 1] ?? {};
  const inside = [interval?.at, interval?.decider_at].includes(Math.max(A, B));
  return (inside ? interval?.seconds : interval?.between_sets) ?? 0;
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

  /** @param {Match|null} match */
  update(match) {
    const seconds = match ? intervalSeconds(match) : 0;
    const which = seconds > 0 ? JSON.stringify(match?.state.periods) : '';
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
