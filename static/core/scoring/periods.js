/**
 * The engine of timed sports: points add up over periods, then extra time, then a shoot-out. What is played next, what
 * is shown and how a whole result is read stand in the `periods-*.js` beside.
 *
 * @typedef {import('./play.js').Play} Play
 * @typedef {import('./state.js').Phase} Phase
 * @typedef {import('./state.js').Side} Side
 * @typedef {import('./state.js').Tally} Tally
 * @typedef {import('./scoring.js').Outcome} Outcome
 * @typedef {{points: Tally, phase: Phase}} Period
 */
import { add, within } from './conduct.js';
import {
  afterLastRound,
  awaitsPriority,
  firstScoreWins,
  goesOn,
  mayDrawPriority,
  nextPhase,
  scope,
  scopeAfterPause,
} from './periods-course.js';
import { canBegin, correct, legalResult } from './periods-result.js';
import { openingClock, show } from './periods-shown.js';
import { Refusal, absurdResult, noMorePeriods } from './refusal.js';
import { PERIODS_MAX, isZero, last, leader, other, zero } from './state.js';

/** @type {Side[]} */
const SIDES = ['A', 'B'];

/** A timed match while it is played. Its fields are for this file and those beside it. */
export class Board {
  /** Every period that was begun; the current one is the last. @type {Period[]} */
  periods = [];
  over = false;
  /** It is over because a side has the points that end it. */
  full = false;
  /** Somebody said that the current period begins; the first one begins with the match. */
  announced = false;
  /** The sides have changed ends since the current period was over. */
  endsChanged = false;
  /** Who has the ball, the kick or the priority. @type {Side|null} */
  serving = null;
  /** Attempts in the shoot-out. */
  attempts = zero();
  /** Whoever has this many wins: time is up. @type {number|null} */
  cap = null;
  /** The current period is over once a side has this many: its time is up. @type {number|null} */
  periodCap = null;
  /** The shoot-out was decided. @type {Side|null} */
  shotOut = null;

  /** @param {import('./definition.js').Periods} rules @param {import('./conduct.js').Conduct} conduct */
  constructor(rules, conduct) {
    this.rules = rules;
    this.conduct = conduct;
  }

  /** Says whether the rules can produce this event now. @param {Play} play */
  judge(play) {
    if (play.type === 'point' && play.value < 0) {
      const had = this.#canTakeBack(play.side, play.shootout);
      if (had + play.value >= 0) return null;
      return new Refusal('illegal_score', `cannot take ${-play.value} points back: there are ${had}`);
    }
    if (play.type === 'point' && this.#opens(play.value, play.shootout) && this.begun() >= PERIODS_MAX) {
      return noMorePeriods(PERIODS_MAX);
    }
    if (play.type === 'period_start' && play.phase === 'shootout' && this.phase() === 'shootout') {
      return new Refusal('bad_event', 'the shoot-out has begun already');
    }
    if (play.type === 'period_start' && !this.#isAnnouncedBy(play.phase) && this.begun() >= canBegin(this.rules)) {
      return noMorePeriods(canBegin(this.rules));
    }
    if (play.type !== 'result') return null;
    if (play.periods.length > PERIODS_MAX) return absurdResult(PERIODS_MAX);
    return play.force ? null : legalResult(this.rules, play.periods);
  }

