/**
 * The engine of set sports: points make (games, and games make) sets, sets make the match. Who serves, what is shown
 * and how a whole result is read stand in the `ladder-*.js` beside.
 *
 * @typedef {import('./play.js').Play} Play
 * @typedef {import('./state.js').Side} Side
 * @typedef {import('./state.js').Tally} Tally
 * @typedef {import('./scoring.js').Outcome} Outcome
 */
import { correct, legalResult } from './ladder-result.js';
import { loseService, serveAfterPoint, servesNextSet, setServer, tossComes } from './ladder-service.js';
import { show } from './ladder-shown.js';
import { Refusal, absurdResult, noMorePeriods } from './refusal.js';
import { isZero, last, leader, other, otherIfAny, sum, zero } from './state.js';
import { Target, bestOf, decidedByPoints, mostSets, needed } from './target.js';

/** A match of sets while it is played. Its fields are for this file and those beside it. */
export class Board {
  /** Every set with its points, or games; the current one is the last. @type {Tally[]} */
  sets = [];
  won = zero();
  /** Who took the last set, once it is over; nobody, when time cut it short. @type {{taker: Side|null}|null} */
  over = null;
  /** The last set was ended before its time. */
  cutShort = false;
  /** Points of the game being played, where games make the set. */
  game = zero();
  /**
   * `winner`, `loser`, `side_out`: who serves. `alternate`: who served first in this set. `by_game`: in this game.
   * @type {Side|null}
   */
  server = null;
  /** Who served first in this set. @type {Side|null} */
  firstServer = null;
  /** `side_out`: which of the side's players serves, from 1. */
  serverNumber = 0;
  endsDue = false;
  intervalDue = false;
  serviceOver = false;
  /** The expedite system, since so many points of this set. @type {number|null} */
  expedite = null;
  /** Cards have opened this set in the pause before it, and nothing of it was played. */
  beforePlay = false;
  /** The referee has said who serves, in this set or in the pause before it. */
  serveSaid = false;
  /** The `server` when the last set ended. @type {Side|null} */
  servedAtEnd = null;

  /** @param {import('./definition.js').Ladder} ladder @param {import('./conduct.js').Conduct} conduct */
  constructor(ladder, conduct) {
    this.ladder = ladder;
    this.conduct = conduct;
  }

  /** Says whether the rules can produce this event now. @param {Play} play */
  judge(play) {
    if (play.type === 'point' && play.value < 0) {
      const had = this.#canTakeBack(play.side);
      if (had + play.value >= 0) return null;
      return new Refusal('illegal_score', `cannot take ${-play.value} back of ${had}; undo goes further back`);
    }
    const most = mostSets(this.ladder);
    if (play.type === 'point' && play.value > 0 && this.over && this.sets.length >= most) return noMorePeriods(most);
    const planned = bestOf(this.ladder);
    if (play.type === 'period_start' && !this.isFresh() && this.sets.length >= planned) return noMorePeriods(planned);
    if (play.type !== 'result') return null;
    if (play.periods.length > most) return absurdResult(most);
    if (play.periods.some(({ named }) => named !== null)) return new Refusal('bad_event', 'a set has no “phase”');
    return play.force ? null : legalResult(this.ladder, play.periods);
  }

  /** Says if the current set has no point yet: "begin match, new set" is one set. */
  isFresh() {
    const set = last(this.sets);
    return !this.over && (this.beforePlay || !set || (isZero(set) && isZero(this.game)));
  }

  /** The effect of an event; says when it ends the match. @param {Play} play @returns {Outcome|null} */
  play(play) {
    switch (play.type) {
      case 'start':
        this.#openIfNone();
        if (play.side) setServer(this, play.side);
        return null;
      case 'point':
        return this.#points(play.side, play.value);
      case 'period_start':
        return this.#nextSet();
      case 'period_end':
        return this.#cutShort();
      case 'serve':
        if (play.expedite && this.ladder.serve.expedite) this.expedite = sum(this.set());
        setServer(this, play.side);
        this.serveSaid = true;
        return null;
      case 'ends':
        this.endsDue = false;
        return null;
      case 'result': {
        const outcome = correct(this, play.periods);
        this.#enter();
        return outcome;
      }
      default:
        return null;
    }
  }

