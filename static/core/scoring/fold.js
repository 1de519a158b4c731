/**
 * The fold: a match's events, one after the other, become its state. This is the server's scoring, so that a phone
 * without a network shows the very state that the server will answer.
 *
 * What all sports share lives here (start and finish, undo and redo, what is still allowed after the end); what a
 * point is worth is the sport's engine's. `judge` says whether an event may be taken now, `apply` is total: whatever
 * is in the history folds to the same state, for ever.
 *
 * @typedef {import('./definition.js').Rules} Rules
 * @typedef {import('./play.js').Play} Play
 * @typedef {import('./state.js').MatchState} MatchState
 * @typedef {import('./state.js').Side} Side
 * @typedef {import('./state.js').Status} Status
 * @typedef {'referee'|'organiser'} Author
 *
 * @typedef {object} Entry
 * @property {Play} play
 * @property {number|null} undoneBy the `seq` of the undo that took it back
 * @property {boolean} idle it came after the end and changed nothing: there is nothing to undo in it
 * @property {boolean} saidAgain it was said again after the end, and stays without effect even if the end is undone
 *
 * @typedef {{target: number|null}} Verdict it may be taken; the target of an `undo` or `redo`, if it is one
 */
import { readRules } from './definition.js';
import { Refusal } from './refusal.js';
import { Scoring } from './scoring.js';
import { emptyState, other } from './state.js';

/** A match while it is being folded: its rules, its history as far as they need it, and where it stands. */
export class MatchFold {
  #rules;
  /** @type {Entry[]} */
  #history = [];
  #game;

  /** @param {object} rules as the server gives them; they are not changed */
  constructor(rules) {
    this.#rules = readRules(rules);
    this.#game = new Game(this.#rules);
  }

  /** The state after the last event, as the caller's own. */
  state() {
    return this.#game.state();
  }

  /** The `seq` of the last event. */
  get seq() {
    return this.#history.length;
  }

  /**
   * Says whether this event may be taken now.
   *
   * @param {Play} play
   * @param {Author} [author]
   * @returns {Verdict|Refusal}
   */
  judge(play, author = 'referee') {
    const late = this.#game.whyNotAfterTheEnd(play, author);
    if (late) return late;
    if (play.type === 'undo' || play.type === 'redo') {
      const target = play.type === 'undo' ? this.#undoTarget(play.seq) : this.#redoTarget(play.seq);
      return target === null ? nothing(play.type, play.seq) : { target };
    }
    return this.#game.judge(play) ?? { target: null };
  }

  /**
   * Takes the next event of the history.
   * @param {Play} play
   */
  apply(play) {
    const seq = this.seq + 1;
    let idle = false;
    if (play.type === 'undo') {
      const target = this.#undoTarget(play.seq);
      if (target !== null) this.#mark(target, seq);
    } else if (play.type === 'redo') {
      const target = this.#redoTarget(play.seq);
      if (target !== null) this.#mark(target, null);
    } else {
      idle = !this.#game.play(play);
    }
    this.#history.push({ play, undoneBy: null, idle, saidAgain: idle });
  }

  /**
   * Forgets every event after `seq`, as if they had not been.
   * @param {number} seq
   */
  truncate(seq) {
    const kept = this.#history.slice(0, seq);
    this.#history = [];
    this.#game = new Game(this.#rules);
    for (const { play } of kept) this.apply(play);
  }

