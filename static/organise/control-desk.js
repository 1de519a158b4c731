/**
 * The control desk: a column for each court with what is on it and what comes, and a tray of what has no place.
 *
 * @typedef {import('../core/types.js').Match} Match
 * @typedef {import('./plan-requests.js').Plan} Plan
 * @typedef {import('./plan-requests.js').Planned} Planned
 */
import './ready.js';
import { api, ApiError } from '../core/api.js';
import { h, setText } from '../core/dom.js';
import { t, timeOfDay } from '../core/i18n.js';
import { isolated } from '../core/isolate.js';
import { scoreLine, statusOf, versus } from '../core/match.js';
import { inProgramme } from '../core/order.js';
import { inZoneOf } from '../core/programme.js';
import { openMatch } from '../components/match-dialog.js';
import { openLogIn } from '../components/organiser-forms.js';
import { refusalWords } from './panel.js';
import { openMove, openProposal, openSettings } from './plan-dialogs.js';
import { lockMatch, publishPlan, readPlan, undoPlan } from './plan-requests.js';

/** Changes that come within this time are shown at once. */
const GATHERED_MS = 300;
/** The results that a column still shows. */
const RESULTS = 1;
/** Someone who works here knows that the page hears of everything. @type {import('../core/socket.js').Link} */
const LIVE = { phase: 'live', freshAt: 0, code: null };

