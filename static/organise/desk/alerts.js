/**
 * Alerts for what cannot wait: matches that nobody scores, devices in trouble, courts that are late, decisions, the box.
 *
 * @typedef {import('../../core/types.js').Match} Match
 * @typedef {import('../../core/types.js').Box} Box
 * @typedef {import('./model.js').Day} Day
 * @typedef {import('./board.js').Hands} Hands
 * @typedef {import('./sources.js').Sources} Sources
 *
 * @typedef {object} Alert
 * @property {string} key
 * @property {boolean} bad
 * @property {string} words
 * @property {{words: string, href?: string, act?: () => unknown}} [todo]
 */
import { isClockOff } from '../../core/box-clock.js';
import { h, setText } from '../../core/dom.js';
import { t } from '../../core/i18n.js';
import { icon } from '../../core/icons.js';
import { isolated } from '../../core/isolate.js';
import { tournamentPath, versus } from '../../core/match.js';
import { openVenue } from '../../components/venue-dialog.js';
import { arrange, setOrHide } from './arrange.js';
import { isLow, nameOf } from './devices.js';
import { isCalled, isPlaying, lateness } from './model.js';

/** Below this, the scores of a long day may not fit. */
const LOW_BYTES = 500_000_000;
/** The courts that an alert names, the latest first. */
const LATE_SHOWN = 2;
const narrow = matchMedia('(max-width: 40rem)');

/** @param {Day} day @param {Sources} sources @param {Hands} hands @returns {Alert[]} */
function ofMatches(day, { lines }, hands) {
  /** @type {Alert[]} */
  const alerts = [];
  // A hall that scores on paper has one of these for each court: the others come first.
  /** @type {Alert[]} */
  const nobody = [];
  const inPlay = [...day.courts.flatMap(({ now }) => now), ...day.tray].filter(({ match }) => isPlaying(match) || isCalled(match));
  for (const { match } of inPlay) {
    const { id, attended, state } = match;
    const where = { court: isolated(match.courtName ?? '') || versus(match) };
    const devices = lines.get(id)?.devices ?? [];
    const look = { words: t('alerts.look'), act: () => hands.open(id) };
    const gone = devices.find(({ presence }) => presence === 'gone');
    const isScored = state.status === 'scheduled' ? devices.some(({ presence }) => presence === 'active') : attended;
    if (!isScored && gone) alerts.push({ key: `gone-${id}`, bad: true, words: t('alerts.gone', { ...where, device: nameOf(gone) }), todo: look });
    else if (!isScored)
      nobody.push({ key: `nobody-${id}`, bad: isPlaying(match), words: t('alerts.nobody', where), todo: { words: t('referee.open'), act: () => hands.code(id) } });
    for (const device of devices) {
      const about = { ...where, device: nameOf(device) };
      const { unsent, battery } = device;
      if (unsent) alerts.push({ key: `unsent-${id}`, bad: device.presence === 'gone', words: t('alerts.unsent', { ...about, n: unsent }), todo: look });
      if (isLow(device)) alerts.push({ key: `battery-${id}`, bad: false, words: t('alerts.battery', { ...about, n: battery ?? 0 }) });
    }
  }
  return [...alerts, ...nobody];
}

/** @param {Day} day @param {Sources} sources @param {Hands} hands @returns {Alert[]} */
function ofPlay(day, { matches, swapped }, hands) {
  const contested = [...matches().values()].filter((match) => match.contested).map((match) => ({
    key: `contested-${match.id}`,
    bad: true,
    words: t('alerts.contested', { match: versus(match), key: match.key ?? '' }),
    ...(match.tournamentID ? { todo: { words: t('match.decide'), href: tournamentPath(match.tournamentID) } } : {}),
  }));
  const others = [...swapped.values()].map((match) => ({
    key: `sides-${match.id}`,
    bad: false,
    words: t('alerts.sides', { match: versus(match), key: match.key ?? isolated(match.courtName ?? '') }),
    todo: { words: t('alerts.seen'), act: () => hands.seen(match.id) },
  }));
  const lateCourts = day.courts.filter(({ lateMinutes }) => lateness(lateMinutes)).sort((a, b) => (b.lateMinutes ?? 0) - (a.lateMinutes ?? 0));
  const courts = lateCourts.slice(0, LATE_SHOWN).map(({ name, lateMinutes }) => t('alerts.lateCourt', { court: isolated(name), n: lateMinutes ?? 0 }));
  if (lateCourts.length > LATE_SHOWN) courts.push(t('control.more', { n: lateCourts.length - LATE_SHOWN }));
  const late = courts.length === 0 ? [] : [{
    key: 'late',
    bad: lateness(lateCourts[0]?.lateMinutes) === 'very-late',
    words: t('alerts.late', { courts: courts.join(', ') }),
    todo: { words: t('control.late'), act: () => hands.late() },
  }];
  return [...contested, ...late, ...others];
}

