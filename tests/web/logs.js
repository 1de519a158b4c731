/**
 * Random matches for the comparison of the two scorings, which a seed repeats: logs of events, as they are played or
 * full of nonsense, and rules that no sport of the catalogue has.
 */
import { MatchFold } from '../../static/core/scoring/fold.js';
import { readPlay } from '../../static/core/scoring/play.js';
import { Refusal } from '../../static/core/scoring/refusal.js';

const LONGEST = 300;
const ENDINGS = ['walkover', 'retire', 'finish'];
const TAILS = ['foul', 'foul', 'foul', 'foul', 'card', 'timeout', 'period_start', 'serve', 'undo', 'redo', 'result'];
const SHOOTOUT = { detail: { phase: 'shootout' } };
const COLOURS = ['black', 'blue', 'green', 'red', 'white', 'yellow'];
const PLAYERS = [
  ...['7', 7, 7, 10, '10', 1.5, '', {}, null, '__proto__', '__proto__', 'constructor', 'é'],
  ...[60, 60, 61].map((length) => 'x'.repeat(length)),
];

/** Random numbers that seeds repeat (mulberry32), as what logs are made of. */
export function seeded(...seeds) {
  let state = 0;
  const random = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  for (const seed of seeds) state = (random() * 2 ** 32) ^ seed;
  const below = (end) => Math.floor(random() * end);
  const chance = (probability) => random() < probability;
  const pick = (list) => list[below(list.length)];
  const many = (end, make) => Array.from({ length: below(end) }, make);
  const some = (fields) => Object.fromEntries(Object.entries(fields).filter(() => chance(0.5)));
  return { below, chance, pick, many, some, upTo: (most) => 1 + below(most), side: () => pick(['A', 'B']) };
}

/** Does with a referee's event what the server would; answers the code when it is refused. */
export function take(match, event) {
  const play = readPlay(event);
  const verdict = play instanceof Refusal ? play : match.judge(play, 'referee');
  if (verdict instanceof Refusal) return verdict.code;
  match.apply(play);
  return null;
}

/** A log of 0 to 300 events: mostly a match as it is played, mostly nonsense, or something between. */
export function randomLog(dice, rules) {
  const length = dice.below(dice.pick([20, 60, LONGEST + 1]));
  const tail = dice.chance(0.5) ? 1 + dice.below(Math.min(24, LONGEST + 1 - length)) : 0;
  const noise = dice.pick([0, 0.01, 0.03, 0.1, 0.3, 1]);
  const favourite = dice.pick(Object.keys(KINDS));
  const share = dice.pick([0, 0.3, 0.9]);
  const log = [];
  const next = playing(dice, rules);
  if (dice.chance(0.5)) log.push({ type: 'start', ...(dice.chance(0.5) ? { side: dice.side() } : {}) });
  while (log.length < length) {
    if (!dice.chance(noise)) log.push(next());
    else log.push(...burst(dice, KINDS[dice.chance(share) ? favourite : dice.pick(COMMON)](dice, rules, log)));
    if (ENDINGS.includes(log[log.length - 1]?.type) && dice.chance(0.7)) log.push({ type: 'undo' });
  }
  const cut = dice.chance(0.6) ? upToAPrompt(dice, rules, log) : log;
  const last = dice.pick(TAILS);
  const side = dice.chance(0.7) ? { side: dice.side() } : {};
  for (let count = 0; count < tail; count += 1) cut.push({ ...KINDS[last](dice, rules, cut), ...side });
  return cut;
}

/** Now and then a count goes up and up, as fouls do until there is a bonus. */
const burst = (dice, event) => Array(dice.chance(0.1) ? dice.upTo(12) : 1).fill(event);

