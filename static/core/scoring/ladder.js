/**
 * The engine of set sports: points make (games, and games make) sets, sets make the match.
 *
 * @typedef {import('./play.js').Play} Play
 * @typedef {import('./state.js').Side} Side
 * @typedef {import('./state.js').Tally} Tally
 * @typedef {import('./scoring.js').Outcome} Outcome
 */
import { STAKE, bestOf, called, decidedByPoints, divides, legalResult, needed, total } from './ladder-rules.js';
import { Refusal } from './refusal.js';
import { isZero, last, leader, other, otherIfAny, sayer, zero } from './state.js';
import { Target } from './target.js';

/** A match of sets while it is played. */
export class Board {
  #ladder;
  #conduct;
  /** Every set with its points, or games; the current one is the last. @type {Tally[]} */
  #sets = [];
  #won = zero();
  /** Who took the last set, once it is over; nobody, when time cut it short. @type {{taker: Side|null}|null} */
  #over = null;
  /** Points of the game being played, where games make the set. */
  #game = zero();
  /** Who serves; `alternate`: who served first in this set, `by_game`: in this game. @type {Side|null} */
  #server = null;
  /** Who served first in this set. @type {Side|null} */
  #firstServer = null;
  /** `side_out`: which of the side's players serves, from 1. */
  #serverNumber = 0;
  #endsDue = false;
  #intervalDue = false;
  #serviceOver = false;

  /** @param {import('./definition.js').Ladder} ladder @param {import('./conduct.js').Conduct} conduct */
  constructor(ladder, conduct) {
    this.#ladder = ladder;
    this.#conduct = conduct;
  }