/** @param {Box|undefined} box @returns {Alert[]} */
function ofBox(box) {
  if (!box) return [];
  const todo = { words: t('venue.title'), act: () => openVenue(() => {}) };
  /** @type {(key: string, words: string, bad?: boolean) => Alert} */
  const alert = (key, words, bad = true) => ({ key, bad, words, todo });
  const failing = box.backups.filter(({ problem }) => problem !== null);
  return [
    box.fault !== null && alert('fault', t('alerts.fault', { why: box.fault })),
    box.freeBytes !== undefined && box.freeBytes < LOW_BYTES && alert('disk', t('alerts.disk')),
    failing[0] && alert('backup', t('alerts.backup', { folder: failing[0].folder }), false),
    box.leftAside.length > 0 && alert('aside', t('venue.leftAside')),
    box.guessing && alert('guessing', t('alerts.guessing', { n: box.guessing.tries })),
    isClockOff(box) && alert('clock', t('organiser.clockOff'), false),
  ].filter((each) => each !== false && each !== undefined);
}

/** The alerts of now, the worst first. @param {Day} day @param {Sources} sources @param {Hands} hands */
export const alertsOf = (day, sources, hands) =>
  [...ofBox(sources.box), ...ofPlay(day, sources, hands), ...ofMatches(day, sources, hands)].sort((a, b) => Number(b.bad) - Number(a.bad));

/** The list of alerts: a few at once, the others by a tap. */
export class Alerts {
  #list = h('ul', { class: 'desk-alerts', 'aria-live': 'polite' });
  #more = h('button', { type: 'button', class: 'button small' });
  #all = false;
  /** @type {Alert[]} */
  #alerts = [];
  /** @type {Map<string, {row: HTMLElement, look: string}>} */
  #rows = new Map();
  element = h('section', { class: 'desk-alerts-part' }, this.#list, this.#more);

  constructor() {
    this.#more.onclick = () => {
      this.#all = !this.#all;
      this.#show();
    };
    narrow.addEventListener('change', () => this.#show());
  }

  /** @param {Alert[]} alerts */
  update(alerts) {
    this.#alerts = alerts;
    this.#show();
  }

  #show() {
    const few = narrow.matches ? 2 : 4;
    const shown = this.#all ? this.#alerts : this.#alerts.slice(0, few);
    const before = this.#rows;
    this.#rows = new Map(shown.map((alert) => [alert.key, this.#rowOf(alert, before.get(alert.key))]));
    arrange(this.#list, [...this.#rows.values()].map(({ row }) => row));
    const hidden = this.#alerts.length - few;
    this.element.setAttribute('aria-label', t('alerts.title'));
    setOrHide(this.#more, hidden <= 0 ? '' : this.#all ? t('alerts.fewer') : t('alerts.more', { n: hidden }));
    this.#more.setAttribute('aria-expanded', String(this.#all));
  }

  /** @param {Alert} alert @param {{row: HTMLElement, look: string}|undefined} known */
  #rowOf({ key, bad, words, todo }, known) {
    const look = JSON.stringify([bad, todo?.words]);
    if (known?.look === look) {
      setText(/** @type {Element} */ (known.row.querySelector('.desk-alert-words')), words);
      return known;
    }
    const act = () => this.#alerts.find((alert) => alert.key === key)?.todo?.act?.();
    const button = todo && (todo.href ? h('a', { class: 'button small', href: todo.href }, todo.words) : h('button', { type: 'button', class: 'button small', onclick: act }, todo.words));
    const row = h('li', { class: 'desk-alert', 'data-alert': key, 'data-bad': String(bad) }, icon('broken'), h('span', { class: 'desk-alert-words' }, words), button);
    return { row, look };
  }
}
