/**
 * A match while it is scored: the memory of its engine, of its conduct and of its clock. What all sports share (start
 * and finish, undo, who may do what after the end) is the fold's.
 *
 * Total: an event that `judge` would refuse has some harmless effect, because an undo further up the history can make
 * a stored event illegal after the fact.
 *
 * @typedef {import('./definition.js').Rules} Rules
 * @typedef {import('./play.js').Play} Play
 * @typedef {import('./play.js').ClockAction} ClockAction
 * @typedef {import('./state.js').MatchClock} MatchClock
 * @typedef {import('./state.js').MatchState} MatchState
 * @typedef {import('./state.js').Side} Side
 * @typedef {{winner: Side|null, reason?: 'disqualified'}} Outcome how the rules end a match; nobody wins a draw
 * @typedef {{side: Side, points: number, card: string|null}} Hit points that an event gives in a sport in which both sides
 *   can score at once, and the card that gives them
 */
import { Conduct, knowsCard } from './conduct.js';
import { Board as LadderBoard } from './ladder.js';
import { Board as PeriodsBoard } from './periods.js';
import { Refusal } from './refusal.js';
import { other } from './state.js';

export class Scoring {
  #rules;
  #conduct;
  #board;
  /** @type {MatchClock|null} */
  #clock = null;

  /** @param {Rules} rules */
  constructor(rules) {
    this.#rules = rules;
    this.#conduct = new Conduct(rules);
    this.#board =
      rules.engine === 'ladder' ? new LadderBoard(rules, this.#conduct) : new PeriodsBoard(rules, this.#conduct);
  }

  /**
   * Why the rules cannot produce this event now; null for everything that they can, or that does not score.
   * @param {Play} play
   */
  judge(play) {
    if (play.type === 'foul' && this.#conduct.fouls(play.side) + play.value < 0) {
      const had = this.#conduct.fouls(play.side);
      return new Refusal('illegal_score', `cannot take ${-play.value} fouls back: there are ${had}`);
    }
    if (play.type === 'card' && !knowsCard(this.#rules, play.colour)) {
      return new Refusal('bad_event', `“detail.colour”: this sport has no card “${play.colour}”`);
    }
    if (play.type === 'result' && play.periods.some(({ named }) => named === 'unknown')) {
      return new Refusal('bad_event', '“phase” of a period is "extra_time" or "shootout"; a regular period has none');
    }
    return this.#board.judge(play);
  }

  /**
   * The effect of an event; says when it ends the match.
   *
   * @param {Play} play
   * @returns {Outcome|null}
   */
  play(play) {
    if (play.type !== 'note' && play.type !== 'other') this.#conduct.clearNotices();
    // What happens in a pause counts in the period that follows (FIBA Official Basketball Rules, Article 41).
    if (play.type === 'foul' || play.type === 'card') {
      const scope = this.#board instanceof PeriodsBoard ? this.#board.scopeAfterPause() : null;
      if (scope) this.#conduct.enter(scope);
    }
    if (play.type === 'clock') this.#setClock(play.action, play.seconds);
    const award = this.#conduct.play(play);
    const before = this.#period();
    const outcome = award ? this.#board.award(award.side, award.award) : this.#board.play(play);
    // A score written down as a whole says nothing of the time.
    if (play.type !== 'result') this.#keepClock(before);
    return outcome ?? this.#disqualification(play);
  }

  /** Says if this is a card that before the match changes no score: it does not begin it either. @param {Play} play */
  isMereCard(play) {
    if (play.type !== 'card') return false;
    const card = this.#rules.cards.get(play.colour);
    return !card || card.inPlay || !(card.award > 0 || card.awardGame);
  }

  /**
   * A card before or after the match: it is counted, and changes no score.
   *
   * @param {Play} card
   * @returns {Outcome|null}
   */
  countCard(card) {
    this.#conduct.clearNotices();
    this.#conduct.play(card);
    return this.#disqualification(card);
  }

  /** A card may end the match for its side. @param {Play} play @returns {Outcome|null} */
  #disqualification(play) {
    if (play.type !== 'card' || !this.#rules.cards.get(play.colour)?.disqualifies) return null;
    return { winner: other(play.side), reason: 'disqualified' };
  }

  /**
   * The points that an event gives, where both sides can score at once.
   *
   * @param {Play} play
   * @returns {Hit|null}
   */
  hit(play) {
    if (this.#rules.engine !== 'periods' || !this.#rules.bothScore) return null;
    if (play.type === 'point' && play.value > 0) return { side: play.side, points: play.value, card: null };
    if (play.type !== 'card') return null;
    const points = this.#rules.cards.get(play.colour)?.award ?? 0;
    return points > 0 ? { side: other(play.side), points, card: play.colour } : null;
  }

  /** Says if extra time or a shoot-out may follow what was played. */
  canGoOn() {
    return this.#board instanceof PeriodsBoard && this.#board.canGoOn();
  }

  /** Takes back the point that ended the match: the other side has scored, too, where the next point decides. @param {Hit} hit */
  annul({ side, points }) {
    if (this.#board instanceof PeriodsBoard) this.#board.annul(side, points);
  }

  /** Says if the other side is level with one that has won once it has scored, too. @param {Side} winner @param {number} points */
  levels(winner, points) {
    return this.#board instanceof PeriodsBoard && this.#board.levels(winner, points);
  }

  /** Says if a side that has won still leads once the other has scored, too. @param {Side} winner @param {number} points */
  stillLeads(winner, points) {
    return this.#board instanceof PeriodsBoard && this.#board.stillLeads(winner, points);
  }

  /** The winner of a match that is ended as it stands. */
  leader() {
    return this.#board.leader();
  }

  /** The match ends as it stands: what a shoot-out has decided counts. */
  settle() {
    if (this.#board instanceof PeriodsBoard) this.#board.settle();
  }

  /** The match is over: nothing runs on. */
  stop() {
    this.#conduct.clearNotices();
    if (this.#clock) this.#clock.running = false;
  }

  #period() {
    return this.#board instanceof PeriodsBoard ? this.#board.begun() : 0;
  }

  /** @param {ClockAction} action @param {number|null} seconds */
  #setClock(action, seconds) {
    const before = this.#clock ?? { running: false, seconds: 0 };
    this.#clock = {
      running: action === 'set' ? before.running : action === 'start',
      seconds: seconds ?? before.seconds,
    };
  }

  /**
   * A clock that is used stops with the period and begins anew with the next.
   * @param {number} before how many periods were begun
   */
  #keepClock(before) {
    if (!this.#clock || !(this.#board instanceof PeriodsBoard)) return;
    if (this.#board.begun() > before && before > 0) this.#clock = this.#board.openingClock();
    else if (this.#board.isOver()) this.#clock.running = false;
  }

  /**
   * Fills in everything but how the match stands in its life.
   *
   * @param {boolean} live neither scheduled nor finished
   * @param {MatchState} state
   */
  show(live, state) {
    this.#board.show(live, state);
    this.#conduct.show(state);
    state.clock = this.#clock && { running: this.#clock.running, seconds: this.#clock.seconds };
    if (live) state.prompt.push(...this.#conduct.notices);
  }
}
