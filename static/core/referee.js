/**
 * A referee's side of a match: taps go to the outbox at once and from there to the server one by one, each after the
 * `ack` of the one before, so that they arrive in order and exactly once whatever the network does.
 *
 * @typedef {import('./types.js').Match} Match
 * @typedef {import('./types.js').State} State
 * @typedef {import('./types.js').Side} Side
 * @typedef {import('./types.js').MatchEvent} MatchEvent
 * @typedef {{seq?: number, event: MatchEvent, time?: number}} Line `time`: in milliseconds, by this phone's clock
 *
 * @typedef {object} View what the pad shows
 * @property {Match|null} match its state with the unsent taps, as far as this phone can tell
 * @property {import('./socket.js').Link} link
 * @property {boolean} standby another device holds the match
 * @property {Record<Side, number|null>|null} lastPoints what each side scored last, where that is known
 * @property {MatchEvent|null} last what an undo would take back, as far as this phone knows
 * @property {number|null} clockSince when the clock was last touched, in milliseconds by this phone's clock
 * @property {number} unsent
 * @property {boolean} kept false where this browser cannot store what is unsent
 * @property {string|null} hurdle the code of a refusal that will pass
 * @property {import('./outbox.js').Tap[]} refused
 * @property {(import('./seen-sides.js').Change & {n: number})|null} forOthers taps that were made for other teams than play
 *   now: nothing is sent before the referee has said for whom they were
 * @property {import('./seen-sides.js').Change|null} changed other teams play since a moment ago
 */
import { api, localTime, plain, request } from './api.js';
import { startedLate } from './clock.js';
import { deviceId } from './device-report.js';
import { uuid } from './dom.js';
import { followUndo, lastPoints } from './history.js';
import { Outbox } from './outbox.js';
import { MatchFold } from './scoring/fold.js';
import { readPlay } from './scoring/play.js';
import { Refusal } from './scoring/refusal.js';
import { openWith } from './secure/channel.js';
import { nextNumber, signature } from './secure/keys.js';
import { CLOSED, LiveSocket } from './socket.js';
import { SeenSides, madeForOthers } from './seen-sides.js';
import { areSidesKnown } from './sides.js';
import { recall, remember } from './storage.js';
import { onceAFrame } from './store.js';

/** Refusals that say "not now": the event stays in the outbox. */
const PASSING = new Set(['standby', 'rate_limited', 'storage_unavailable']);
/** The server takes 50 frames a second from a referee. */
const PACE_MS = 25;
const HURDLE_WAIT_MS = 2_000;
/** So often a pad that waits for its sides asks who they are. */
const SIDES_EVERY_MS = 5_000;
/** An answer takes milliseconds. When none comes, the connection only looks open. */
const ANSWER_TIMEOUT_MS = 8_000;

export class Referee {
  #matchID;
  #credential;
  #onChange;
  #outbox;
  #socket;
  #seen;
  /** @type {Match|null} */
  #match;
  /** @type {Map<number, Line>} */
  #history = new Map();
  #standby = false;
  #takeover = false;
  /** @type {string|null} */
  #hurdle = null;
  /** What is on its way, as it was sent. @type {{id: string, event: MatchEvent, time: number}|null} */
  #inFlight = null;
  #sendTimer = 0;
  #answerTimer = 0;
  #catchUpTimer = 0;
  #sidesTimer = 0;