  /**
   * Gives what a card awards, whoever serves. An interval or a change of ends that is due stays due.
   *
   * @param {Side} side
   * @param {import('./conduct.js').Award} award
   * @returns {Outcome|null}
   */
  award(side, award) {
    const [endsDue, intervalDue] = [this.endsDue, this.intervalDue];
    if (this.over) this.#open();
    this.#openIfNone();
    this.beforePlay ||= this.isFresh();
    [this.endsDue, this.intervalDue] = [endsDue, intervalDue];
    if (award === 'game') return this.#winGame(side);
    for (let point = 0; point < award; point += 1) {
      const outcome = this.#winPoint(side);
      if (outcome || this.over) return outcome;
    }
    return null;
  }

  /**
   * The game that is played, or the set where there are no games, goes to a side. The other one keeps its points.
   *
   * @param {Side} side
   * @returns {Outcome|null}
   */
  #winGame(side) {
    if (this.inGames()) {
      this.game = zero();
      this.server = otherIfAny(this.server);
      return this.#score(side);
    }
    const target = this.setTarget();
    const set = last(this.sets);
    if (!set) return null;
    set[side] = Math.max(target.neededAgainst(set[other(side)]), set[side] + 1);
    this.endsDue = false;
    return this.endSet(side);
  }

  /** Who leads, for a match that is ended as it stands: by sets, else in the set being played. */
  leader() {
    const inSet = this.over ? null : (leader(this.set()) ?? leader(this.game));
    return leader(this.won) ?? inSet;
  }

  /** The state as everybody sees it. @param {boolean} live @param {import('./state.js').MatchState} state */
  show(live, state) {
    show(this, live, state);
  }

  /** @param {Side} side @param {number} value */
  #points(side, value) {
    this.#nothingDue();
    if (value < 0) {
      this.#takeBack(side, value);
      return null;
    }
    if (value > 0 && this.over) this.#open();
    this.#openIfNone();
    this.beforePlay = false;
    for (let point = 0; point < value; point += 1) {
      const outcome = this.#rally(side);
      if (outcome || this.over) return outcome;
    }
    return null;
  }

  /** @param {Side} side */
  #rally(side) {
    const sideOut = this.ladder.serve.order === 'side_out';
    if (sideOut && this.server && this.server !== side) {
      loseService(this);
      return null;
    }
    // Only the side that serves can have scored.
    if (sideOut && !this.server) setServer(this, side);
    return this.#winPoint(side);
  }

  /** @param {Side} side */
  #winPoint(side) {
    if (!this.inGames()) return this.#score(side);
    const target = this.gameTarget();
    const tieBreak = this.inTieBreak();
    this.game[side] += 1;
    if (target.winner(this.game)) {
      this.game = zero();
      this.server = otherIfAny(this.server);
      return this.#score(side);
    }
    if (tieBreak && divides(this.ladder.ends.tieBreakEvery, sum(this.game))) this.endsDue = true;
    return null;
  }

  /** A point, or a game, for the set. @param {Side} side */
  #score(side) {
    const { ends, interval, game } = this.ladder;
    const target = this.setTarget();
    const inGames = this.inGames();
    const decider = this.inDecider();
    const set = last(this.sets);
    if (!set) return null;
    set[side] += 1;
    if (!inGames) serveAfterPoint(this, side);
    const afterOddGames = inGames && ends.oddGames && sum(set) % 2 === 1;
    if (target.winner(set)) {
      this.endsDue = afterOddGames;
      this.intervalDue = false;
      return this.endSet(side);
    }
    // Of two points at once each keeps what the other calls for.
    if (inGames) {
      this.endsDue ||= afterOddGames;
      return null;
    }
    /** @param {number|null} at */
    const firstTo = (at) => at !== null && set[side] === at && set[other(side)] < at;
    const intervalAt = (decider ? interval.deciderAt : null) ?? interval.at;
    const everyPoints = (decider ? ends.deciderEvery : null) ?? ends.every;
    const every = game ? ends.tieBreakEvery : everyPoints;
    this.endsDue ||= (decider && firstTo(ends.deciderAt)) || divides(every, sum(set));
    const atTotal = !decider && (interval.atTotal ?? 0) > 0 && sum(set) === interval.atTotal;
    this.intervalDue ||= !game && (firstTo(intervalAt) || atTotal);
    return null;
  }

  /** @param {Side|null} taker */
  endSet(taker) {
    this.over = { taker };
    this.servedAtEnd = this.server;
    this.serveSaid = false;
    if (taker) this.won[taker] += 1;
    this.game = zero();
    this.serviceOver = false;
    const outcome = this.#outcome();
    if (!outcome) {
      this.intervalDue = this.ladder.interval.betweenSets > 0;
      this.endsDue ||= this.ladder.ends.betweenSets && !tossComes(this);
      this.server = servesNextSet(this, taker);
    }
    return outcome;
  }

  /** @returns {Outcome|null} */
  #outcome() {
    const sets = bestOf(this.ladder);
    const winner = leader(this.won);
    if (Math.max(this.won.A, this.won.B) >= needed(this.ladder)) return { winner };
    const allPlayed = this.sets.length >= sets;
    return allPlayed && (winner || sets % 2 === 0) ? { winner } : null;
  }

  /** A set cut short: the leader takes it, level goes to nobody. */
  #cutShort() {
    const set = last(this.sets);
    if (!set || this.over) return null;
    this.endsDue = false;
    this.cutShort = true;
    return this.endSet(leader(set));
  }

  #nextSet() {
    if (this.isFresh()) {
      this.#openIfNone();
      this.beforePlay = this.endsDue = this.intervalDue = false;
      return null;
    }
    const outcome = this.#cutShort();
    if (!outcome) this.#open();
    return outcome;
  }

  #openIfNone() {
    if (this.sets.length === 0) this.#open();
  }

  #open() {
    // Of a history that has more, the last set begins anew: sets that were won stay counted.
    if (this.sets.length >= mostSets(this.ladder)) this.sets.pop();
    this.sets.push(zero());
    this.over = null;
    this.cutShort = false;
    this.#nothingDue();
    this.firstServer = null;
    this.beforePlay = false;
    if (this.expedite !== null) this.expedite = 0;
    if (this.server) setServer(this, this.server);
    this.#enter();
  }

  #nothingDue() {
    this.endsDue = this.intervalDue = this.serviceOver = false;
  }

  #enter() {
    const period = Math.max(this.sets.length - 1, 0);
    this.conduct.enter({ period, half: period, extra: false });
  }

  /** @param {Side} side */
  #canTakeBack(side) {
    return this.inGames() ? this.game[side] : this.set()[side];
  }

  /** @param {Side} side @param {number} value */
  #takeBack(side, value) {
    const inGames = this.inGames();
    const count = inGames ? this.game : last(this.sets);
    if (!count) return;
    count[side] = Math.max(count[side] + value, 0);
    if (inGames || !this.over || this.setTarget().winner(count)) return;
    const { taker } = this.over;
    this.over = null;
    if (taker) this.won[taker] -= 1;
    if (this.cutShort) {
      const now = leader(count);
      this.over = { taker: now };
      if (now) this.won[now] += 1;
      return;
    }
    // Whoever was to serve first in the next set says nothing of this one.
    this.server = this.ladder.serve.order === 'alternate' ? this.servedAtEnd : null;
  }

  /** The set being played, or what stands before the first. */
  set() {
    return last(this.sets) ?? zero();
  }

  inDecider() {
    return this.sets.length >= bestOf(this.ladder);
  }

  /** Says if the current set is played in games. */
  inGames() {
    return this.ladder.game !== null && !(this.inDecider() && decidedByPoints(this.ladder));
  }

  inTieBreak() {
    const set = last(this.sets);
    if (!set || this.over || !this.inGames()) return false;
    const at = this.setTarget().tieBreakAt;
    return at !== null && set.A === at && set.B === at;
  }

  gameTarget() {
    const { game, set } = this.ladder;
    if (set?.tieBreak && this.inTieBreak()) {
      const own = this.inDecider() ? set.decider?.tieBreakTarget : null;
      return new Target(own ?? set.tieBreak.target, set.tieBreak.lead, null);
    }
    return game ? Target.ofGame(game) : new Target(1, 1, null);
  }

  setTarget() {
    return Target.ofSet(this.ladder, this.inDecider());
  }
}

/** @param {number|null} every @param {number} total */
const divides = (every, total) => every !== null && every > 0 && total > 0 && total % every === 0;
