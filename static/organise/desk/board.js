/**
 * The control desk: it puts the parts of the page together, and does what they ask for. A score touches one card; whatever
 * else changes is drawn again in place.
 *
 * @typedef {import('../../core/types.js').Match} Match
 * @typedef {import('./requests.js').Plan} Plan
 *
 * @typedef {object} Hands what the parts may ask for
 * @property {() => import('../../core/socket.js').Link} link
 * @property {() => number} now by the clock of the box
 * @property {(at: string) => string} timeOf a moment as a time of the hall
 * @property {(id: string) => unknown} open
 * @property {(id: string) => unknown} code
 * @property {(id: string) => unknown} move
 * @property {(id: string) => boolean} isMoved
 * @property {(id: string) => Promise<unknown>} call
 * @property {(id: string) => boolean} isChosen
 * @property {(id: string, chosen: boolean, range: boolean) => void} choose
 * @property {(id: string) => void} seen its other sides need no telling any more
 * @property {() => unknown} late
 */
import '../ready.js';
import { api, ApiError } from '../../core/api.js';
import { h, setText } from '../../core/dom.js';
import { t } from '../../core/i18n.js';
import { isolated } from '../../core/isolate.js';
import { versus } from '../../core/match.js';
import { openMatch } from '../../components/match-dialog.js';
import { openLogIn } from '../../components/organiser-forms.js';
import { openRefereeCode } from '../../components/referee-code.js';
import { phonesThatScore } from '../../components/rights-list.js';
import { refusalWords } from '../panel.js';
import { Alerts, alertsOf } from './alerts.js';
import { listenToDrags } from './dragging.js';
import { Lists } from './lists.js';
import { dayOf, gapsOf, inOrder } from './model.js';
import { Moving } from './moving.js';
import { NextCallBox } from './next-call.js';
import { openProposal } from './proposal.js';
import { lockMatches, publishPlan, undoPlan } from './requests.js';
import { Selection } from './selection.js';
import { openSettings } from './settings.js';
import { Sources } from './sources.js';
import { Tools } from './tools.js';

export class ControlDesk {
  /** @type {import('./model.js').Day} */
  #day = { courts: [], tray: [] };
  #failed = h('p', { class: 'form-error', role: 'alert' });
  #phones = this.#phonesOf();
  #phonesPlace = h('div', { class: 'desk-phones' }, this.#phones.element);
  #alerts = new Alerts();
  #sources;
  #hands;
  #next;
  #tools;
  #lists;
  #selection;
  #moving;
  element;