/** Cut where the match has something to say, and what is rare as often as what is not; else most matches are over. */
function upToAPrompt(dice, rules, log) {
  const match = new MatchFold(rules);
  const lengths = new Map();
  for (const [index, event] of log.entries()) {
    take(match, event);
    for (const prompt of match.state().prompt) {
      if (!lengths.has(prompt)) lengths.set(prompt, []);
      lengths.get(prompt).push(index + 1);
    }
  }
  if (lengths.size === 0) return log;
  return log.slice(0, dice.pick(lengths.get(dice.pick([...lengths.keys()]))));
}

/** Events of a match as it is played: by a side that is better, in turn, in games or by turns of luck. */
function playing(dice, rules) {
  const timed = rules.engine === 'periods';
  const values = rules.points?.length > 0 ? rules.points.map(({ value }) => value) : [1];
  const way = dice.pick(['better', 'turns', 'games', 'luck']);
  const [better, how] = [dice.side(), dice.pick([0.55, 0.7, 0.9, 1])];
  const stretch = dice.pick([1, 2, 5, 20, 60]);
  const slips = dice.pick([0.1, 0.1, 0.4]);
  const queue = [];
  let [lucky, shootout, turn] = ['A', false, 0];
  const scorer = () => {
    turn += 1;
    if (way === 'turns') return turn % 2 ? 'A' : 'B';
    if (way === 'games') return Math.floor(turn / 4) % 2 ? 'A' : 'B';
    if (way === 'luck' && dice.chance(0.05)) lucky = dice.side();
    return dice.chance(way === 'luck' ? 0.9 : how) ? (way === 'luck' ? lucky : better) : dice.side();
  };
  const point = () => {
    const side = scorer();
    if (shootout) return { type: 'point', side, value: dice.pick([0, 1, 1]), ...(dice.chance(0.5) ? SHOOTOUT : {}) };
    const value = dice.chance(slips) ? dice.pick([-1, -1, -1, 0, 2, 3, 4, 24]) : dice.pick(values);
    return { type: 'point', side, ...(value === 1 ? {} : { value }) };
  };
  /** The end of a period, and what may follow. Level scores lead to extra time and shoot-outs. */
  const change = () => {
    shootout ||= dice.chance(0.1);
    if (dice.chance(0.2)) queue.push({ type: 'serve', side: dice.side() });
    if (dice.chance(0.3)) queue.push({ type: 'clock', detail: { action: dice.pick(['start', 'set', 'stop']) } });
    if (dice.chance(0.7)) queue.push({ type: 'period_start', ...(shootout && dice.chance(0.5) ? SHOOTOUT : {}) });
    return { type: 'period_end' };
  };
  return () => {
    const waiting = queue.shift();
    if (waiting) return waiting;
    if (dice.chance((timed ? 1 : 0.02) / stretch)) return change();
    const event = point();
    if (timed && way === 'turns' && !shootout) queue.push({ ...event, side: event.side === 'A' ? 'B' : 'A' });
    return event;
  };
}