  /** @param {number|null} wanted */
  #undoTarget(wanted) {
    /** @param {Entry|undefined} entry */
    const counts = (entry) => entry?.undoneBy === null && !entry.idle && hasEffect(entry.play);
    if (wanted !== null) return counts(this.#history[wanted - 1]) ? wanted : null;
    for (let seq = this.seq; seq > 0; seq -= 1) if (counts(this.#history[seq - 1])) return seq;
    return null;
  }

  /** @param {number|null} wanted */
  #redoTarget(wanted) {
    if (wanted !== null) return (this.#history[wanted - 1]?.undoneBy ?? null) === null ? null : wanted;
    let [latest, target] = [0, 0];
    for (const [index, { undoneBy }] of this.#history.entries()) {
      if (undoneBy !== null && undoneBy > latest) [latest, target] = [undoneBy, index + 1];
    }
    return target || null;
  }

  /** @param {number} target @param {number|null} undoneBy */
  #mark(target, undoneBy) {
    const marked = this.#history[target - 1];
    if (marked) marked.undoneBy = undoneBy;
    this.#game = new Game(this.#rules);
    for (const entry of this.#history) {
      const { play, undoneBy, saidAgain } = entry;
      if (undoneBy !== null || saidAgain || play.type === 'undo' || play.type === 'redo') continue;
      entry.idle = !this.#game.play(play);
    }
  }
}

/** Where a match stands after the events that count. */
class Game {
  /** @type {Status} */
  #status = 'scheduled';
  /** @type {Side|null} */
  #winner = null;
  /** @type {MatchState['reason']} */
  #reason = null;
  #confirmed = false;
  /** The score ended the match, nobody said so. */
  #decided = false;
  /** Its time ended the match, or somebody who said so. */
  #timedOut = false;
  /** The point that ended the match, as long as nothing came after it. @type {import('./scoring.js').Hit|null} */
  #lastHit = null;
  #scoring;

  /** @param {Rules} rules */
  constructor(rules) {
    this.#scoring = new Scoring(rules);
  }

  /** @returns {MatchState} */
  state() {
    const state = emptyState();
    state.status = this.#status;
    state.winner = this.#winner;
    state.reason = this.#reason;
    state.confirmed = this.#confirmed;
    this.#scoring.show(this.#status === 'live' || this.#status === 'suspended', state);
    return state;
  }

  /** @param {Play} play */
  judge(play) {
    if (play.type === 'confirm' && this.#status !== 'finished') {
      return new Refusal('bad_event', 'there is no result to confirm before the match is finished');
    }
    return this.#scoring.judge(play);
  }