  /** @param {import('./sources.js').Feed} feed */
  constructor(feed) {
    this.#sources = new Sources(feed, {
      planned: () => this.show(),
      scored: (match) => this.#lists.score(match),
      watched: () => this.#showWatched(),
      day: () => this.#tools.day,
      attempt: (action) => this.#attempt(action, false),
    });
    this.#hands = this.#handsOf();
    this.#next = new NextCallBox(this.#hands);
    this.#tools = new Tools((tool) => this.#use(tool), () => this.#sources.look());
    this.#lists = new Lists(this.#hands, () => this.show());
    this.#selection = new Selection({
      onChange: () => this.show(),
      move: (ids) => this.#moving.start(inOrder(this.#day, ids)),
      lock: (ids, locked) => this.#attempt(async () => this.#sources.know(await lockMatches(ids, locked))),
    });
    this.#moving = new Moving({
      sources: this.#sources,
      columns: () => this.#lists.columns,
      gaps: (plan, ids) => gapsOf(plan, this.#day, new Set(ids), this.#sources.now()),
      attempt: (action) => this.#attempt(action),
      moved: () => this.#moved(),
      changed: () => this.show(),
    });
    this.element = h(
      'section',
      { class: 'desk' },
      this.#alerts.element,
      h('div', { class: 'desk-top' }, this.#next.element, this.#tools.element),
      this.#lists.element,
      this.#phonesPlace,
      h('div', { class: 'desk-hands' }, this.#failed, this.#moving.element, this.#selection.element),
    );
    this.#selection.listen(this.#lists.element);
    listenToDrags(this.#lists.element, {
      mayMove: (id) => this.#sources.waits(id) && !this.#sources.placeOf(id)?.locked,
      begin: (id) => this.#moving.start(this.#selection.has(id) ? inOrder(this.#day, this.#selection.ids) : [id], false),
      drop: (courtID, target) => this.#drop(courtID, target),
      leave: () => this.#moving.leave(),
    });
  }

  /** @returns {Hands} */
  #handsOf() {
    const { matches, link, now, timeOf, swapped } = this.#sources;
    return {
      link,
      now,
      timeOf,
      open: (id) => this.#attempt(() => openMatch(id, matches)),
      code: (id) => openRefereeCode(/** @type {Match} */ (matches().get(id))),
      move: (id) => this.#moving.start([id]),
      isMoved: (id) => this.#moving.has(id),
      call: (id) => this.#call(id),
      isChosen: (id) => this.#selection.has(id),
      choose: (id, chosen, range) => this.#selection.choose(id, chosen, range),
      seen: (id) => {
        swapped.delete(id);
        this.#showAlerts();
      },
      late: () => this.#use('late'),
    };
  }

  open() {
    return this.#sources.open();
  }

  /** Hears of the feed. @param {import('../../core/types.js').Frame} frame */
  receive({ type, match }) {
    if (type === 'welcome') this.#sources.matchesChanged();
    else if (type === 'match') this.#sources.matchChanged(match);
    else if (['match_deleted', 'tournament', 'plan'].includes(type)) this.#sources.planChanged();
  }

  /** Says everything in another language. */
  translate() {
    this.#phones = this.#phonesOf();
    this.#phonesPlace.replaceChildren(this.#phones.element);
    this.show();
    this.#showWatched();
  }

  #phonesOf() {
    return phonesThatScore(({ matchID, courtID }) => this.#nameOf(matchID, courtID));
  }

  /** Shows all that is known. */
  show() {
    const { plan, matches, waits, timeOf } = this.#sources;
    if (!plan) return;
    this.#day = dayOf(plan, matches());
    this.#selection.keep(waits);
    this.#lists.update(this.#day, plan);
    this.#moving.show();
    this.#next.update(plan, matches());
    this.#tools.update(plan, timeOf);
    this.#showAlerts();
  }

  #showAlerts() {
    this.#alerts.update(alertsOf(this.#day, this.#sources, this.#hands));
  }

  /** Shows what the desk sees by looking: devices, and what has become due meanwhile. */
  #showWatched() {
    const { plan, matches, lines } = this.#sources;
    this.#lists.know(lines);
    if (plan) this.#next.update(plan, matches());
    this.#showAlerts();
    this.#phones.look().catch(() => {});
  }

  /**
   * Does something, and says why it was refused. Where the log-in has ended, asks for it and goes on.
   *
   * @param {() => Promise<unknown>} action
   * @param {boolean} [asked] the organiser has asked for it: what was said before is over
   * @returns {Promise<void>}
   */
  async #attempt(action, asked = true) {
    if (asked) this.#say('');
    try {
      await action();
      if (!asked && this.#failed.hasAttribute('data-unasked')) this.#say('');
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const expired = error.status === 401 || error.status === 403;
      if (expired && (await openLogIn(t('organiser.expired')))) return await this.#attempt(action, asked);
      this.#say(refusalWords(error), !asked);
    }
  }

  /** @param {string} words @param {boolean} [unasked] */
  #say(words, unasked = false) {
    setText(this.#failed, words);
    this.#failed.toggleAttribute('data-unasked', unasked);
  }

  /** The name of what a phone may score. @param {string|null} matchID @param {string|null} courtID */
  #nameOf(matchID, courtID) {
    const match = this.#sources.matches().get(matchID ?? '');
    const court = this.#sources.plan?.courts.find((court) => court.courtID === courtID);
    return match ? versus(match) : court ? isolated(court.name) : t('phones.elsewhere');
  }

  /** @param {string} id */
  #call(id) {
    const { plan, matches } = this.#sources;
    const court = plan?.calls?.find(({ matchID }) => matchID === id)?.courtID;
    return this.#attempt(async () => {
      matches().set(id, await api.callMatch(id, 'called', court));
      await this.#sources.look();
    });
  }

  /** @param {string} courtID @param {{at: string}|{y: number}} target */
  #drop(courtID, target) {
    const changeover = this.#sources.plan?.settings.changeover ?? 0;
    const at = 'at' in target ? target.at : this.#lists.columns.get(courtID)?.momentAt(target.y, changeover);
    if (at) this.#moving.take(courtID, at);
    else this.#moving.leave();
  }

  async #moved() {
    this.#selection.clear();
    await this.#sources.look();
  }

  /** @param {import('./tools.js').Tool} tool */
  #use(tool) {
    const { plan, matches } = this.#sources;
    if (!plan) return undefined;
    const { day } = plan;
    const know = (/** @type {Plan|null} */ plan) => plan && this.#sources.know(plan);
    const tools = {
      plan: async () => know(await openProposal('auto', day, matches(), plan)),
      late: async () => know(await openProposal('late', day, matches(), plan)),
      publish: async () => know(await publishPlan(day)),
      undo: async () => {
        await undoPlan();
        await this.#sources.look();
      },
      settings: async () => {
        await openSettings(plan, matches());
        await this.#sources.look();
      },
    };
    return this.#attempt(tools[tool]);
  }
}