/** Events of each type that the contract knows, legal and illegal. */
const KINDS = {
  point(dice) {
    const value = dice.pick([0, 1, 1, 2, 3, 5, 30, 1000, -1, -1, -2, -30]);
    return { type: 'point', side: dice.side(), value, ...(dice.chance(0.05) ? SHOOTOUT : {}) };
  },
  foul(dice) {
    return { type: 'foul', side: dice.side(), value: dice.pick([1, 1, 1, 1, 2, 0, -1]), player: dice.pick(PLAYERS) };
  },
  card(dice, rules) {
    const known = [...COLOURS, ...Object.keys(rules.cards ?? {}), ...Object.keys(rules.cards ?? {})];
    const unknown = ['__proto__', 'constructor', 'pink', 'Red', 'rot ', 'röt', '', '7', 'x'.repeat(40), 'x'.repeat(41)];
    const colour = dice.pick(dice.chance(0.9) ? known : unknown);
    return { type: 'card', side: dice.side(), player: dice.pick(PLAYERS), detail: { colour } };
  },
  timeout: (dice) => ({ type: 'timeout', side: dice.pick(['A', 'B', null]) }),
  period_start(dice) {
    const phase = dice.pick([undefined, null, 'second_half', 'extra_time', 'shootout', { shootout: null }]);
    return { type: 'period_start', detail: { phase } };
  },
  serve: (dice) => ({ type: 'serve', side: dice.side(), ...(dice.chance(0.2) ? { detail: { expedite: dice.pick([true, true, 1]) } } : {}) }),
  clock(dice) {
    const seconds = dice.pick([undefined, null, 0, 90, 5400, 1_000_000, 1_000_001, -1]);
    const action = dice.pick(['start', 'start', 'stop', 'stop', 'set', 'set', { start: null }]);
    return { type: 'clock', detail: { action, seconds } };
  },
  walkover: (dice) => ({ type: 'walkover', side: dice.side() }),
  retire: (dice) => ({ type: 'retire', side: dice.side(), detail: { reason: dice.pick([null, 'injury', 'disqualified']) } }),
  undo: (dice, _rules, log) => aimed(dice, 'undo', log),
  redo: (dice, _rules, log) => aimed(dice, 'redo', log),
  result: randomResult,
  malformed: (dice, rules, log) => malformed(dice, KINDS[dice.pick(COMMON)](dice, rules, log)),
  word: (dice) => ({ type: dice.pick(['ends', 'substitution', 'suspend', 'resume', 'note', 'applause', 'start']) }),
  period_end: () => ({ type: 'period_end' }),
  finish: () => ({ type: 'finish' }),
  confirm: () => ({ type: 'confirm' }),
};

/** How often each kind comes: what ends a match is rare. */
const COMMON = Object.keys(KINDS).flatMap((kind) =>
  Array(['walkover', 'retire', 'finish', 'confirm', 'result', 'period_end'].includes(kind) ? 1 : 4).fill(kind),
);

function aimed(dice, type, log) {
  if (dice.chance(0.5)) return { type };
  const seq = dice.chance(0.9) ? dice.upTo(log.length + 1) : dice.pick([0, 999, -1, 2 ** 53]);
  return { type, detail: { seq } };
}

/** A result as it can be, or nearly; some are forced, and a few cannot be at all. */
function randomResult(dice, rules) {
  const periods = rules.engine === 'ladder' ? sets(dice, rules) : timedPeriods(dice, rules);
  if (dice.chance(0.2) && periods.length > 0) dice.pick(periods)[dice.side()] += dice.pick([1, -1, 7, 0.5]);
  if (dice.chance(0.05)) periods.push(...dice.many(120, () => ({ A: dice.below(9), B: 0 })));
  if (dice.chance(0.05)) periods.push({ A: dice.pick([-5, 199, 200, 1_000_000, 1_000_001]), B: dice.below(30) - 10 });
  return { type: 'result', detail: { periods, force: dice.pick([undefined, null, false, false, true, 'yes']) } };
}

function sets(dice, { match, set }) {
  const best = set ? (match.best_of ?? 1) : 1;
  const won = { A: 0, B: 0 };
  const periods = [];
  while (Math.max(won.A, won.B) <= best / 2 && periods.length < best && !dice.chance(0.1)) {
    const level = set ?? match;
    const own = periods.length + 1 === best ? { ...level, ...set?.decider } : level;
    const [target, lead] = [own.target ?? 1, own.lead ?? 1];
    const low = dice.chance(0.6) ? dice.below(Math.max(target - lead + 1, 1)) : dice.below(target + 8);
    const broken = level.tie_break && dice.chance(0.3) ? (own.tie_break_at ?? level.tie_break.at) : null;
    const high = broken === null ? Math.min(Math.max(target, low + lead), own.cap ?? Infinity) : broken + 1;
    const winner = dice.side();
    won[winner] += 1;
    periods.push(winner === 'A' ? { A: high, B: broken ?? low } : { A: broken ?? low, B: high });
  }
  if (dice.chance(0.3) && periods.length < best) periods.push({ A: dice.below(4), B: dice.below(4) });
  return periods;
}

