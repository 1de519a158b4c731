/**
 * The engine of timed sports: points add up over periods, then extra time, then a shoot-out.
 *
 * @typedef {import('./play.js').Play} Play
 * @typedef {import('./state.js').Phase} Phase
 * @typedef {import('./state.js').Side} Side
 * @typedef {import('./state.js').Tally} Tally
 * @typedef {import('./scoring.js').Outcome} Outcome
 * @typedef {{points: Tally, phase: Phase}} Period
 */
import { COUNT_MAX, add } from './conduct.js';
import { legalResult } from './periods-rules.js';
import { Refusal } from './refusal.js';
import { isZero, last, leader, other, sayer, zero } from './state.js';

const CLOCK_MAX_SECONDS = 1_000_000;

/** A timed match while it is played. */
export class Board {
  #rules;
  #conduct;
  /** Every period that was begun; the current one is the last. @type {Period[]} */
  #periods = [];
  #over = false;
  /** Somebody said that the current period begins; the first one begins with the match. */
  #announced = false;
  /** Who has the ball, the kick or the priority. @type {Side|null} */
  #serving = null;
  /** Attempts in the shoot-out. */
  #attempts = zero();
  /** Whoever has this many wins: time is up. @type {number|null} */
  #cap = null;
  /** The shoot-out was decided. @type {Side|null} */
  #shotOut = null;

  /** @param {import('./definition.js').Periods} rules @param {import('./conduct.js').Conduct} conduct */
  constructor(rules, conduct) {
    this.#rules = rules;
    this.#conduct = conduct;
  }

