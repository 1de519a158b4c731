/**
 * Sources of what the desk shows. It hears of the feed at once. It reads the plan when something in it has changed, and the
 * devices and the box now and then.
 *
 * @typedef {import('../../core/types.js').Match} Match
 * @typedef {import('../../core/types.js').DeskLine} DeskLine
 * @typedef {import('./requests.js').Plan} Plan
 *
 * @typedef {object} Feed
 * @property {() => Map<string, Match>} matches as they now stand
 * @property {() => import('../../core/socket.js').Link} link
 *
 * @typedef {object} Listener
 * @property {() => void} planned the plan is another one, or the matches are
 * @property {(match: Match) => void} scored only the score of a match has changed
 * @property {() => void} watched the devices or the box were looked at
 * @property {() => string} day the one that is shown; empty for today
 * @property {(action: () => Promise<unknown>) => Promise<void>} attempt does what nobody has asked for
 */
import { api } from '../../core/api.js';
import { timeOfDay } from '../../core/i18n.js';
import { inZoneOf } from '../../core/programme.js';
import { playTheSame } from '../../core/sides.js';
import { knowSports } from '../../core/sport.js';
import { isWaiting, outline } from './model.js';
import { readPlan } from './requests.js';

/** Changes that come within this time are looked at once. */
const GATHERED_MS = 300;
/** Lateness changes by itself. */
const PLAN_EVERY_MS = 30_000;
const DEVICES_EVERY_MS = 3_000;
const BOX_EVERY_MS = 60_000;

export class Sources {
  matches;
  link;
  /** @type {Plan|null} */
  plan = null;
  /** @type {Map<string, DeskLine>} */
  lines = new Map();
  /** @type {import('../../core/types.js').Box|undefined} */
  box;
  /** Matches that others play since this page was opened. @type {Map<string, Match>} */
  swapped = new Map();
  #listener;
  /** How far the clock of the box is ahead of this one. */
  #ahead_ms = 0;
  /** Counts the readings of the plan: an older one has nothing to say any more. */
  #readings = 0;
  #timer = 0;
  /** Matches as they were heard of last. @type {Map<string, {match: Match, outline: string}>} */
  #heard = new Map();

  /** @param {Feed} feed @param {Listener} listener */
  constructor({ matches, link }, listener) {
    this.matches = matches;
    this.link = link;
    this.#listener = listener;
  }

  /** Reads everything, and goes on doing so while somebody looks. */
  async open() {
    const whileSeen = (/** @type {() => unknown} */ action) => () => document.hidden || action();
    setInterval(whileSeen(() => this.look()), PLAN_EVERY_MS);
    setInterval(whileSeen(() => this.#lookAtDevices()), DEVICES_EVERY_MS);
    setInterval(whileSeen(() => this.#lookAtBox()), BOX_EVERY_MS);
    // What a set or a period is called is known by the sports.
    knowSports(await api.sports().catch(() => []));
    this.#hearAll();
    await Promise.all([this.look(), this.#lookAtDevices(), this.#lookAtBox()]);
  }

  /** Reads the plan anew. */
  async look() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    const reading = ++this.#readings;
    await this.#listener.attempt(async () => {
      const plan = await readPlan(this.#listener.day());
      if (reading === this.#readings) this.know(plan);
    });
  }

  /** @param {Plan} plan */
  know(plan) {
    this.plan = plan;
    this.#ahead_ms = Date.parse(plan.now) - Date.now();
    inZoneOf(plan.settings);
    this.#listener.planned();
  }

  /** Looks at the devices. Nobody has asked for it, so it may fail: the next look makes it good. */
  async #lookAtDevices() {
    const lines = await api.desk().catch(() => null);
    if (!lines) return;
    this.lines = new Map(lines.map((line) => [line.matchID, line]));
    this.#listener.watched();
  }

  async #lookAtBox() {
    const venue = await api.venue().catch(() => null);
    if (!venue) return;
    this.box = venue.box;
    this.#listener.watched();
  }

  planChanged() {
    this.#timer ||= setTimeout(() => this.look(), GATHERED_MS);
  }

  /** A match has changed: only its score, or what the lists depend on, too. @param {Match} match */
  matchChanged(match) {
    const before = this.#heard.get(match.id);
    const now = outline(match);
    this.#heard.set(match.id, { match, outline: now });
    if (before?.outline === now) return this.#listener.scored(match);
    const isOver = match.state.status === 'finished';
    if (before && !isOver && !playTheSame(before.match.sides, match.sides)) this.swapped.set(match.id, match);
    return this.planChanged();
  }

  /** The feed begins anew. */
  matchesChanged() {
    this.#hearAll();
    this.planChanged();
  }

  #hearAll() {
    this.#heard = new Map([...this.matches().values()].map((match) => [match.id, { match, outline: outline(match) }]));
  }

  /** The time by the clock of the box. */
  now = () => Date.now() + this.#ahead_ms;

  /** A moment as a time of the hall. @param {string} at */
  timeOf = (at) => timeOfDay(Date.parse(at), false, this.plan?.settings.timeZone ?? 'UTC');

  /** @param {string} id */
  placeOf = (id) => this.plan?.matches.find(({ matchID }) => matchID === id);

  /** Says if a match has not begun. @param {string} id */
  waits = (id) => {
    const match = this.matches().get(id);
    return match !== undefined && isWaiting(match);
  };
}