  /** Says if a point begins the next period. @param {number} value @param {boolean} shootout */
  #opens(value, shootout) {
    return value >= 0 && (this.over || (shootout && this.phase() !== 'shootout'));
  }

  /** Says if a `period_start` only says what play has already begun. @param {import('./play.js').Hint|null} hint */
  #isAnnouncedBy(hint) {
    const period = last(this.periods);
    const scoreless = period !== undefined && isZero(period.points);
    return !this.over && !this.announced && scoreless && !hint;
  }

  /** @param {Side} side @param {boolean} shootout */
  #canTakeBack(side, shootout) {
    if (this.phase() === 'shootout') return last(this.periods)?.points[side] ?? 0;
    return shootout ? 0 : this.total()[side];
  }

  /** The effect of an event; says when it ends the match. @param {Play} play @returns {Outcome|null} */
  play(play) {
    switch (play.type) {
      case 'start':
        if (this.periods.length === 0) this.#open('regular');
        // Who begins is not who wins a level bout: lots are drawn for that (FIE Technical Rules, priority).
        if (!this.rules.extra?.priority) this.serving = play.side ?? this.serving;
        return null;
      case 'point':
        return this.#points(play.side, play.value, play.shootout);
      case 'period_start':
        this.#begin(play.phase);
        return null;
      case 'period_end':
        return this.#end();
      case 'serve': {
        const late = awaitsPriority(this);
        if (!this.rules.extra?.priority || mayDrawPriority(this)) this.serving = play.side;
        return late ? { winner: play.side } : null;
      }
      case 'ends':
        this.endsChanged = this.over;
        return null;
      case 'result': {
        const outcome = correct(this, play.periods);
        this.conduct.enter(scope(this));
        return outcome;
      }
      default:
        return null;
    }
  }

  /**
   * Points that a card gives; none in a shoot-out, where only shots count. In a pause they do not end it.
   *
   * @param {Side} side
   * @param {import('./conduct.js').Award} award
   */
  award(side, award) {
    if (award === 'game' || this.phase() === 'shootout') return null;
    return this.over ? this.#score(side, award) : this.#points(side, award, false);
  }

  /** The side that leads, for a match that is ended as it stands. Kicks decide also where the match itself is not level. */
  leader() {
    return this.leadsShootout() ?? leader(this.total());
  }

  leadsShootout() {
    const period = last(this.periods);
    return period?.phase === 'shootout' ? leader(period.points) : null;
  }

  /** Says if extra time or a shoot-out may follow. */
  canGoOn() {
    return this.phase() !== 'shootout' && this.periods.length > 0;
  }

  /** @param {Side} winner @param {number} points */
  stillLeads(winner, points) {
    const total = this.total();
    return total[other(winner)] + points < total[winner];
  }

  /** The match ends as it stands: what a shoot-out that is part of it has decided counts. */
  settle() {
    if (this.phase() === 'shootout') this.shotOut = this.leadsShootout();
  }

  /** The state as everybody sees it. @param {boolean} live @param {import('./state.js').MatchState} state */
  show(live, state) {
    show(this, live, state);
  }

  /** What the clock shows when the current period begins. */
  openingClock() {
    return openingClock(this);
  }

  /** The part of the match that follows the pause that it is in. */
  scopeAfterPause() {
    return scopeAfterPause(this);
  }

  isOver() {
    return this.over;
  }

  begun() {
    return this.periods.length;
  }

  /** @param {Side} side @param {number} value @param {boolean} shootout */
  #points(side, value, shootout) {
    if (shootout && value >= 0 && this.phase() !== 'shootout') this.#open('shootout');
    else if ((this.over && value >= 0) || this.periods.length === 0) this.#open(nextPhase(this));
    return this.#point(side, value);
  }

  /** @param {Side} side @param {number} value @returns {Outcome|null} */
  #point(side, value) {
    if (this.phase() === 'shootout') return this.#attempt(side, value);
    if (value < 0) {
      this.#takeBack(side, -value);
      this.over &&= !this.full || this.isFull();
      this.full &&= this.over;
      return null;
    }
    const outcome = this.#score(side, value);
    if (!outcome) this.over = this.full = this.isFull();
    return outcome;
  }

  /** Adds points to the current period; says when they end the match. @param {Side} side @param {number} value */
  #score(side, value) {
    const period = last(this.periods);
    if (period) period.points[side] = add(period.points[side], value);
    // Also in a second leg, where the match need not be level before.
    if (value > 0 && this.phase() === 'extra_time' && firstScoreWins(this)) return { winner: side };
    return this.decidedBy(side);
  }

  /** Says if a side's points end the match. @param {Side} side @returns {Outcome|null} */
  decidedBy(side) {
    const total = this.total();
    const winner = leader(total);
    return winner && this.#ended(side, total) ? { winner } : null;
  }

  /** Says if a point of this side ends the match for whoever leads. @param {Side} side @param {Tally} total */
  #ended(side, total) {
    const { target, mercy } = this.rules;
    /** @param {number|null} target */
    const reached = (target) => target !== null && total[side] >= target;
    const lead = Math.abs(total.A - total.B);
    const merciful = mercy !== null && lead >= mercy.lead && this.periods.length >= mercy.fromPeriod;
    const extra = this.phase() === 'extra_time' ? this.rules.extra : null;
    const extraTarget = extra?.target ?? null;
    const inExtra = extraTarget !== null && this.extraPoints()[side] >= extraTarget;
    const led = extra !== null && extra.lead !== null && lead >= extra.lead && afterLastRound(this, 1);
    return (extraTarget === null && reached(target)) || reached(this.cap) || merciful || led || inExtra;
  }

  /** Says if a side has the points that end the current period. */
  isFull() {
    const { A, B } = this.total();
    return this.phase() === 'regular' && Math.max(A, B) >= Math.min(this.#endsAt(), this.periodCap ?? Infinity);
  }

  /** How many points of a side end the current period. */
  #endsAt() {
    return this.rules.period.endsAt[Math.max(this.periods.length - 1, 0)] ?? Infinity;
  }

  /** Takes points back from this period, then from the ones before. @param {Side} side @param {number} value */
  #takeBack(side, value) {
    for (const { points } of [...this.periods].reverse()) {
      const taken = Math.min(value, points[side]);
      points[side] -= taken;
      value -= taken;
    }
  }

  /**
   * One attempt of the shoot-out: a point scores, a zero misses, a negative one takes a score back.
   *
   * @param {Side} side
   * @param {number} value
   * @returns {Outcome|null}
   */
  #attempt(side, value) {
    this.attempts[side] = add(this.attempts[side], value < 0 ? -1 : 1);
    const period = last(this.periods);
    if (!period) return null;
    const scored = period.points;
    scored[side] = add(scored[side], Math.sign(value));
    this.serving = value < 0 ? side : other(side);
    const planned = Math.max(this.rules.shootout?.attempts ?? 1, 1);
    // In pairs after the planned ones, so that both have always had as many.
    const round = Math.max(planned, this.attempts.A, this.attempts.B);
    /** @param {Side} side */
    const best = (side) => scored[side] + round - this.attempts[side];
    const winner = SIDES.find((side) => scored[side] > best(other(side)));
    if (!winner) return null;
    this.shotOut = winner;
    return { winner };
  }

  /**
   * The next period begins, or the one that play has already begun is announced.
   * @param {import('./play.js').Hint|null} hint
   */
  #begin(hint) {
    if (this.#isAnnouncedBy(hint)) {
      this.announced = true;
      return;
    }
    this.#open(hint === 'shootout' || hint === 'extra_time' ? hint : nextPhase(this));
    this.announced = true;
  }

  /** @param {Phase} phase */
  #open(phase) {
    this.endsChanged = false;
    this.periodCap = null;
    this.over = this.full = this.announced = false;
    if (phase === 'shootout') this.attempts = zero();
    // Of a history that has more, the rest is played in the last one: the score stays right.
    if (this.begun() < PERIODS_MAX) this.periods.push({ points: zero(), phase });
    this.conduct.enter(scope(this));
  }

  /** The current period is over. */
  #end() {
    if (this.over || this.periods.length === 0) return null;
    switch (this.phase()) {
      case 'regular':
        return this.#endRegular();
      case 'extra_time':
        return this.#endExtra();
      default:
        return this.#endShootout();
    }
  }

  /** @returns {Outcome|null} */
  #endRegular() {
    const { period, softCap, draws } = this.rules;
    const isLast = period.count > 0 && this.count('regular') >= period.count;
    const total = this.total();
    const winner = leader(total);
    if (isLast && softCap !== null && this.cap === null) {
      this.cap = Math.max(total.A, total.B) + softCap;
      return null;
    }
    // Time is up before anybody has the points that end this period.
    if (period.softCap !== null && this.#endsAt() < Infinity && this.periodCap === null) {
      this.periodCap = Math.max(total.A, total.B) + period.softCap;
      return null;
    }
    this.over = true;
    const settled = winner || (draws && !goesOn(this));
    return isLast && settled ? { winner } : null;
  }

  /** @returns {Outcome|null} */
  #endExtra() {
    const { extra, draws } = this.rules;
    const winner = leader(this.total());
    if (this.#playsForLead()) return null;
    this.over = true;
    const round = Math.max(extra?.count ?? 1, 1);
    if (this.count('extra_time') % round !== 0 && !afterLastRound(this, 1)) return null;
    if (winner) return { winner };
    if (this.serving && extra?.priority) return { winner: this.serving };
    return goesOn(this) || !draws ? null : { winner };
  }

  /** Says if a side still needs more of a lead, after all extra time: such play has no time. */
  #playsForLead() {
    const lead = this.rules.extra?.lead ?? null;
    const { A, B } = this.total();
    return lead !== null && Math.abs(A - B) < lead && afterLastRound(this, 1);
  }

  /** A double hit where the next one decides counts for nobody: the one that was said first is taken back.
   * @param {Side} side
   * @param {number} points
   */
  annul(side, points) {
    this.#takeBack(side, points);
    this.over = this.full = false;
  }

  /** @param {Side} winner @param {number} points */
  levels(winner, points) {
    const total = this.total();
    return total[other(winner)] + points === total[winner];
  }

  /** @returns {Outcome|null} */
  #endShootout() {
    this.over = true;
    this.shotOut = this.leadsShootout();
    const winner = this.leader();
    return winner ? { winner } : null;
  }

  /** @returns {Phase} */
  phase() {
    return last(this.periods)?.phase ?? 'regular';
  }

  /** @param {Phase} phase */
  count(phase) {
    return this.periods.filter((period) => period.phase === phase).length;
  }

  /** What the match stands at, without the shoot-out. */
  total() {
    return this.#sum((phase) => phase !== 'shootout');
  }

  extraPoints() {
    return this.#sum((phase) => phase === 'extra_time');
  }

  /** @param {(phase: Phase) => boolean} counts @returns {Tally} */
  #sum(counts) {
    const sum = zero();
    for (const { points, phase } of this.periods) {
      if (!counts(phase)) continue;
      for (const side of SIDES) sum[side] = within(sum[side] + points[side]);
    }
    return sum;
  }
}
