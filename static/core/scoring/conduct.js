/**
 * What every sport counts beside the score: fouls, cards, timeouts.
 *
 * @typedef {import('./definition.js').Rules} Rules
 * @typedef {import('./definition.js').Per} Per
 * @typedef {import('./play.js').Play} Play
 * @typedef {import('./state.js').Side} Side
 * @typedef {import('./state.js').MatchState} MatchState
 * @typedef {number|'game'} Award points, or the game that is played: where there are no games, the set
 * @typedef {{period: number, half: number, extra: boolean}} Scope the part of a match that counts belong to
 */
import { other, zero } from './state.js';

/** The colours that any referee may carry, whatever the sport's file says. */
const COLOURS = ['black', 'blue', 'green', 'red', 'white', 'yellow'];

/** Counts beyond this are no sport's; it keeps every sum exact in every language. */
const COUNT_MAX = 1_000_000_000;

/**
 * Adds to a count that is never below zero.
 * @param {number} count
 * @param {number} change
 */
export const add = (count, change) => Math.min(Math.max(count + change, 0), COUNT_MAX);

/**
 * The most counts of single players that a side has: one for a player's fouls, one for each kind of card. The names are
 * the sender's, and a match must not grow by them.
 */
const PLAYERS_MAX = 200;

/** @param {number} count */
export const within = (count) => Math.min(Math.max(count, -COUNT_MAX), COUNT_MAX);

/**
 * Says if this sport knows such a card.
 * @param {Rules} rules
 * @param {string} colour
 */
export const knowsCard = (rules, colour) => COLOURS.includes(colour) || rules.cards.has(colour);

export class Conduct {
  #rules;
  #fouls = zero();
  #timeouts = zero();
  /** The timeouts of this half. */
  #timeoutsInHalf = zero();
  /** Senders choose the names in them, so these are maps and no objects. @type {Record<Side, Map<string, number>>} */
  #cards = { A: new Map(), B: new Map() };
  /** How many fouls ("") or cards of a kind a player has. @type {Record<Side, Map<string, number>>} */
  #players = { A: new Map(), B: new Map() };
  /** What the last event calls for. @type {string[]} */
  #notices = [];
  /** @type {Scope} */
  #scope = { period: 0, half: 0, extra: false };

  /** @param {Rules} rules */
  constructor(rules) {
    this.#rules = rules;
  }

  /** Before each event that is played: what the one before called for is done. */
  clearNotices() {
    this.#notices = [];
  }

  get notices() {
    return this.#notices;
  }

  /** @param {Side} side */
  fouls(side) {
    return this.#fouls[side];
  }

  /**
   * A new set or period begins.
   * @param {Scope} scope
   */
  enter(scope) {
    const { fouls, timeouts } = this.#rules;
    const before = this.#scope;
    this.#scope = scope;
    /** @param {Per} per */
    const renewed = (per) => {
      if (per === 'match') return false;
      return per === 'half' ? before.half !== scope.half : before.period !== scope.period;
    };
    if (renewed(fouls.per)) this.#fouls = zero();
    const ownExtra = scope.extra && timeouts.extra !== null;
    if (renewed(timeouts.per) || ownExtra) this.#timeouts = zero();
    if (renewed('half')) this.#timeoutsInHalf = zero();
  }