  /**
   * @param {string} matchID
   * @param {import('./credential.js').Credential|null} credential what gives the right to score, where one is needed
   * @param {(view: View) => void} onChange
   */
  constructor(matchID, credential, onChange) {
    this.#matchID = matchID;
    this.#credential = credential;
    this.#onChange = onceAFrame(() => onChange(this.view));
    this.#match = recall(`match:${matchID}`, null);
    this.#outbox = new Outbox(matchID, this.#onChange);
    this.#seen = new SeenSides(this.#onChange);
    this.#socket = new LiveSocket({
      path: () => this.#way(),
      onFrame: (frame) => this.#receive(frame),
      onLink: (link) => {
        if (link.phase !== 'live') this.#settle();
        this.#onChange();
      },
      whyRefused: () => this.#whyRefused(),
    });
  }

  /** Nothing is shown before the outbox was looked into: "all saved" must be true. */
  async open() {
    await this.#outbox.open();
    this.#onChange();
    this.#socket.open();
  }

  /** @param {MatchEvent} event */
  record(event) {
    const sides = this.#match?.sides ?? null;
    this.#outbox.add({ ...event, id: uuid() }, sides, () => this.#match && this.#foresee(this.#match));
    this.#sendNext();
  }

  undo() {
    const target = this.#lines().counting.pop();
    this.record(target?.seq ? { type: 'undo', detail: { seq: target.seq } } : { type: 'undo' });
  }

  takeOver() {
    this.#takeover = true;
    this.#socket.reconnect();
  }

  retryNow() {
    this.#socket.retryNow();
  }

  forgetRefused() {
    this.#outbox.forgetRefused();
  }

  /** Throws away the taps that were made for other teams. */
  discardForOthers() {
    this.#outbox.discard(this.#forOthers());
    this.#sendNext();
  }

  /** The taps were for these teams after all. @param {import('./sides.js').Sides} sides */
  sendForOthers(sides) {
    this.#outbox.dedicate(this.#forOthers(), sides);
    this.#sendNext();
  }

  /** @returns {View} */
  get view() {
    const { counting } = this.#lines();
    return {
      match: this.#match && { ...this.#match, state: this.#foresee(this.#match) },
      link: this.#socket.link,
      standby: this.#standby,
      lastPoints: this.#match && this.#known() >= this.#match.seq ? lastPoints(counting) : null,
      last: counting[counting.length - 1]?.event ?? null,
      clockSince: this.#clockSince(counting),
      unsent: this.#outbox.pending.length,
      kept: this.#outbox.kept,
      hurdle: this.#hurdle,
      refused: this.#outbox.refused,
      forOthers: this.#question(),
      changed: this.#seen.changed,
    };
  }

  /** Up to which `seq` the history is here without a gap. */
  #known() {
    let seq = 0;
    while (this.#history.has(seq + 1)) seq += 1;
    return seq;
  }

  /** The taps whose answer is missing, without those that the history shows to have arrived. */
  #unanswered() {
    const arrived = new Set([...this.#history.values()].map(({ event }) => event.id));
    return this.#outbox.pending.filter(({ event }) => !arrived.has(event.id));
  }

  /** Those of them that were made for other teams than play now. They change nothing that is shown. */
  #forOthers() {
    return madeForOthers(this.#unanswered(), this.#match?.sides);
  }

  #question() {
    const taps = this.#forOthers();
    const before = taps[0]?.sides;
    return this.#match && before ? { before, now: this.#match.sides, n: taps.length } : null;
  }

  /** The others: they will count as they are. */
  #foreseen() {
    const strange = this.#forOthers();
    return this.#unanswered().filter((tap) => !strange.includes(tap));
  }

  /** What is known to have been recorded, the unsent taps included. */
  #lines() {
    /** @type {Line[]} */
    const known = [...this.#history.entries()].sort(([a], [b]) => a - b).map(([, line]) => line);
    for (const { event, tappedAt } of this.#foreseen()) known.push({ event, time: tappedAt });
    return followUndo(known);
  }

  /**
   * What the server will say once it has the unsent taps: the same engine, folding the same events. Without the whole
   * history it cannot know, and shows what the server last said.
   *
   * @param {Match} match
   * @returns {State}
   */
  #foresee({ rules, state, seq }) {
    const unanswered = this.#foreseen();
    if (!rules || unanswered.length === 0 || this.#known() < seq) return state;
    const fold = new MatchFold(rules);
    for (let at = 1; at <= this.#known(); at += 1) fold.apply(playOf(this.#history.get(at)?.event));
    for (const { event } of unanswered) {
      const play = readPlay(event);
      if (!(play instanceof Refusal || fold.judge(play) instanceof Refusal)) fold.apply(play);
    }
    return fold.state();
  }

  /** @param {Record<string, any>} entry of the server, or the frame that brings it */
  #note({ seq, at, event }) {
    if (this.#history.has(seq)) return;
    this.#history.set(seq, { seq, event, ...(at ? { time: localTime(at) } : {}) });
  }

  /** @param {Line[]} counting */
  #clockSince(counting) {
    const touched = [...counting].reverse().find(({ event }) => event.type === 'clock');
    if (touched) return touched.time ?? null;
    return this.#match?.clockAt ? localTime(this.#match.clockAt) : null;
  }

  /**
   * Where to connect, and how each event is sent there. The secret stays here: the keys of a new channel prove that this phone
   * has it, and no frame is good for a second time.
   *
   * @returns {Promise<import('./socket.js').Way>}
   */
  async #way() {
    const query = new URLSearchParams({ matchID: this.#matchID, device: deviceId() });
    if (this.#takeover) query.set('takeover', '1');
    if (!this.#credential) return { path: `/referee?${query}`, wrap: (event) => event };
    const { root, session } = this.#credential;
    const keys = await openWith(root);
    query.set('channel', keys.channel);
    if (session) query.set('session', session);
    const target = `/referee?${query}`;
    const wrap = (/** @type {string} */ event) => {
      const n = nextNumber(keys);
      return JSON.stringify({ n, mac: signature(keys, n, 'frame', '', event), event });
    };
    return { path: `${target}&proof=${signature(keys, 0, 'GET', target, '')}`, wrap };
  }

  /** @param {import('./types.js').Frame} frame */
  #receive(frame) {
    if (frame.type === 'welcome') this.#welcome(frame);
    else if (frame.type === 'standby' || frame.type === 'active') this.#standby = frame.type === 'standby';
    else if (frame.type === 'ack') this.#acknowledged(frame);
    else if (frame.type === 'refused') this.#refused(frame);
    else if (frame.type === 'event') this.#note(frame);
    this.#know(frame);
    this.#sendNext();
    this.#onChange();
  }

  /** @param {import('./types.js').Frame} frame */
  #welcome({ match, seq }) {
    const { rules, variant, guardMs, revision, sides } = this.#match ?? {};
    this.#seen.see(sides, match.sides);
    // What an organiser has changed meanwhile may be the rules: they are asked for again.
    this.#match = { ...match, ...(rules && revision === match.revision ? { rules, variant, guardMs } : {}) };
    this.#standby = false;
    this.#takeover = false;
    this.#hurdle = null;
    // The server knows less than this phone: a backup was restored. Its history is the truth.
    if (this.#known() > seq) this.#history.clear();
    this.#catchUp();
    this.#lookForSides();
  }

  /** The referee's connection tells scores; who has won another match is asked for, as long as it matters. */
  #lookForSides() {
    clearTimeout(this.#sidesTimer);
    if (!this.#match || areSidesKnown(this.#match)) return;
    this.#sidesTimer = setTimeout(async () => {
      const told = await api.match(this.#matchID).catch(() => null);
      if (told && this.#match) {
        this.#seen.see(this.#match.sides, told.sides);
        this.#match = { ...this.#match, sides: told.sides };
      }
      this.#onChange();
      this.#lookForSides();
    }, SIDES_EVERY_MS);
  }

  /** @param {import('./types.js').Frame} frame */
  #know({ state, seq }) {
    if (!this.#match || !state) return;
    this.#match = { ...this.#match, state, status: state.status, seq: Math.max(seq ?? 0, this.#match.seq) };
    remember(`match:${this.#matchID}`, this.#match);
  }

  /** Asks for the rules and the history: the pad needs both to say what a tap will do. Without them it still works. */
  async #catchUp() {
    clearTimeout(this.#catchUpTimer);
    try {
      if (this.#match && !this.#match.rules) {
        const { rules = null, variant = null, guardMs = null } = await api.match(this.#matchID);
        if (rules) this.#match = { ...this.#match, rules, variant, guardMs };
      }
      while (this.#known() < (this.#match?.seq ?? 0)) {
        const entries = await api.events(this.#matchID, this.#known());
        if (entries.length === 0) break;
        for (const entry of entries) this.#note(entry);
      }
    } catch {
      this.#catchUpTimer = setTimeout(() => this.#socket.link.phase === 'live' && this.#catchUp(), HURDLE_WAIT_MS);
    }
    this.#onChange();
  }

  /** @param {import('./types.js').Frame} frame */
  #acknowledged({ id, seq, duplicate = false }) {
    const sent = this.#inFlight?.id === id ? this.#inFlight : null;
    // A duplicate may have arrived in an earlier wording: the server's history has it.
    if (sent && !duplicate) this.#history.set(seq, { seq, event: sent.event, time: sent.time });
    if (sent) this.#settle();
    this.#hurdle = null;
    this.#outbox.acknowledge(id);
    if (duplicate) this.#catchUp();
  }

  /** @param {import('./types.js').Frame} frame */
  #refused({ id, code, message, state = null }) {
    if (this.#inFlight?.id === id) this.#settle();
    if (!PASSING.has(code)) return this.#outbox.refuse(id, { code, message, server: state });
    if (code === 'standby') this.#standby = true;
    else this.#hurdle = code;
    this.#sendNextIn(HURDLE_WAIT_MS);
  }

  /** The event on its way has its answer, or never will have. */
  #settle() {
    clearTimeout(this.#answerTimer);
    this.#inFlight = null;
  }

  #sendNext() {
    const [tap] = this.#outbox.pending;
    if (!tap || !this.#match || this.#inFlight || this.#sendTimer || this.#standby) return;
    if (this.#forOthers().length > 0) return;
    const late = startedLate(tap.event, this.#match, Date.now() - tap.tappedAt);
    if (!this.#socket.send(late)) return;
    this.#inFlight = { id: tap.event.id, event: late, time: late === tap.event ? tap.tappedAt : Date.now() };
    this.#answerTimer = setTimeout(() => this.#socket.reconnect(), ANSWER_TIMEOUT_MS);
    this.#sendNextIn(PACE_MS);
  }

  /** @param {number} delay_ms */
  #sendNextIn(delay_ms) {
    clearTimeout(this.#sendTimer);
    this.#sendTimer = setTimeout(() => {
      this.#sendTimer = 0;
      this.#sendNext();
    }, delay_ms);
  }

  /** Nothing is left to do, unless an organiser reopens the match. */
  async #isConfirmed() {
    this.#match = await api.match(this.#matchID).catch(() => this.#match);
    remember(`match:${this.#matchID}`, this.#match);
    return CLOSED.IDLE;
  }

  /** Asks over plain HTTP what the failed handshake could not say. */
  async #whyRefused() {
    const { status, code } = await this.#way()
      .then(({ path }) => request('GET', path, undefined, { way: plain }))
      .then(
        () => ({ status: 0, code: '' }),
        (error) => error,
      );
    if (status === 404 || code === 'bad_id') return CLOSED.DELETED;
    if (code === 'left_aside') return 'aside';
    if (code === 'match_confirmed') return this.#isConfirmed();
    return status === 401 || status === 403 ? CLOSED.REVOKED : null;
  }
}

/**
 * An event of the history. What the rules cannot read there has changed nothing, but has its number.
 *
 * @param {MatchEvent|undefined} event
 * @returns {import('./scoring/play.js').Play}
 */
function playOf(event) {
  const play = readPlay(event);
  return play instanceof Refusal ? { type: 'other' } : play;
}
