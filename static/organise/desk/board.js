/**
 * The control desk: it knows the plan, the matches, their devices and the box, and hands them to its parts. A score touches
 * one card; whatever else changes is drawn again in place.
 *
 * @typedef {import('../../core/types.js').Match} Match
 * @typedef {import('../../core/types.js').DeskLine} DeskLine
 * @typedef {import('./requests.js').Plan} Plan
 * @typedef {import('./model.js').Stand} Stand
 *
 * @typedef {object} Hands what the parts may ask for
 * @property {() => import('../../core/socket.js').Link} link
 * @property {() => number} now by the clock of the box
 * @property {(at: string) => string} timeOf a moment as a time of the hall
 * @property {(id: string) => unknown} open
 * @property {(id: string) => unknown} code
 * @property {(id: string) => unknown} move
 * @property {(id: string) => Promise<unknown>} call
 * @property {(id: string) => boolean} isChosen
 * @property {(id: string, chosen: boolean, range: boolean) => void} choose
 * @property {(id: string) => void} seen its other sides need no telling any more
 * @property {() => unknown} late
 */
import '../ready.js';
import { api, ApiError } from '../../core/api.js';
import { h, setText } from '../../core/dom.js';
import { t, timeOfDay } from '../../core/i18n.js';
import { isolated } from '../../core/isolate.js';
import { versus } from '../../core/match.js';
import { inZoneOf } from '../../core/programme.js';
import { playTheSame } from '../../core/sides.js';
import { knowSports } from '../../core/sport.js';
import { openMatch } from '../../components/match-dialog.js';
import { openLogIn } from '../../components/organiser-forms.js';
import { openRefereeCode } from '../../components/referee-code.js';
import { phonesThatScore } from '../../components/rights-list.js';
import { refusalWords } from '../panel.js';
import { openProposal } from './proposal.js';
import { lockMatches, publishPlan, readPlan, undoPlan } from './requests.js';
import { Alerts, alertsOf } from './alerts.js';
import { listenToDrags } from './dragging.js';
import { Lists } from './lists.js';
import { dayOf, gapsOf, isWaiting, outline } from './model.js';
import { Moving } from './moving.js';
import { NextCallBox } from './next-call.js';
import { Selection } from './selection.js';
import { openSettings } from './settings.js';
import { Tools } from './tools.js';

/** Changes that come within this time are looked at once. */
const GATHERED_MS = 300;
/** Lateness changes by itself. */
const PLAN_EVERY_MS = 30_000;
const DEVICES_EVERY_MS = 3_000;
const BOX_EVERY_MS = 60_000;

export class ControlDesk {
  #matches;
  /** @type {Plan|null} */
  #plan = null;
  /** @type {import('./model.js').Day} */
  #day = { courts: [], tray: [] };
  /** @type {Map<string, DeskLine>} */
  #lines = new Map();
  /** @type {import('../../core/types.js').Box|undefined} */
  #box;
  /** How far the clock of the box is ahead of this one. */
  #ahead_ms = 0;
  /** Counts the readings of the plan: an older one has nothing to say any more. */
  #readings = 0;
  #timer = 0;
  /** Matches as they were heard of last. @type {Map<string, {match: Match, outline: string}>} */
  #heard = new Map();
  /** Matches that others play since this page was opened. @type {Map<string, Match>} */
  #swapped = new Map();
  #failed = h('p', { class: 'form-error', role: 'alert' });
  #phones = phonesThatScore(({ matchID, courtID }) => this.#nameOf(matchID, courtID));
  #alerts = new Alerts();
  #hands;
  #next;
  #tools;
  #lists;
  #selection;
  #moving;
  element;