  /**
   * Counts a foul, a card or a timeout. Returns what the other side is due.
   *
   * @param {Play} play
   * @returns {{side: Side, award: Award}|null}
   */
  play(play) {
    if (play.type === 'foul') {
      this.#fouls[play.side] = add(this.#fouls[play.side], play.value);
      if (play.value > 0) this.#noteFoul(play.side, play.player);
      else this.#takeFoulBack(play.side, play.player);
    } else if (play.type === 'card') {
      return this.#card(play.side, play.colour, play.player);
    } else if (play.type === 'timeout' && play.side) {
      this.#timeouts[play.side] = add(this.#timeouts[play.side], 1);
      this.#timeoutsInHalf[play.side] = add(this.#timeoutsInHalf[play.side], 1);
      if (this.#hasTooManyTimeouts(play.side)) this.#note('too_many_timeouts');
    }
    return null;
  }

  /**
   * @param {Side} side
   * @param {string} colour
   * @param {string|null} player
   * @returns {{side: Side, award: Award}|null}
   */
  #card(side, colour, player) {
    if (!knowsCard(this.#rules, colour)) return null;
    const cards = this.#cards[side];
    cards.set(colour, (cards.get(colour) ?? 0) + 1);
    const card = this.#rules.cards.get(colour);
    if (!card) return null;
    if (card.seconds !== null) this.#note('suspension');
    const outAfter = card.outAfter && Math.max(card.outAfter - this.#count(side, player, card.outWith), 0);
    this.#countPlayer(side, player, colour, outAfter);
    if (card.fouls > 0) {
      this.#fouls[side] = add(this.#fouls[side], card.fouls);
      this.#noteFoul(side, player);
    }
    if (card.awardGame) return { side: other(side), award: 'game' };
    return card.award > 0 ? { side: other(side), award: card.award } : null;
  }

  /** How many cards of these names a player has. @param {Side} side @param {string|null} player @param {string[]} names */
  #count(side, player, names) {
    if (player === null) return 0;
    return names.reduce((sum, name) => sum + (this.#players[side].get(`${name} ${player}`) ?? 0), 0);
  }

  /** Says something once, however many reasons there are. @param {string} what */
  #note(what) {
    if (!this.#notices.includes(what)) this.#notices.push(what);
  }

  /** @param {Side} side @param {string|null} player */
  #noteFoul(side, player) {
    const { doubleBonusFrom, bonusFrom, outAfter } = this.#rules.fouls;
    /** @param {number|null} from */
    const reached = (from) => from !== null && this.#fouls[side] >= from;
    if (reached(doubleBonusFrom)) this.#note('double_bonus');
    else if (reached(bonusFrom)) this.#note('bonus');
    this.#countPlayer(side, player, '', outAfter);
  }

  /** @param {Side} side @param {string|null} player */
  #takeFoulBack(side, player) {
    const key = ` ${player}`;
    const count = player === null ? undefined : this.#players[side].get(key);
    if (count) this.#players[side].set(key, count - 1);
  }

  /** @param {Side} side @param {string|null} player @param {string} what @param {number|null} outAfter */
  #countPlayer(side, player, what, outAfter) {
    if (player === null || outAfter === null) {
      if (outAfter === 1) this.#note('out');
      return;
    }
    const players = this.#players[side];
    // No name of a card has a space in it.
    const key = `${what} ${player}`;
    if (players.size >= PLAYERS_MAX && !players.has(key)) return;
    const count = (players.get(key) ?? 0) + 1;
    players.set(key, count);
    if (count >= outAfter) this.#note('out');
  }

  /** @param {Side} side */
  #hasTooManyTimeouts(side) {
    const allowed = this.#allowedTimeouts();
    const inHalf = this.#scope.extra ? null : this.#rules.timeouts.inHalf;
    const all = allowed !== null && this.#timeouts[side] > allowed;
    return all || (inHalf !== null && this.#timeoutsInHalf[side] > inHalf);
  }

  #allowedTimeouts() {
    const { per, counts, extra } = this.#rules.timeouts;
    if (this.#scope.extra && extra !== null) return extra;
    const index = per === 'match' ? 0 : per === 'half' ? this.#scope.half : this.#scope.period;
    return counts[index] ?? counts[counts.length - 1] ?? null;
  }

  /** @param {MatchState} state */
  show(state) {
    state.fouls = { ...this.#fouls };
    state.timeouts = { ...this.#timeouts };
    state.cards = { A: inOrder(this.#cards.A), B: inOrder(this.#cards.B) };
  }
}

/**
 * The same bytes on every machine: the names in the order of their characters.
 * @param {Map<string, number>} counts
 */
function inOrder(counts) {
  /** @type {Record<string, number>} */
  const shown = Object.create(null);
  for (const name of [...counts.keys()].sort()) shown[name] = counts.get(name) ?? 0;
  return shown;
}