  /** Says whether the rules can produce this event now. @param {Play} play */
  judge(play) {
    if (play.type === 'point' && play.value < 0) {
      const had = this.#phase() === 'shootout' ? this.#lastPoints(play.side) : this.#total()[play.side];
      if (had + play.value >= 0) return null;
      return new Refusal('illegal_score', `cannot take ${-play.value} points back: there are ${had}`);
    }
    return play.type === 'result' && !play.force ? legalResult(this.#rules, play.periods) : null;
  }

  /** The effect of an event; says when it ends the match. @param {Play} play @returns {Outcome|null} */
  play(play) {
    switch (play.type) {
      case 'start':
        if (this.#periods.length === 0) this.#open('regular');
        this.#serving = play.side ?? this.#serving;
        return null;
      case 'point':
        if (play.shootout && this.#phase() !== 'shootout') this.#open('shootout');
        else if ((this.#over && play.value >= 0) || this.#periods.length === 0) this.#open(this.#nextPhase());
        return this.#point(play.side, play.value);
      case 'period_start':
        this.#begin(play.phase);
        return null;
      case 'period_end':
        return this.#end();
      case 'serve':
        this.#serving = play.side;
        return null;
      case 'result':
        this.#correct(play.periods);
        return null;
      default:
        return null;
    }
  }

  /** Who leads, for a match that is ended as it stands. */
  leader() {
    const period = last(this.#periods);
    const inShootout = period?.phase === 'shootout' ? leader(period.points) : null;
    return leader(this.#total()) ?? inShootout;
  }

  /** @param {Side} side @param {number} value @returns {Outcome|null} */
  #point(side, value) {
    if (this.#phase() === 'shootout') return this.#attempt(side, value);
    if (value < 0) {
      this.#takeBack(side, -value);
      return null;
    }
    const period = last(this.#periods);
    if (period) period.points[side] = add(period.points[side], value);
    const [total, phase] = [this.#total(), this.#phase()];
    const winner = leader(total);
    if (winner && this.#ended(side, total)) return { winner };
    const endsAt = this.#rules.period.endsAt[Math.max(this.#periods.length - 1, 0)];
    this.#over = phase === 'regular' && endsAt !== undefined && total[side] >= endsAt;
    return null;
  }

  /** Whether a point of this side ends the match for whoever leads. @param {Side} side @param {Tally} total */
  #ended(side, total) {
    const { target, mercy } = this.#rules;
    /** @param {number|null} target */
    const reached = (target) => target !== null && total[side] >= target;
    const lead = Math.abs(total.A - total.B);
    const merciful = mercy !== null && lead >= mercy.lead && this.#periods.length >= mercy.fromPeriod;
    const extra = this.#phase() === 'extra_time' ? this.#rules.extra : null;
    const sudden = extra?.kind === 'sudden_death';
    const extraTarget = extra?.target ?? null;
    const inExtra = extraTarget !== null && this.#extraPoints(side) >= extraTarget;
    const led = extra !== null && extra.lead !== null && lead >= extra.lead && this.#afterLastRound(1);
    return (extraTarget === null && reached(target)) || reached(this.#cap) || merciful || sudden || led || inExtra;
  }

  /** Takes points back from this period, then from the ones before. @param {Side} side @param {number} value */
  #takeBack(side, value) {
    for (const { points } of [...this.#periods].reverse()) {
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
    this.#attempts[side] = add(this.#attempts[side], value < 0 ? -1 : 1);
    const period = last(this.#periods);
    if (!period) return null;
    const scored = period.points;
    scored[side] = add(scored[side], Math.sign(value));
    this.#serving = value < 0 ? side : other(side);
    const planned = Math.max(this.#rules.shootout?.attempts ?? 1, 1);
    // In pairs after the planned ones, so that both have always had as many.
    const round = Math.max(planned, this.#attempts.A, this.#attempts.B);
    /** @param {Side} side */
    const best = (side) => scored[side] + round - this.#attempts[side];
    const winner = SIDES.find((side) => scored[side] > best(other(side)));
    if (!winner) return null;
    this.#shotOut = winner;
    return { winner };
  }

  /**
   * The next period begins, or the one that play has already begun is announced.
   * @param {import('./play.js').Hint|null} hint
   */
  #begin(hint) {
    const period = last(this.#periods);
    const scoreless = period !== undefined && isZero(period.points);
    if (!this.#over && !this.#announced && scoreless && !hint) {
      this.#announced = true;
      return;
    }
    this.#open(hint === 'shootout' || hint === 'extra_time' ? hint : this.#nextPhase());
    this.#announced = true;
  }

  /** @param {Phase} phase */
  #open(phase) {
    this.#over = false;
    this.#announced = false;
    if (phase === 'shootout') this.#attempts = zero();
    this.#periods.push({ points: zero(), phase });
    this.#conduct.enter(this.#scope());
  }

  #scope() {
    const count = Math.max(this.#rules.period.count, 1);
    const period = Math.max(this.#count('regular'), 1) - 1;
    return {
      period,
      half: Math.trunc((Math.min(period, count - 1) * 2) / count),
      extra: this.#phase() !== 'regular',
    };
  }

  /** @returns {Phase} */
  #nextPhase() {
    const { period, shootout } = this.#rules;
    const phase = this.#phase();
    if (period.count === 0 || (this.#count('regular') < period.count && phase === 'regular')) return 'regular';
    if (phase === 'shootout') return 'shootout';
    if (this.#extraLeft()) return 'extra_time';
    return shootout ? 'shootout' : 'extra_time';
  }

  /** Whether extra time has a period left: one of its rounds, or play for a lead after them. */
  #extraLeft() {
    const { extra } = this.#rules;
    return extra !== null && (extra.lead !== null || !this.#afterLastRound(0));
  }

  /** Whether so many of the extra periods are beyond the last round. @param {number} beyond */
  #afterLastRound(beyond) {
    const { extra } = this.#rules;
    if (!extra || extra.rounds === null) return false;
    return this.#count('extra_time') >= extra.count * extra.rounds + beyond;
  }

  /** The current period is over. */
  #end() {
    if (this.#over || this.#periods.length === 0) return null;
    switch (this.#phase()) {
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
    const { period, softCap, draws } = this.#rules;
    const isLast = period.count > 0 && this.#count('regular') >= period.count;
    const total = this.#total();
    const winner = leader(total);
    if (isLast && softCap !== null && this.#cap === null) {
      this.#cap = Math.max(total.A, total.B) + softCap;
      return null;
    }
    this.#over = true;
    const settled = winner || (draws && !this.#goesOn());
    return isLast && settled ? { winner } : null;
  }

  /** @returns {Outcome|null} */
  #endExtra() {
    const { extra, draws } = this.#rules;
    const winner = leader(this.#total());
    this.#over = true;
    const round = Math.max(extra?.count ?? 1, 1);
    if (this.#count('extra_time') % round !== 0 && !this.#afterLastRound(1)) return null;
    if (winner) return { winner };
    if (this.#serving && extra?.priority) return { winner: this.#serving };
    return this.#goesOn() || !draws ? null : { winner };
  }

  /** @returns {Outcome|null} */
  #endShootout() {
    this.#over = true;
    const winner = this.leader();
    if (!winner) return null;
    this.#shotOut = winner;
    return { winner };
  }

  /** Whether these rules have something left to play for after a level score. */
  #goesOn() {
    return this.#extraLeft() || this.#rules.shootout !== null;
  }

  /** The score as a whole, in place of what was played. @param {Tally[]} periods */
  #correct(periods) {
    this.#periods = [];
    this.#over = false;
    this.#announced = true;
    this.#attempts = zero();
    this.#cap = null;
    this.#shotOut = null;
    for (const { A, B } of periods) {
      const phase = this.#periods.length === 0 ? 'regular' : this.#nextPhase();
      if (phase === 'shootout' && this.#phase() === 'shootout') break;
      const points = { A: within(A), B: within(B) };
      this.#periods.push({ points, phase });
      if (phase === 'shootout') this.#attempts = { ...points };
    }
  }

  /** A result for a match that had ended: who won a shoot-out that is part of it. */
  settle() {
    if (this.#phase() === 'shootout' && !leader(this.#total())) this.#shotOut = this.leader();
  }

  /** @returns {Phase} */
  #phase() {
    return last(this.#periods)?.phase ?? 'regular';
  }

  /** @param {Phase} phase */
  #count(phase) {
    return this.#periods.filter((period) => period.phase === phase).length;
  }

  /** @param {Side} side */
  #lastPoints(side) {
    return last(this.#periods)?.points[side] ?? 0;
  }

  /** What the match stands at, without the shoot-out. */
  #total() {
    return this.#sum((phase) => phase !== 'shootout');
  }

  /** @param {Side} side */
  #extraPoints(side) {
    return this.#sum((phase) => phase === 'extra_time')[side];
  }

  /** @param {(phase: Phase) => boolean} counts @returns {Tally} */
  #sum(counts) {
    const sum = zero();
    for (const { points, phase } of this.#periods) {
      if (!counts(phase)) continue;
      for (const side of SIDES) sum[side] = within(sum[side] + points[side]);
    }
    return sum;
  }

  /** What the clock shows when the current period begins. @returns {import('./state.js').MatchClock} */
  openingClock() {
    const { period, extra } = this.#rules;
    const phase = this.#phase();
    const extraMinutes = extra?.minutes ?? 0;
    /** @param {Phase} which */
    const before = (which) => Math.max(this.#count(which) - (phase === which ? 1 : 0), 0);
    const minutes =
      period.counts === 'up'
        ? before('regular') * period.minutes + before('extra_time') * extraMinutes
        : extra && phase === 'extra_time'
          ? extraMinutes
          : period.minutes;
    return { running: false, seconds: Math.min(minutes * 60, CLOCK_MAX_SECONDS) };
  }

  isOver() {
    return this.#over;
  }

  begun() {
    return this.#periods.length;
  }

  /** The state as everybody sees it. @param {boolean} live @param {import('./state.js').MatchState} state */
  show(live, state) {
    const phase = this.#phase();
    state.score = this.#total();
    const bonus = this.#rules.shootout?.winnerGets ?? 0;
    if (this.#shotOut) state.score[this.#shotOut] = add(state.score[this.#shotOut], bonus);
    state.periods = this.#periods.map(({ points }) => ({ ...points }));
    state.period = this.#periods.length;
    if (phase !== 'regular') state.phase = phase;
    const shown = (phase === 'shootout' ? last(this.#periods)?.points : null) ?? state.score;
    state.points = { A: String(shown.A), B: String(shown.B) };
    if (!live) return;
    state.serving = this.#serving;
    this.#showPrompts(state.prompt);
  }

  /** @param {string[]} prompt */
  #showPrompts(prompt) {
    const say = sayer(prompt);
    const { ends, extra } = this.#rules;
    const phase = this.#phase();
    const next = this.#nextPhase();
    if (this.#over) {
      say(next === phase && (ends === 'period' || (ends === 'half' && this.#isHalfTime())), 'ends');
      say(true, 'interval');
      say(next === 'extra_time', 'extra_time');
      say(next === 'shootout', 'shootout');
      return;
    }
    say(this.#cap !== null, 'cap');
    say(extra !== null && extra.priority && phase === 'extra_time' && !this.#serving, 'priority');
    say(this.#onePointFromWinning(), 'match_point');
  }

  /** The middle of the regular time, or of a round of extra time. */
  #isHalfTime() {
    const { period, extra } = this.#rules;
    const phase = this.#phase();
    const round = Math.max(phase === 'extra_time' && extra ? extra.count : period.count, 1);
    return (this.#count(phase) % round) * 2 === round;
  }

  #onePointFromWinning() {
    const target = Math.min(this.#cap ?? Infinity, this.#rules.target ?? Infinity);
    const { A, B } = this.#total();
    return this.#phase() !== 'shootout' && Math.max(A, B) + 1 >= target;
  }
}

/** @type {Side[]} */
const SIDES = ['A', 'B'];

/** @param {number} count */
const within = (count) => Math.min(Math.max(count, -COUNT_MAX), COUNT_MAX);
