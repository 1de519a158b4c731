/**
 * The organiser's desk: every match that is not over, who scores it with which device, how far that device is behind, and
 * on which court it is played.
 *
 * @typedef {import('../core/types.js').Match} Match
 * @typedef {import('../core/types.js').Court} Court
 * @typedef {import('../core/types.js').DeskLine} DeskLine
 * @typedef {import('../core/types.js').DeskDevice} DeskDevice
 */
import { api, ApiError, localTime } from '../core/api.js';
import { h, setText } from '../core/dom.js';
import { ago, t } from '../core/i18n.js';
import { icon } from '../core/icons.js';
import { isolated } from '../core/isolate.js';
import { spokenScore, tournamentPath, versus } from '../core/match.js';
import '../organise/ready.js';
import { confirmed } from './confirmed.js';
import { openDialog } from './dialog.js';
import { phonesThatScore } from './rights-list.js';

const EVERY_MS = 3_000;
/** Less than this, and a phone may not last to the end of its match. */
const LOW_BATTERY = 15;

/** @param {DeskDevice} device "iPhone · keeps the score · 3 taps not yet sent · battery 12 %" */
function deviceLine({ name, presence, since, battery, unsent }) {
  const says = [
    isolated(name ?? t('desk.unnamed')),
    t(`desk.${presence}`, { ago: ago(localTime(since)) }),
    unsent ? t('desk.unsent', { n: unsent }) : '',
    battery === null ? '' : t('desk.battery', { n: battery }),
  ].filter(Boolean);
  const worry = presence === 'gone' || (battery !== null && battery <= LOW_BATTERY) || (unsent ?? 0) > 0;
  return h('li', { class: worry ? 'desk-device worry' : 'desk-device' }, worry && icon('broken'), says.join(' · '));
}

/** Court by court, what is on none at the end. @param {Match} match */
const placeOf = ({ courtName, state }) => `${courtName ?? '\uffff'} ${state.status === 'scheduled' ? 1 : 0}`;

/** How long it has been going on. @param {Match} match @param {string|null} begunAt */
function elapsed({ state }, begunAt) {
  if (!begunAt || (state.status !== 'live' && state.status !== 'suspended')) return '';
  return t('desk.elapsed', { n: Math.floor((Date.now() - localTime(begunAt)) / 60_000) });
}

/** A match that was played by others than the results now say. @param {Match} match */
function alertOf(match) {
  const words = t('desk.contested', { match: versus(match), key: match.key ?? '' });
  const decide = match.tournamentID && h('a', { class: 'button small', href: tournamentPath(match.tournamentID) }, t('match.decide'));
  return h('li', { class: 'desk-alert' }, icon('broken'), h('span', {}, words), decide);
}

/** @param {() => Map<string, Match>} matches those of the feed, as they now stand */
export async function openDesk(matches) {
  const list = h('ul', { class: 'desk' });
  const failed = h('p', { class: 'form-error', role: 'alert' });
  const courts = await api.courts();
  /** @type {Map<string, {row: HTMLElement, score: HTMLElement, devices: HTMLElement, court: HTMLSelectElement}>} */
  const rows = new Map();

  /** @param {() => Promise<unknown>} action @returns {Promise<boolean>} if it was done */
  const attempt = async (action) => {
    try {
      await action();
      setText(failed, '');
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setText(failed, error.words);
      return false;
    }
  };
  /** @param {Match} match */
  const rowOf = (match) => {
    const places = [{ id: '', name: t('matchForm.noCourt') }, ...courts];
    const court = h('select', { 'aria-label': t('desk.court', { match: versus(match) }) });
    court.append(...places.map(({ id, name }) => h('option', { value: id }, name)));
    const now = () => matches().get(match.id) ?? match;
    court.onchange = async () => {
      const change = { courtID: court.value || null };
      const changed = await attempt(() => confirmed((more) => api.amendMatch(now(), { ...change, ...more })));
      if (!changed) court.value = now().courtID ?? '';
    };
    const parts = { score: h('p', { class: 'desk-score' }), devices: h('ul', { class: 'desk-devices' }), court };
    const row = h('li', {}, h('div', { class: 'desk-head' }, h('h3', {}, versus(match)), court), parts.score, parts.devices);
    return { row, ...parts };
  };
  const alerts = h('ul', { class: 'desk-alerts' });
  const showAlerts = () => {
    const contested = [...matches().values()].filter((match) => match.contested);
    const key = contested.map(({ id }) => id).join();
    if (alerts.dataset['key'] === key) return;
    alerts.dataset['key'] = key;
    alerts.replaceChildren(...contested.map(alertOf));
  };
  /** @param {DeskLine[]} lines */
  const show = (lines) => {
    showAlerts();
    const known = lines.flatMap((line) => {
      const match = matches().get(line.matchID);
      return match ? [{ ...line, match }] : [];
    });
    known.sort((a, b) => placeOf(a.match).localeCompare(placeOf(b.match), undefined, { numeric: true }));
    for (const [id, { row }] of rows) if (!known.some(({ matchID }) => matchID === id)) rows.delete(id) && row.remove();
    for (const { matchID, match, devices, watchers, begunAt } of known) {
      const parts = rows.get(matchID) ?? rowOf(match);
      rows.set(matchID, parts);
      const place = known.findIndex((line) => line.matchID === matchID);
      if (list.children[place] !== parts.row) list.insertBefore(parts.row, list.children[place] ?? null);
      setText(parts.score, [spokenScore(match), elapsed(match, begunAt), t('desk.watchers', { n: watchers })].filter(Boolean).join(' · '));
      if (document.activeElement !== parts.court) parts.court.value = match.courtID ?? '';
      const said = devices.length > 0 ? devices.map(deviceLine) : [h('li', { class: 'desk-device' }, t('desk.nobody'))];
      if (said.map((line) => line.textContent).join() !== [...parts.devices.children].map((line) => line.textContent).join())
        parts.devices.replaceChildren(...said);
    }
    setText(none, known.length === 0 ? t('desk.none') : '');
    const idle = courts.filter(({ id }) => !known.some(({ match }) => match.courtID === id)).map(({ name }) => isolated(name));
    setText(free, idle.length > 0 ? t('desk.free', { courts: idle.join(', ') }) : '');
  };
  const none = h('p', { class: 'dialog-text' });
  const free = h('p', { class: 'dialog-note' });
  const phones = phonesThatScore(({ matchID, courtID }) => {
    const match = matches().get(matchID ?? '');
    return match ? versus(match) : (courts.find(({ id }) => id === courtID)?.name ?? t('phones.elsewhere'));
  });
  const look = () =>
    attempt(async () => {
      show(await api.desk());
      await phones.look();
    });
  await look();
  const dialog = openDialog(t('desk.title'), h('div', { role: 'alert' }, alerts), none, list, free, phones.element, failed);
  const timer = setInterval(look, EVERY_MS);
  dialog.addEventListener('close', () => clearInterval(timer));
}