function timedPeriods(dice, { period, points = [] }) {
  const values = points.length > 0 ? points.map(({ value }) => value) : [1];
  const scored = () => dice.many(6, () => dice.pick(values)).reduce((sum, value) => sum + value, 0);
  const level = dice.chance(0.5);
  const periods = dice.many(period.count + 4, () => {
    const A = scored();
    return { A, B: level ? A : scored() };
  });
  if (dice.chance(0.5)) periods.push({ A: dice.below(2), B: dice.below(2) });
  if (dice.chance(0.3)) periods.push({ A: dice.below(7), B: dice.below(7) });
  if (dice.chance(0.6)) return periods;
  const late = (index) => dice.pick(index < period.count ? [undefined] : ['extra_time', 'extra_time', 'shootout', undefined]);
  const odd = () => dice.pick([undefined, null, 'extra_time', 'shootout', 'regular', 7]);
  const name = dice.chance(0.8) ? late : odd;
  return periods.map((points, index) => ({ ...points, phase: name(index) }));
}

const FIELDS = ['type', 'side', 'value', 'player', 'id', 'detail'];
const DETAILS = ['seq', 'action', 'seconds', 'phase', 'colour', 'periods', 'force'];
const NONSENSE = [
  ...[null, undefined, true, 1.5, 1001, -1001, 1e300, 2 ** 53, '', '1', 'C', 'ü', '\u0007', '\u0085'],
  ...[[], ['A'], {}, { A: 1 }, { A: null }, { stop: null }],
  ...['é'.repeat(32), 'x'.repeat(40), 'x'.repeat(41), 'x'.repeat(60), 'x'.repeat(64), 'x'.repeat(65)],
];

/** An event that says something wrong, or says it in the wrong way. */
function malformed(dice, event) {
  if (dice.chance(0.05)) return dice.pick([null, 7, 'point', [], ['type', 'start'], true]);
  const value = dice.pick(NONSENSE);
  if (dice.chance(0.5)) return { ...event, [dice.pick(FIELDS)]: value };
  return { ...event, detail: { ...event?.detail, [dice.pick(DETAILS)]: value } };
}

/** Takes a rule away. */
const NONE = 'none';

/** Single rules to change, to values that make short matches. Not all of them go together: the server says which. */
export function randomChanges(dice, rules) {
  const fouls = dice.some({ bonus_from: dice.upTo(4), double_bonus_from: dice.upTo(6), out_after: dice.upTo(3) });
  const card = (other) => ({
    name: 'Card',
    ...dice.some({ seconds: 120, out_after: dice.upTo(2), award: dice.upTo(3), fouls: dice.upTo(2) }),
    ...dice.some({ out_with: [other], in_play: dice.chance(0.5), award_game: dice.chance(0.2), disqualifies: dice.chance(0.1) }),
  });
  const counts = dice.many(4, () => dice.below(3));
  const per = () => dice.pick(['match', 'half', 'period', 'set']);
  return dice.some({
    ...(rules.engine === 'ladder' ? ladderChanges(dice, rules) : periodsChanges(dice)),
    fouls: { per: per(), ...fouls },
    cards: { red: card('penalty_point'), penalty_point: card('red') },
    timeouts: { per: per(), ...dice.some({ counts, in_half: dice.pick([NONE, 1, 2]), extra: dice.pick([NONE, 0, 1]) }) },
  });
}

