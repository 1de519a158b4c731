/**
 * The match clock on the pad: one tap starts or stops it. Setting it is rare and stands behind “More”.
 *
 * @typedef {import('../core/referee.js').View} View
 * @typedef {import('../core/types.js').Match} Match
 * @typedef {import('../core/types.js').MatchEvent} MatchEvent
 */
import { clockSeconds, clockText, isTimed, onTick } from '../core/clock.js';
import { h, setText } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { icon } from '../core/icons.js';
import { openForm } from './dialog.js';
import { ApiError } from '../core/api.js';

const LONGEST_S = 86_400;

/** @param {'start'|'stop'|'set'} action @param {number} seconds @returns {MatchEvent} */
const clockEvent = (action, seconds) => ({ type: 'clock', detail: { action, seconds: Math.round(seconds) } });

export class PadClock {
  #record;
  #sign = h('span', { class: 'sign' });
  #time = h('span', { class: 'clock-time' });
  #words = h('span', { class: 'visually-hidden' });
  /** @type {View|null} */
  #view = null;
  #runs = false;
  #stop = () => {};

  /** @param {(event: MatchEvent) => void} record */
  constructor(record) {
    this.#record = record;
    const onclick = () => this.#toggle();
    this.element = h('button', { type: 'button', class: 'button pad-clock', onclick }, this.#sign, this.#time, this.#words);
  }

  /** @param {View} view @param {boolean} locked */
  update(view, locked) {
    const { match } = view;
    this.#view = view;
    this.element.hidden = !match || !isTimed(match) || match.state.status === 'finished';
    this.element.disabled = locked;
    const runs = match?.state.clock?.running === true;
    if (runs !== this.#runs || !this.#sign.hasChildNodes()) this.#sign.replaceChildren(icon(runs ? 'pause' : 'winner'));
    this.#runs = runs;
    this.element.toggleAttribute('data-runs', runs);
    setText(this.#words, t(runs ? 'clock.stop' : 'clock.start'));
    this.#stop();
    this.#stop = runs && !this.element.hidden ? onTick(() => this.#show()) : () => {};
    this.#show();
  }

  #show() {
    const { match, clockSince } = this.#view ?? {};
    if (match) setText(this.#time, clockText(match, clockSince ?? null));
  }

  #toggle() {
    const { match, clockSince } = this.#view ?? {};
    if (match) this.#record(clockEvent(this.#runs ? 'stop' : 'start', clockSeconds(match, clockSince ?? null)));
  }
}

/**
 * Asks what the clock is to show.
 *
 * @param {View} view
 * @param {(event: MatchEvent) => void} record
 */
export async function openSetClock({ match, clockSince }, record) {
  if (!match) return;
  const input = h('input', { type: 'text', inputmode: 'text', autocomplete: 'off', required: true });
  input.value = clockText(match, clockSince);
  const seconds = await openForm({
    title: t('clock.set'),
    fields: [{ name: 'time', label: t('clock.time'), hint: t('clock.hint'), input }],
    submit: t('clock.setNow'),
    send: async ({ time = '' }) => secondsOf(time),
  });
  // A running clock goes on from the new time.
  if (seconds !== null) record(clockEvent(match.state.clock?.running ? 'start' : 'set', seconds));
}

/** @param {string} text minutes and seconds, or minutes alone */
function secondsOf(text) {
  const [, minutes, seconds = '0'] = text.match(/^\s*(\d{1,4})(?:\s*[:.,\s]\s*([0-5]?\d))?\s*$/) ?? [];
  const total = Number(minutes) * 60 + Number(seconds);
  if (minutes === undefined || total > LONGEST_S) throw new ApiError('bad_time', { field: 'time' });
  return total;
}