  /** Says whether the rules can produce this event now. @param {Play} play */
  judge(play) {
    if (play.type === 'point' && play.value < 0) {
      const had = this.#canTakeBack(play.side);
      if (had + play.value >= 0) return null;
      return new Refusal('illegal_score', `cannot take ${-play.value} back of ${had}; undo goes further back`);
    }
    return play.type === 'result' && !play.force ? legalResult(this.#ladder, play.periods) : null;
  }

  /** The effect of an event; says when it ends the match. @param {Play} play @returns {Outcome|null} */
  play(play) {
    switch (play.type) {
      case 'start':
        if (this.#sets.length === 0) this.#open();
        if (play.side) this.#setServer(play.side);
        return null;
      case 'point':
        return this.#points(play.side, play.value);
      case 'period_start':
        return this.#nextSet();
      case 'period_end':
        return this.#cutShort();
      case 'serve':
        this.#setServer(play.side);
        return null;
      case 'ends':
        this.#endsDue = false;
        return null;
      case 'result':
        return this.#correct(play.periods);
      default:
        return null;
    }
  }

  /** Who leads, for a match that is ended as it stands: by sets, else in the set being played. */
  leader() {
    const inSet = this.#over ? null : (leader(last(this.#sets) ?? zero()) ?? leader(this.#game));
    return leader(this.#won) ?? inSet;
  }

  /** @param {Side} side @param {number} value */
  #points(side, value) {
    this.#endsDue = this.#intervalDue = this.#serviceOver = false;
    if (value < 0) {
      this.#takeBack(side, value);
      return null;
    }
    if (value > 0 && this.#over) this.#open();
    if (this.#sets.length === 0) this.#open();
    for (let point = 0; point < value; point += 1) {
      const outcome = this.#rally(side);
      if (outcome || this.#over) return outcome;
    }
    return null;
  }

  /** @param {Side} side */
  #rally(side) {
    if (this.#ladder.serve.order === 'side_out' && this.#server && this.#server !== side) {
      this.#loseService();
      return null;
    }
    if (!this.#inGames()) return this.#score(side);
    const target = this.#gameTarget();
    const tieBreak = this.#inTieBreak();
    this.#game[side] += 1;
    if (target.winner(this.#game)) {
      this.#game = zero();
      this.#server = otherIfAny(this.#server);
      return this.#score(side);
    }
    if (tieBreak && divides(this.#ladder.ends.tieBreakEvery, total(this.#game))) this.#endsDue = true;
    return null;
  }

  /** A point, or a game, for the set. @param {Side} side */
  #score(side) {
    const { ends, interval, game } = this.#ladder;
    const target = this.#setTarget();
    const inGames = this.#inGames();
    const decider = this.#inDecider();
    const set = last(this.#sets);
    if (!set) return null;
    set[side] += 1;
    if (!inGames) this.#serveAfterPoint(side);
    if (inGames) this.#endsDue = ends.oddGames && total(set) % 2 === 1;
    if (target.winner(set)) {
      this.#endsDue &&= inGames;
      return this.#endSet(side);
    }
    if (inGames) return null;
    /** @param {number|null} at */
    const firstTo = (at) => at !== null && set[side] === at && set[other(side)] < at;
    const intervalAt = (decider ? interval.deciderAt : null) ?? interval.at;
    const everyPoints = (decider ? ends.deciderEvery : null) ?? ends.every;
    const every = game ? ends.tieBreakEvery : everyPoints;
    this.#endsDue = (decider && firstTo(ends.deciderAt)) || divides(every, total(set));
    this.#intervalDue = !game && firstTo(intervalAt);
    return null;
  }

  /** @param {Side} side */
  #serveAfterPoint(side) {
    const { order } = this.#ladder.serve;
    if (order === 'winner' || order === 'loser') {
      const next = order === 'loser' ? other(side) : side;
      this.#serviceOver = this.#server !== null && this.#server !== next;
      this.#server = next;
    } else if (order === 'side_out' && !this.#server) {
      this.#setServer(side);
    }
  }

  #loseService() {
    if (this.#serverNumber < this.#ladder.serve.servers) {
      this.#serverNumber += 1;
      return;
    }
    this.#serverNumber = 1;
    this.#server = otherIfAny(this.#server);
    this.#serviceOver = true;
  }

  /** @param {Side|null} taker */
  #endSet(taker) {
    this.#over = { taker };
    if (taker) this.#won[taker] += 1;
    this.#game = zero();
    this.#serviceOver = false;
    const outcome = this.#outcome();
    if (!outcome) {
      this.#intervalDue = this.#ladder.interval.betweenSets > 0;
      this.#endsDue ||= this.#ladder.ends.betweenSets && !this.#tossComes();
      this.#server = this.#servesNextSet(taker);
    }
    return outcome;
  }

  /** @returns {Outcome|null} */
  #outcome() {
    const sets = bestOf(this.#ladder);
    const winner = leader(this.#won);
    if (Math.max(this.#won.A, this.#won.B) >= needed(this.#ladder)) return { winner };
    const allPlayed = this.#sets.length >= sets;
    return allPlayed && (winner || sets % 2 === 0) ? { winner } : null;
  }

  /** @param {Side|null} taker @returns {Side|null} */
  #servesNextSet(taker) {
    const { order, nextSet } = this.#ladder.serve;
    const otherFirst = otherIfAny(this.#firstServer);
    if (order === 'none') return null;
    // The games of all sets are served in turn; the one that just ended has passed the service on.
    if (order === 'by_game') return this.#server;
    if (this.#tossComes()) return null;
    if (order === 'alternate') return otherFirst;
    return { winner: taker, loser: otherIfAny(taker), alternate: otherFirst, toss: null }[nextSet];
  }

  /** Before the decider, a toss says who serves first and where. */
  #tossComes() {
    return this.#ladder.serve.deciderToss && this.#sets.length + 1 >= bestOf(this.#ladder);
  }

  /** A set cut short: the leader takes it, level goes to nobody. */
  #cutShort() {
    const set = last(this.#sets);
    if (!set || this.#over) return null;
    this.#endsDue = false;
    return this.#endSet(leader(set));
  }

  #nextSet() {
    const set = last(this.#sets);
    // A set without a point is the one that now begins: "begin match, new set" is one set.
    if (!this.#over && (!set || (isZero(set) && isZero(this.#game)))) {
      if (this.#sets.length === 0) this.#open();
      return null;
    }
    const outcome = this.#cutShort();
    if (!outcome) this.#open();
    return outcome;
  }

  #open() {
    this.#sets.push(zero());
    this.#over = null;
    this.#endsDue = this.#intervalDue = this.#serviceOver = false;
    this.#firstServer = null;
    if (this.#server) this.#setServer(this.#server);
    const period = this.#sets.length - 1;
    this.#conduct.enter({ period, half: period, extra: false });
  }

  /** The referee says who serves now. @param {Side} side */
  #setServer(side) {
    this.#serviceOver = false;
    this.#server = this.#turns() % 2 === 0 ? side : other(side);
    if (isZero(last(this.#sets) ?? zero()) && isZero(this.#game)) {
      this.#firstServer = this.#server;
      this.#serverNumber = this.#ladder.serve.servers;
    } else if (this.#ladder.serve.order === 'alternate') {
      this.#firstServer = this.#server;
    } else {
      this.#serverNumber = 1;
    }
  }

  /** How often the service has changed sides since `server` began. */
  #turns() {
    const { order, every, deuceEvery } = this.#ladder.serve;
    const points = total(last(this.#sets) ?? zero());
    if (order === 'alternate' && !this.#over) {
      const deuce = 2 * (this.#setTarget().target - 1);
      const before = Math.trunc(Math.min(points, deuce) / Math.max(every, 1));
      return before + Math.trunc(Math.max(points - deuce, 0) / Math.max(deuceEvery, 1));
    }
    if (order !== 'by_game') return 0;
    if (this.#inTieBreak()) return Math.trunc((total(this.#game) + 1) / 2);
    return this.#over || this.#inGames() ? 0 : Math.trunc((points + 1) / 2);
  }

  #serving() {
    return this.#turns() % 2 === 0 ? this.#server : otherIfAny(this.#server);
  }

  /** @param {Side} side */
  #canTakeBack(side) {
    return this.#inGames() ? this.#game[side] : (last(this.#sets)?.[side] ?? 0);
  }

  /** @param {Side} side @param {number} value */
  #takeBack(side, value) {
    const inGames = this.#inGames();
    const count = inGames ? this.#game : last(this.#sets);
    if (!count) return;
    count[side] = Math.max(count[side] + value, 0);
    if (inGames || !this.#over || this.#setTarget().winner(count)) return;
    const { taker } = this.#over;
    this.#over = null;
    if (taker) this.#won[taker] -= 1;
  }

  /** The score as a whole, in place of what was played. @param {Tally[]} periods */
  #correct(periods) {
    this.#clear();
    for (const [index, { A, B }] of periods.entries()) {
      const set = { A, B };
      this.#sets.push(set);
      this.#over = null;
      const isLast = index + 1 === periods.length;
      const winner = this.#setTarget().winner(set);
      if (!winner && isLast) continue;
      const outcome = this.#endSet(winner ?? leader(set));
      if (!isLast) continue;
      this.#server = null;
      return outcome;
    }
    this.#server = null;
    this.#endsDue = this.#intervalDue = false;
    return null;
  }

  #clear() {
    this.#sets = [];
    this.#won = zero();
    this.#over = null;
    this.#game = zero();
    this.#server = this.#firstServer = null;
    this.#serverNumber = 0;
    this.#endsDue = this.#intervalDue = this.#serviceOver = false;
  }

  #inDecider() {
    return this.#sets.length >= bestOf(this.#ladder);
  }

  /** Whether the current set is played in games. */
  #inGames() {
    return this.#ladder.game !== null && !(this.#inDecider() && decidedByPoints(this.#ladder));
  }

  #inTieBreak() {
    const set = last(this.#sets);
    if (!set || this.#over || !this.#inGames()) return false;
    const at = this.#setTarget().tieBreakAt;
    return at !== null && set.A === at && set.B === at;
  }

  #gameTarget() {
    const { game, set } = this.#ladder;
    if (set?.tieBreak && this.#inTieBreak()) {
      const own = this.#inDecider() ? set.decider?.tieBreakTarget : null;
      return new Target(own ?? set.tieBreak.target, set.tieBreak.lead, null);
    }
    return game ? Target.ofGame(game) : new Target(1, 1, null);
  }

  #setTarget() {
    return Target.ofSet(this.#ladder, this.#inDecider());
  }

  /** @param {Side} side */
  #stake(side) {
    const sideOut = this.#ladder.serve.order === 'side_out';
    if (sideOut && this.#server && this.#server !== side) return STAKE.NOTHING;
    /** @param {Tally} count @returns {Tally} */
    const plusOne = (count) => ({ ...count, [side]: count[side] + 1 });
    if (this.#inGames() && !this.#gameTarget().winner(plusOne(this.#game))) return STAKE.NOTHING;
    const set = last(this.#sets);
    if (!set || !this.#setTarget().winner(plusOne(set))) return STAKE.NOTHING;
    const won = plusOne(this.#won);
    const lastAndAhead = this.#inDecider() && leader(won) === side;
    return won[side] >= needed(this.#ladder) || lastAndAhead ? STAKE.MATCH : STAKE.SET;
  }

  /** One point decides the game for whoever wins it. */
  #decidingPoint() {
    const { A, B } = this.#game;
    const sudden = this.#ladder.game !== null && this.#ladder.game.deuce !== 'advantage' && A > 0;
    if (!sudden || !this.#inGames() || this.#inTieBreak() || A !== B) return false;
    return this.#gameTarget().winner({ A: A + 1, B }) !== null;
  }

  /** The state as everybody sees it. @param {boolean} live @param {import('./state.js').MatchState} state */
  show(live, state) {
    const { set, game } = this.#ladder;
    const current = last(this.#sets) ?? zero();
    state.score = { ...(set ? this.#won : current) };
    state.periods = this.#sets.map((set) => ({ ...set }));
    state.period = this.#sets.length;
    const calls = this.#inGames() ? game : null;
    const shown = calls ? this.#game : current;
    /** @param {Side} side */
    const call = (side) =>
      calls && !this.#inTieBreak() ? called(calls, shown[side], shown[other(side)]) : String(shown[side]);
    state.points = { A: call('A'), B: call('B') };
    if (!live) return;
    state.serving = this.#serving();
    this.#showPrompts(state.prompt);
  }

  /** @param {string[]} prompt */
  #showPrompts(prompt) {
    const say = sayer(prompt);
    const { order, servers, announce } = this.#ladder.serve;
    say(this.#endsDue, 'ends');
    say(this.#intervalDue, 'interval');
    if (this.#over || this.#sets.length === 0) return;
    say(this.#serviceOver && announce, 'service_over');
    say(order === 'side_out' && servers > 1 && this.#server !== null && this.#serverNumber > 1, 'second_server');
    say(this.#decidingPoint(), 'deciding_point');
    const stake = Math.max(this.#stake('A'), this.#stake('B'));
    say(stake === STAKE.SET, 'set_point');
    say(stake === STAKE.MATCH, 'match_point');
  }
}
