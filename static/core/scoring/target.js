/**
 * When a count of points or games is won, and which counts can come about at all.
 *
 * @typedef {import('./state.js').Tally} Tally
 * @typedef {import('./definition.js').Ladder} Ladder
 * @typedef {import('./definition.js').GameLevel} GameLevel
 */
import { PERIODS_MAX, isZero, leader } from './state.js';

/** The most sets that can be played; a match without sets is one. @param {Ladder} ladder */
export const bestOf = ({ set, match }) => (set ? Math.max(match.bestOf ?? 1, 1) : 1);

/**
 * The most sets that a match is folded into: those of the sport, or more of a history in which some went to nobody.
 * @param {Ladder} ladder
 */
export const mostSets = (ladder) => Math.min(Math.max(bestOf(ladder), PERIODS_MAX), 99);

/** How many sets win the match. @param {Ladder} ladder */
export const needed = (ladder) => Math.floor(bestOf(ladder) / 2) + 1;

/** The last possible set is played in points, whatever the others are played in. @param {Ladder} ladder */
export const decidedByPoints = ({ set }) => set?.decider?.points ?? false;

/** First to `target`, ahead by `lead`; `cap` or one game more than `tieBreakAt` each wins whatever the lead. */
export class Target {
  /** @param {number} target @param {number} lead @param {number|null} cap @param {number|null} [tieBreakAt] */
  constructor(target, lead, cap, tieBreakAt = null) {
    this.target = Math.max(target, 1);
    this.lead = Math.max(lead, 1);
    this.cap = cap;
    this.tieBreakAt = tieBreakAt;
  }

  /** @param {GameLevel} game */
  static ofGame(game) {
    const caps = {
      advantage: null,
      golden_point: game.target,
      // Two advantages more on each side, and then one point: 4, 5, 6 in tennis.
      star_point: game.target + 2,
    };
    return new Target(game.target, game.lead, caps[game.deuce]);
  }

  /** @param {Ladder} ladder @param {boolean} decider */
  static ofSet({ match, set }, decider) {
    if (!set) return new Target(match.target ?? 1, match.lead ?? 1, match.cap);
    const other = decider ? set.decider : null;
    const ownCap = other && (other.target !== null || other.cap !== null);
    const broken = !other || (!other.points && other.tieBreak !== false);
    return new Target(
      other?.target ?? set.target,
      other?.lead ?? set.lead,
      ownCap ? other.cap : set.cap,
      broken && set.tieBreak ? (other?.tieBreakAt ?? set.tieBreak.at) : null,
    );
  }

  /** @param {Tally} count */
  winner(count) {
    const [high, low] = ordered(count);
    const ahead = high >= this.target && high - low >= this.lead;
    const capped = this.cap !== null && high >= this.cap;
    return ahead || capped || this.#broken(high, low) ? leader(count) : null;
  }

  /** Returns what wins against so many. @param {number} count */
  neededAgainst(count) {
    const ahead = Math.max(this.target, count + this.lead);
    return this.cap !== null && this.cap > count ? Math.min(ahead, this.cap) : ahead;
  }

  /**
   * Says if a count can come about while it is being played.
   * @param {Tally} count
   */
  canStand(count) {
    return !isNegative(count) && this.#open(count) && (isZero(count) || this.#open(before(count)));
  }

  /**
   * Says if a count can be the one that wins.
   * @param {Tally} count
   */
  canEnd(count) {
    return !isNegative(count) && this.winner(count) !== null && this.#open(before(count));
  }

  /** @param {Tally} count */
  #open(count) {
    const [high, low] = ordered(count);
    const pastCap = this.cap !== null && low >= this.cap;
    return this.winner(count) === null && !pastCap && !this.#broken(high, low);
  }

  /** @param {number} high @param {number} low */
  #broken(high, low) {
    return this.tieBreakAt !== null && high > this.tieBreakAt && low >= this.tieBreakAt;
  }
}

/** @param {Tally} count @returns {[number, number]} */
const ordered = ({ A, B }) => [Math.max(A, B), Math.min(A, B)];

/** @param {Tally} count */
const isNegative = ({ A, B }) => A < 0 || B < 0;

/**
 * The count before the leader's last point.
 * @param {Tally} count
 */
const before = ({ A, B }) => (A >= B ? { A: A - 1, B } : { A, B: B - 1 });