  /** @param {Play} play @param {Author} author */
  whyNotAfterTheEnd(play, author) {
    const { type } = play;
    if (this.#status !== 'finished' || type === 'note' || type === 'other') return null;
    if (CORRECTIONS.has(type) && (!this.#confirmed || author === 'organiser')) return null;
    if (this.#confirmed) {
      return new Refusal('match_finished', 'the result is confirmed; ask the organiser to reopen the match');
    }
    // The referee may show a card until the teams have left, and both sides may have scored at once.
    if (type === 'card' || this.#goesOnWith(play) || this.#isDouble(play)) return null;
    // The score has ended it; whoever then says so is right.
    if (this.#decided && (type === 'finish' || type === 'period_end')) return null;
    return new Refusal('match_finished', 'the match is finished; undo the end to go on scoring');
  }

  /**
   * The effect of an event that counts; false when it came after the end and had none.
   *
   * @param {Play} play
   * @returns {boolean}
   */
  play(play) {
    if (this.#status === 'finished') return this.#playAfterTheEnd(play);
    if (this.#status === 'scheduled' && this.#scoring.isMereCard(play)) {
      this.#decide(this.#scoring.countCard(play));
      return true;
    }
    if (SHOWS_PLAY.has(play.type)) {
      if (this.#status === 'scheduled' && play.type !== 'start') this.#scoring.play({ type: 'start', side: null });
      this.#status = 'live';
    }
    this.#decide(this.#scoring.play(play));
    // The outcome may have just changed it.
    const status = /** @type {Status} */ (this.#status);
    if (play.type === 'suspend' && status === 'live') this.#status = 'suspended';
    else if (play.type === 'walkover') this.#end(other(play.side), 'walkover');
    else if (play.type === 'retire') this.#end(other(play.side), play.disqualified ? 'disqualified' : 'retired');
    else if (play.type === 'finish') {
      this.#scoring.settle();
      this.#end(this.#scoring.leader(), null);
    }
    if (/** @type {Status} */ (this.#status) === 'finished') {
      const hit = this.#scoring.hit(play);
      this.#timedOut = play.type === 'period_end' || play.type === 'finish';
      this.#lastHit = hit?.side === this.#winner ? hit : null;
    }
    return true;
  }

  /** @param {import('./scoring.js').Outcome|null} outcome */
  #decide(outcome) {
    if (!outcome) return;
    this.#end(outcome.winner, outcome.reason ?? null);
    this.#decided = true;
  }

  /** @param {Play} play */
  #playAfterTheEnd(play) {
    if (this.#goesOnWith(play)) {
      this.#status = 'live';
      this.#winner = null;
      this.#decided = this.#timedOut = false;
      this.#scoring.play(play);
    } else if (this.#isDouble(play)) {
      this.#playDouble(play);
    } else if (play.type === 'card') {
      this.#scoring.countCard(play);
    } else if (play.type === 'result') {
      const outcome = this.#scoring.play(play);
      this.#scoring.settle();
      this.#end(outcome ? outcome.winner : this.#scoring.leader(), null);
      this.#confirmed = false;
    } else if (play.type === 'confirm') {
      this.#confirmed = true;
    } else {
      return false;
    }
    this.#lastHit = null;
    return true;
  }

  /**
   * Says if a match whose time is up goes on: extra time or kicks follow one that need not be level in itself, because
   * an earlier match counts, too (IFAB Law 10).
   * @param {Play} play
   */
  #goesOnWith(play) {
    const more = play.type === 'period_start' && (play.phase === 'extra_time' || play.phase === 'shootout');
    return more && this.#timedOut && this.#scoring.canGoOn();
  }

  /**
   * Both have scored at once. Where the next point decides, such a hit counts for nobody, and play goes on.
   * @param {Play} play
   */
  #playDouble(play) {
    const [last, winner] = [this.#lastHit, this.#winner];
    if (!last || !winner) return;
    if (this.#scoring.stillLeads(winner, last.points)) {
      this.#scoring.play(play);
      this.#scoring.stop();
      return;
    }
    if (play.type === 'card') this.#scoring.countCard(play);
    this.#scoring.annul(last);
    this.#status = 'live';
    this.#winner = null;
    this.#decided = false;
  }

  /** Says if the other side has scored together with the one that has just won. @param {Play} play */
  #isDouble(play) {
    const [last, hit, winner] = [this.#lastHit, this.#scoring.hit(play), this.#winner];
    if (!last || !hit || !winner) return false;
    const alike = hit.side !== last.side && hit.card === last.card && hit.points === last.points;
    return alike && (this.#scoring.stillLeads(winner, hit.points) || this.#scoring.levels(winner, hit.points));
  }

  /** @param {Side|null} winner @param {MatchState['reason']} reason */
  #end(winner, reason) {
    this.#status = 'finished';
    this.#winner = winner;
    this.#reason = reason;
    this.#lastHit = null;
    this.#scoring.stop();
  }
}

/** What may still be said of a finished match, until its result is confirmed. @type {Set<Play['type']>} */
const CORRECTIONS = new Set(['undo', 'redo', 'result', 'confirm']);

/** Events that show that the match is being played, even without a `start`. @type {Set<Play['type']>} */
const SHOWS_PLAY = new Set([
  'start',
  'resume',
  'point',
  'foul',
  'card',
  'timeout',
  'period_start',
  'period_end',
  'result',
]);

/** Undoing one of these could change nothing. @type {Set<Play['type']>} */
const WITHOUT_EFFECT = new Set(['undo', 'redo', 'note', 'other']);

/** @param {Play} play */
const hasEffect = ({ type }) => !WITHOUT_EFFECT.has(type);

/** @param {'undo'|'redo'} what @param {number|null} wanted */
function nothing(what, wanted) {
  const message = wanted === null ? `there is nothing to ${what}` : `event ${wanted} cannot be ${what}ne now`;
  return new Refusal('nothing_to_undo', message);
}