  /** @param {{matches: () => Map<string, Match>, link: () => import('../../core/socket.js').Link}} feed */
  constructor({ matches, link }) {
    this.#matches = matches;
    this.#hands = this.#handsOf(link);
    this.#next = new NextCallBox(this.#hands);
    this.#tools = new Tools((tool) => this.#use(tool), () => this.look());
    this.#lists = new Lists(this.#hands, () => this.show());
    this.#selection = new Selection({
      onChange: () => this.show(),
      move: (ids) => this.#moving.start(this.#inOrder(ids)),
      lock: (ids, locked) => this.#attempt(async () => this.#know(await lockMatches(ids, locked))),
    });
    this.#moving = new Moving({
      plan: () => this.#plan,
      matches,
      timeOf: this.#hands.timeOf,
      columns: () => this.#lists.columns,
      gaps: (ids) => this.#gaps(new Set(ids)),
      attempt: (action) => this.#attempt(action),
      moved: () => this.#moved(),
      changed: () => this.show(),
    });
    const phones = h('div', { class: 'desk-phones' }, this.#phones.element);
    const hands = h('div', { class: 'desk-hands' }, this.#moving.element, this.#selection.element);
    const top = h('div', { class: 'desk-top' }, this.#next.element, this.#tools.element);
    this.element = h('section', { class: 'desk' }, this.#alerts.element, top, this.#failed, this.#lists.element, phones, hands);
    this.#selection.listen(this.#lists.element);
    listenToDrags(this.#lists.element, {
      mayMove: (id) => this.#plan?.settings.timeZone != null && this.#waits(id) && !this.#placeOf(id)?.locked,
      begin: (id) => this.#moving.start(this.#selection.has(id) ? this.#inOrder(this.#selection.ids) : [id], false),
      drop: (courtID, target) => this.#drop(courtID, target),
      leave: () => this.#moving.leave(),
    });
  }

  /** @param {() => import('../../core/socket.js').Link} link @returns {Hands} */
  #handsOf(link) {
    return {
      link,
      now: () => Date.now() + this.#ahead_ms,
      timeOf: (at) => timeOfDay(Date.parse(at), false, this.#plan?.settings.timeZone ?? 'UTC'),
      open: (id) => this.#attempt(() => openMatch(id, this.#matches)),
      code: (id) => openRefereeCode(/** @type {Match} */ (this.#matches().get(id))),
      move: (id) => this.#moving.start([id]),
      call: (id) => this.#call(id),
      isChosen: (id) => this.#selection.has(id),
      choose: (id, chosen, range) => this.#selection.choose(id, chosen, range),
      seen: (id) => {
        this.#swapped.delete(id);
        this.#showAlerts();
      },
      late: () => this.#use('late'),
    };
  }

  /** Reads everything, and goes on doing so. */
  async open() {
    const whileSeen = (/** @type {() => unknown} */ action) => () => document.hidden || action();
    setInterval(whileSeen(() => this.look()), PLAN_EVERY_MS);
    setInterval(whileSeen(() => this.#lookAtDevices()), DEVICES_EVERY_MS);
    setInterval(whileSeen(() => this.#lookAtBox()), BOX_EVERY_MS);
    // What a set or a period is called is known by the sports.
    knowSports(await api.sports().catch(() => []));
    this.matchesChanged();
    await Promise.all([this.look(), this.#lookAtDevices(), this.#lookAtBox()]);
  }

  /** Reads the plan anew. */
  async look() {
    const reading = ++this.#readings;
    await this.#attempt(async () => {
      const plan = await readPlan(this.#tools.day);
      if (reading === this.#readings) this.#know(plan);
    });
  }

  /** What nobody has asked for may fail: the next look makes it good. */
  async #lookAtDevices() {
    const lines = await api.desk().catch(() => null);
    if (!lines) return;
    this.#lines = new Map(lines.map((line) => [line.matchID, line]));
    this.#lists.know(this.#lines);
    this.#showAlerts();
    this.#showNext();
    await this.#phones.look().catch(() => {});
  }

  async #lookAtBox() {
    const venue = await api.venue().catch(() => null);
    if (!venue) return;
    this.#box = venue.box;
    this.#showAlerts();
  }

  planChanged() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.look(), GATHERED_MS);
  }

  /** A match has changed: only its score, or what the lists depend on, too. @param {Match} match */
  matchChanged(match) {
    const before = this.#heard.get(match.id);
    const now = outline(match);
    this.#heard.set(match.id, { match, outline: now });
    if (before?.outline === now) return this.#lists.score(match);
    if (before && match.state.status !== 'finished' && !playTheSame(before.match.sides, match.sides)) this.#swapped.set(match.id, match);
    return this.planChanged();
  }

  /** The feed begins anew. */
  matchesChanged() {
    this.#heard = new Map([...this.#matches().values()].map((match) => [match.id, { match, outline: outline(match) }]));
    this.planChanged();
  }

  /** @param {Plan} plan */
  #know(plan) {
    this.#plan = plan;
    this.#ahead_ms = Date.parse(plan.now) - Date.now();
    inZoneOf(plan.settings);
    this.show();
  }

  /** Shows all that is known, in the language of now. */
  show() {
    if (!this.#plan) return;
    this.#day = dayOf(this.#plan, this.#matches());
    this.#selection.keep((id) => this.#waits(id));
    this.#lists.update(this.#day, this.#plan);
    this.#moving.show();
    this.#showNext();
    this.#tools.update(this.#plan, this.#hands.timeOf);
    this.#showAlerts();
  }

  #showNext() {
    if (this.#plan) this.#next.update(this.#plan, this.#matches());
  }

  #showAlerts() {
    const known = { day: this.#day, lines: this.#lines, matches: this.#matches().values(), box: this.#box, swapped: this.#swapped };
    this.#alerts.update(alertsOf(known, this.#hands));
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

  /** @param {string} id */
  #waits(id) {
    const match = this.#matches().get(id);
    return match !== undefined && isWaiting(match);
  }

  /** @param {string} id */
  #placeOf = (id) => this.#plan?.matches.find(({ matchID }) => matchID === id);

  /** The name of what a phone may score. @param {string|null} matchID @param {string|null} courtID */
  #nameOf(matchID, courtID) {
    const match = this.#matches().get(matchID ?? '');
    const court = this.#plan?.courts.find((court) => court.courtID === courtID);
    return match ? versus(match) : court ? isolated(court.name) : t('phones.elsewhere');
  }

  /** Matches as they are played one after the other. @param {string[]} ids */
  #inOrder(ids) {
    const stands = [...this.#day.courts.flatMap(({ queue }) => queue), ...this.#day.tray];
    const at = (/** @type {string} */ id) => stands.find(({ match }) => match.id === id)?.at ?? '\uffff';
    return [...ids].sort((a, b) => (at(a) < at(b) ? -1 : at(a) > at(b) ? 1 : 0));
  }

  /** @param {Set<string>} ids @returns {import('./moving.js').FreePlace[]} */
  #gaps(ids) {
    const plan = this.#plan;
    if (!plan) return [];
    return this.#day.courts.flatMap((court) =>
      gapsOf(plan, court, ids, this.#hands.now()).map((from) => ({ courtID: court.courtID, from, to: from })),
    );
  }

  /** @param {string} id */
  #call(id) {
    const court = this.#plan?.calls?.find(({ matchID }) => matchID === id)?.courtID;
    return this.#attempt(async () => {
      this.#matches().set(id, await api.callMatch(id, 'called', court));
      await this.look();
    });
  }

  /** @param {string} courtID @param {{at: string}|{y: number}} target */
  #drop(courtID, target) {
    const at = 'at' in target ? target.at : this.#lists.columns.get(courtID)?.momentAt(target.y, this.#plan?.settings.changeover ?? 0);
    if (at) this.#moving.take(courtID, at);
    else this.#moving.leave();
  }

  async #moved() {
    this.#selection.clear();
    await this.look();
  }

  /** @param {import('./tools.js').Tool} tool */
  #use(tool) {
    const plan = this.#plan;
    if (!plan) return undefined;
    const { day } = plan;
    const accepted = (/** @type {Plan|null} */ plan) => plan && this.#know(plan);
    const tools = {
      plan: async () => accepted(await openProposal('auto', day, this.#matches(), plan)),
      late: async () => accepted(await openProposal('late', day, this.#matches(), plan)),
      publish: async () => this.#know(await publishPlan(day)),
      undo: async () => {
        await undoPlan();
        await this.look();
      },
      settings: async () => {
        await openSettings(plan, this.#matches());
        await this.look();
      },
    };
    return this.#attempt(tools[tool]);
  }
}