export class ControlDesk {
  #matches;
  /** @type {Plan|null} */
  #plan = null;
  #day = h('input', { type: 'date' });
  #said = h('p', { class: 'dialog-note', role: 'status' });
  #failed = h('p', { class: 'form-error', role: 'alert' });
  #tools = h('div', { class: 'control-tools' });
  #board = h('div', { class: 'control-board' });
  #tray = h('section', { class: 'control-tray' });
  #timer = 0;
  element = h('section', { class: 'control' }, this.#tools, this.#said, this.#failed, this.#board, this.#tray);

  /** @param {() => Map<string, Match>} matches those of the feed, as they now stand */
  constructor(matches) {
    this.#matches = matches;
    this.#day.onchange = () => this.look();
  }

  /** Reads the plan anew. */
  async look() {
    await this.#attempt(async () => this.#know(await readPlan(this.#day.value)));
  }

  planChanged() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.look(), GATHERED_MS);
  }

  /** A score, a call or a place has changed. */
  matchChanged() {
    clearTimeout(this.#timer);
    // A match at another place is in another row of the plan, too.
    this.#timer = setTimeout(() => (this.#isAsPlanned() ? this.#show() : this.look()), GATHERED_MS);
  }

  /** Says if the matches of the feed stand where the plan has them. */
  #isAsPlanned() {
    const planned = new Map(this.#plan?.matches.map((of) => [of.matchID, of]));
    return [...this.#matches().values()].every(({ id, plannedAt }) => !plannedAt || planned.get(id)?.at === plannedAt || !planned.has(id));
  }

  /** @param {Plan} plan */
  #know(plan) {
    this.#plan = plan;
    inZoneOf(plan.settings);
    this.#day.value = plan.day;
    this.#show();
  }

  /**
   * Does something, and says why it was refused. Where the log-in has ended, asks for it and goes on.
   *
   * @param {() => Promise<unknown>} action
   * @returns {Promise<void>}
   */
  async #attempt(action) {
    setText(this.#failed, '');
    try {
      await action();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const expired = error.status === 401 || error.status === 403;
      if (expired && (await openLogIn(t('organiser.expired')))) return await this.#attempt(action);
      setText(this.#failed, refusalWords(error));
    }
  }

  /** @param {string} words @param {() => Promise<unknown>} action @param {string} [look] @param {string} [label] */
  #button(words, action, look = '', label) {
    const onclick = () => this.#attempt(action);
    return h('button', { type: 'button', class: `button ${look}`, onclick, 'aria-label': label }, words);
  }

  #show() {
    const plan = this.#plan;
    if (!plan) return;
    this.#showTools(plan);
    const planned = new Map(plan.matches.map((of) => [of.matchID, of]));
    this.#board.replaceChildren(...plan.courts.map((court) => this.#column(court, planned)));
    const without = plan.unplannedIDs.flatMap((id) => this.#matches().get(id) ?? []).filter(({ courtID }) => courtID === null);
    this.#tray.hidden = without.length === 0;
    this.#tray.replaceChildren(
      h('h2', {}, t('control.tray', { n: without.length })),
      h('ul', { class: 'control-list' }, ...without.sort(inProgramme).map((match) => this.#item(match, undefined))),
    );
  }

  /** @param {Plan} plan */
  #showTools(plan) {
    const { settings, day } = plan;
    const unpublished = plan.matches.some(({ published }) => !published);
    const accepted = (/** @type {Plan|null} */ accepted) => accepted && this.#know(accepted);
    const zone = settings.timeZone;
    const matches = this.#matches();
    this.#tools.replaceChildren(
      h('label', { class: 'control-day' }, t('control.day'), ' ', this.#day),
      ...(zone
        ? [
            this.#button(t('control.plan'), async () => accepted(await openProposal('auto', day, matches, plan)), plan.matches.length === 0 ? 'primary' : ''),
            this.#button(t('control.late'), async () => accepted(await openProposal('late', day, matches, plan))),
            this.#button(t('control.publish'), async () => this.#know(await publishPlan(day)), unpublished ? 'primary' : ''),
          ]
        : []),
      this.#button(t('control.undo'), async () => {
        await undoPlan();
        await this.look();
      }),
      this.#button(t('control.settings'), async () => accepted(await openSettings(settings)), zone ? '' : 'primary'),
    );
    const ends = plan.endsAt ? t('control.ends', { time: timeOfDay(Date.parse(plan.endsAt), false, zone ?? 'UTC') }) : '';
    const open = plan.unplannedIDs.length > 0 ? t('control.unplanned', { n: plan.unplannedIDs.length }) : '';
    const draft = unpublished ? t('control.draft') : '';
    const clock = plan.clockIsSet ? '' : t('control.clock');
    setText(this.#said, [zone ? '' : t('control.zoneFirst'), clock, ends, open, draft].filter(Boolean).join(' · '));
  }

  /** @param {{courtID: string, name: string}} court @param {Map<string, Planned>} planned */
  #column({ courtID, name }, planned) {
    const placeOf = (/** @type {Match} */ match) => planned.get(match.id)?.courtID ?? match.courtID;
    const own = [...this.#matches().values()].filter((match) => placeOf(match) === courtID);
    const inPlan = (/** @type {Match} */ { id, plannedAt }) => planned.get(id)?.at ?? plannedAt ?? '\uffff';
    const waiting = own.filter(({ state }) => state.status === 'scheduled');
    waiting.sort((a, b) => (inPlan(a) < inPlan(b) ? -1 : inPlan(a) > inPlan(b) ? 1 : inProgramme(a, b)));
    waiting.sort((a, b) => Number(b.call === 'on_court' || b.call === 'called') - Number(a.call === 'on_court' || a.call === 'called'));
    const playing = own.filter(({ state }) => state.status === 'live' || state.status === 'suspended');
    const over = own.filter(({ state }) => state.status === 'finished').sort((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1));
    const shown = [...playing, ...waiting, ...over.slice(0, RESULTS)];
    return h(
      'section',
      { class: 'control-court', 'aria-label': isolated(name) },
      h('h2', {}, isolated(name)),
      shown.length === 0 ? h('p', { class: 'control-none' }, t('control.free')) : '',
      h('ol', { class: 'control-list' }, ...shown.map((match) => this.#item(match, planned.get(match.id)))),
    );
  }

  /** @param {Match} match @param {Planned|undefined} place */
  #item(match, place) {
    const { id, key, number, state } = match;
    const zone = this.#plan?.settings.timeZone ?? 'UTC';
    const time = place ? timeOfDay(Date.parse(place.at), false, zone) : '';
    const waits = state.status === 'scheduled';
    const { words } = statusOf(match, LIVE);
    const called = match.call !== 'planned' && waits;
    const label = (/** @type {string} */ what) => `${what}: ${versus(match)}`;
    return h(
      'li',
      { class: 'control-item', 'data-key': key ?? '', 'data-status': state.status, 'data-call': match.call },
      h('p', { class: 'control-head' }, h('strong', {}, time || '–'), ' ', [key, number && t('day.number', { n: number }), place?.locked && t('control.locked')].filter(Boolean).join(' · ')),
      h('p', { class: 'control-sides' }, versus(match), waits ? '' : h('strong', {}, ` ${scoreLine(match)}`)),
      called || !waits ? h('p', { class: 'control-status' }, words) : '',
      h(
        'div',
        { class: 'control-actions' },
        ...(waits ? this.#callButtons(match) : []),
        ...(waits && place ? [this.#lock(match, place)] : []),
        waits && !place?.locked ? this.#button(t('control.move'), () => this.#move(match), 'small quiet', label(t('control.move'))) : '',
        this.#button(t('manage.open'), async () => openMatch(id, this.#matches), 'small quiet', label(t('manage.open'))),
      ),
    );
  }

  /** @param {Match} match */
  #callButtons(match) {
    if (match.call === 'on_court') return [];
    const next = /** @type {const} */ ({ planned: 'soon', soon: 'called', called: 'on_court' })[match.call];
    const words = t(`deskCall.${next}`);
    const call = async () => this.#matches().set(match.id, await api.callMatch(match.id, next));
    const done = async () => {
      await call();
      this.#show();
    };
    return [this.#button(words, done, 'small', `${words}: ${versus(match)}`)];
  }

  /** @param {Match} match @param {Planned} place */
  #lock(match, { locked }) {
    const words = t(locked ? 'control.unlock' : 'control.lock');
    const toggle = async () => this.#know(await lockMatch(match.id, !locked));
    return this.#button(words, toggle, 'small quiet', `${words}: ${versus(match)}`);
  }

  /** @param {Match} match */
  async #move(match) {
    if (!this.#plan) return;
    if (await openMove(match, this.#plan, this.#matches())) await this.look();
  }
}