function ladderChanges(dice, rules) {
  const goal = (most) => {
    const target = dice.upTo(most);
    return { target, lead: dice.upTo(3), cap: dice.pick([NONE, NONE, target + dice.below(4)]) };
  };
  const order = dice.pick(['none', 'winner', 'loser', 'alternate', 'by_game', 'side_out', 'side_out']);
  const next_set = dice.pick(['winner', 'loser', 'alternate', 'toss']);
  const serves = { every: dice.below(5), deuce_every: dice.below(3), next_set, servers: dice.below(4) };
  const yesOrNo = () => dice.chance(0.5);
  const at = () => dice.pick([NONE, dice.below(6)]);
  const anyCase = {
    serve: { order, ...dice.some({ ...serves, decider_toss: yesOrNo(), announce: yesOrNo(), expedite: yesOrNo() }) },
    ends: dice.some({
      ...{ between_sets: yesOrNo(), odd_games: yesOrNo(), decider_at: at() },
      ...{ every: at(), decider_every: at(), tie_break_every: at() },
    }),
    interval: dice.some({ at: at(), decider_at: at(), at_total: at(), between_sets: dice.below(2) * 60 }),
  };
  if (!rules.set) return { ...anyCase, match: goal(9) };
  if (dice.chance(0.1)) return { ...anyCase, match: { best_of: NONE, ...goal(9) }, set: NONE, game: NONE };
  const tie_break = { at: dice.below(5), target: dice.upTo(5), lead: dice.upTo(2) };
  const broken = { tie_break: yesOrNo(), tie_break_at: dice.below(5), tie_break_target: dice.upTo(5) };
  const decider = dice.some({ ...goal(6), ...broken, points: yesOrNo() });
  const calls = dice.pick([[], ['love'], ['love', '15', '30', '40'], ['0', '1', '2', '3', '4', '5', '6']]);
  const deuce = dice.pick(['advantage', 'golden_point', 'star_point']);
  const game = { target: dice.pick([1, 1, 2, 4]), lead: dice.upTo(2), deuce, calls, advantage: dice.pick(['AD', '+']) };
  const inGames = Boolean(rules.game) || dice.chance(0.3);
  return {
    ...anyCase,
    match: { best_of: dice.pick([1, 2, 3, 3, 4, 5]) },
    set: {
      ...goal(6),
      ...dice.some({ decider: dice.pick([NONE, decider, decider, decider]) }),
      ...(inGames ? dice.some({ tie_break: dice.pick([NONE, tie_break, tie_break]) }) : {}),
    },
    ...(inGames ? { game } : {}),
  };
}

function periodsChanges(dice) {
  const yesOrNo = () => dice.chance(0.5);
  const minutes = () => dice.pick([0, 7, 1000]);
  const upTo = (most) => dice.pick([NONE, dice.upTo(most)]);
  const ends_at = dice.many(5, () => dice.upTo(5)).map((sum, index, all) => sum + (all[index - 1] ?? 0));
  const pause = () => dice.pick([0, 60]);
  const breaks = () => dice.many(4, pause);
  const extra = dice.some({
    ...{ count: dice.upTo(3), minutes: minutes(), rounds: dice.pick([NONE, 1, 1, 2]), priority: yesOrNo() },
    ...{ kind: dice.pick(['full', 'full', 'sudden_death']), target: upTo(4), lead: upTo(2) },
    ...{ breaks: breaks(), ends: dice.pick([NONE, 'never', 'half', 'period']) },
  });
  const sudden_death = { minutes: minutes(), ...dice.some({ break: pause() }) };
  if (extra.rounds > 0 && dice.chance(0.4)) extra.sudden_death = sudden_death;
  const way = () => ({ value: dice.upTo(4), name: 'Way', ...dice.some({ after: dice.upTo(3) }) });
  return {
    period: dice.some({ count: dice.below(5), minutes: minutes(), counts: dice.pick(['up', 'down']), ends_at, breaks: breaks(), soft_cap: upTo(2) }),
    extra: dice.pick([NONE, extra, extra, extra]),
    shootout: dice.pick([NONE, { attempts: dice.upTo(5), winner_gets: dice.pick([0, 1, 2, 'all']), ...dice.some({ break: pause() }) }]),
    target: upTo(12),
    soft_cap: dice.pick([NONE, dice.below(4)]),
    both_score: dice.chance(0.3),
    mercy: dice.pick([NONE, { lead: dice.upTo(8), from_period: dice.below(4) }]),
    draws: yesOrNo(),
    ends: dice.pick(['never', 'half', 'period']),
    points: dice.many(4, way),
  };
}
