/**
 * The two scorings, the server's in Rust and the pages' in JavaScript, are one: golden vectors, and random logs that
 * both fold to the same bytes. ENGINES_SEED repeats a run, ENGINES_LOGS says how many logs.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir } from 'node:fs/promises';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { MatchFold } from '../../static/core/scoring/fold.js';
import { readPlay } from '../../static/core/scoring/play.js';
import { Refusal } from '../../static/core/scoring/refusal.js';
import { expand } from './golden.js';
import { Venue } from './venue.js';

const BINARY = process.env.COURTSIDE_BIN ?? fileURLToPath(new URL('../../target/debug/courtside', import.meta.url));
const GOLDEN = new URL('../golden/', import.meta.url);
const SEED = Number(process.env.ENGINES_SEED ?? Date.now() % 2 ** 31);
const LOGS = Number(process.env.ENGINES_LOGS ?? 20_000);
/** The variant that is a sport's file itself, whatever day it is. */
const BASE = 'base';

/** What the random logs must have reached, or they prove little. */
const REACHED = {
  prompts: `ends interval service_over second_server deciding_point set_point match_point extra_time shootout cap
    priority suspension out bonus double_bonus too_many_timeouts`.split(/\s+/),
  phases: ['regular', 'extra_time', 'shootout'],
  statuses: ['scheduled', 'live', 'suspended', 'finished'],
  ends: ['A', 'B', 'null', 'A walkover', 'B walkover', 'A retired', 'B retired'],
};

/** Every way to play that the server knows, as `{sport, variant, rules}`. */
let games = [];

before(async () => {
  const venue = await Venue.open({ flags: ['--open'] });
  try {
    const sports = await (await fetch(`${venue.url}/api/sports`)).json();
    games = sports.flatMap(({ id: sport, rules, variants = [] }) => [
      { sport, variant: BASE, rules: frozen(rules) },
      ...variants.map(({ id: variant, rules }) => ({ sport, variant, rules: frozen(rules) })),
    ]);
  } finally {
    await venue.close();
  }
});

/** So that a change of the rules would be an error. */
function frozen(value) {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(frozen);
  return Object.freeze(value);
}

/** Folds events as a referee's; those that the rules refuse are skipped, and listed with their codes. */
function fold(rules, events) {
  const match = new MatchFold(rules);
  const refused = [];
  for (const [index, event] of events.entries()) {
    const code = take(match, event);
    if (code) refused.push({ number: index + 1, code });
  }
  return { refused, state: JSON.stringify(match.state()) };
}

/** Does with an event what the server would; answers the code when it is refused. */
function take(match, event) {
  const play = readPlay(event);
  const verdict = play instanceof Refusal ? play : match.judge(play, 'referee');
  if (verdict instanceof Refusal) return verdict.code;
  match.apply(play);
  return null;
}

describe('golden vectors', () => {
  test('fold to the state that their authors expect', async () => {
    const files = (await readdir(GOLDEN)).filter((name) => name.endsWith('.json'));
    assert.ok(files.length > 0, 'there are no golden vectors');
    const wrong = [];
    for (const file of files) {
      for (const vector of JSON.parse(await readFile(new URL(file, GOLDEN), 'utf8'))) {
        const why = whyWrong(vector);
        if (why) wrong.push(`${file}, ${vector.name}: ${why}`);
      }
    }
    assert.equal(wrong.join('\n'), '');
  });

  function whyWrong({ sport, variant = BASE, events, state: expected, refused: codes = [] }) {
    const game = games.find((game) => game.sport === sport && game.variant === variant);
    if (!game) return `there is no ${sport}, ${variant}`;
    const { refused, state } = fold(game.rules, expand(events));
    const actual = { phase: 'regular', ...JSON.parse(state), refused: refused.map(({ code }) => code) };
    const wrong = Object.entries({ ...expected, refused: codes }).filter(
      ([field, wanted]) => !isDeepStrictEqual(actual[field], wanted),
    );
    const say = ([field, wanted]) => `${field} is ${JSON.stringify(actual[field])}, not ${JSON.stringify(wanted)}`;
    return wrong.map(say).join('; ');
  }
});

describe('a fold in JavaScript', () => {
  test('that is truncated is as if the rest had not been', () => {
    for (const [index, { rules }] of games.entries()) {
      const dice = seeded(SEED + index);
      const log = randomLog(dice, rules);
      const [long, short] = [new MatchFold(rules), new MatchFold(rules)];
      for (const event of log) take(long, event);
      const seq = dice.below(long.seq + 1);
      for (const event of log) if (short.seq < seq) take(short, event);
      long.truncate(seq);
      assert.equal(long.seq, seq, `seed ${SEED}`);
      assert.equal(JSON.stringify(long.state()), JSON.stringify(short.state()), `seed ${SEED}`);
    }
  });

  test('gives a state that is the caller’s own', () => {
    for (const { rules } of games) {
      const match = new MatchFold(rules);
      const clock = { type: 'clock', detail: { action: 'start' } };
      for (const event of expand(['start:A A B A foul:A card:A:red timeout:B', clock])) take(match, event);
      const before = JSON.stringify(match.state());
      const spoil = (value) => Object.keys(value).forEach((key) => change(value, key));
      const change = (object, key) => (object[key] instanceof Object ? spoil(object[key]) : (object[key] = 'spoilt'));
      spoil(match.state());
      assert.equal(JSON.stringify(match.state()), before);
    }
  });

  test('keeps names apart that objects have a meaning for', () => {
    const rules = { engine: 'periods', period: { count: 1 }, cards: JSON.parse('{"__proto__":{"out_after":2}}') };
    const match = new MatchFold(rules);
    const card = { type: 'card', side: 'A', player: '__proto__', detail: { colour: '__proto__' } };
    assert.deepEqual([take(match, card), take(match, card)], [null, null]);
    assert.ok(JSON.stringify(match.state().cards).startsWith('{"A":{"__proto__":2}'));
    assert.deepEqual(match.state().prompt, ['out']);
    assert.equal(take(match, { ...card, detail: { colour: 'constructor' } }), 'bad_event');
  });
});

describe('random logs', () => {
  test('fold to the same bytes in Rust and in JavaScript', { timeout: 120_000 }, async (t) => {
    assert.ok(games.length > 0, 'the server knows no sports');
    const each = Math.ceil(LOGS / games.length);
    const seen = { prompts: new Set(), phases: new Set(), statuses: new Set(), ends: new Set() };
    let count = 0;
    for (const [index, game] of games.entries()) {
      const lines = Array.from({ length: each }, (_, number) => line(game, index * each + number));
      lines.push(...counted(game).map((tokens) => JSON.stringify(expand([tokens]))));
      const different = await firstDifferent(game, lines, (state) => look(state, seen));
      if (different) await fail(game, different);
      count += lines.length;
    }
    t.diagnostic(`${count} logs of ${games.length} ways to play, seed ${SEED}`);
    if (LOGS < 10_000) return;
    for (const [what, wanted] of Object.entries(REACHED)) {
      const missing = wanted.filter((value) => !seen[what].has(value));
      assert.deepEqual(missing, [], `no log reached these ${what}`);
    }
  });

  test('are refused for the same reasons', async () => {
    const codes = new Set();
    for (const [index, game] of games.entries()) {
      for (let number = 0; number < 4; number += 1) {
        const seed = SEED + 1_000_000 + index * 4 + number;
        const events = JSON.parse(JSON.stringify(randomLog(seeded(seed), game.rules)));
        const { refused } = fold(game.rules, events);
        assert.deepEqual(refused, await refusals(game, events), `${JSON.stringify(events)} of seed ${seed}`);
        refused.forEach(({ code }) => codes.add(code));
      }
    }
    assert.deepEqual([...codes].sort(), ['bad_event', 'illegal_score', 'match_finished', 'nothing_to_undo']);
  });

  /** One log as a line of JSON. In every fourth one whole numbers are written 2.0, as some languages do. */
  function line({ rules }, number) {
    const text = JSON.stringify(randomLog(seeded(SEED + number), rules));
    return number % 4 === 0 ? text.replace(/"(value|seconds|seq|A|B)":(-?\d{1,15})(?=[,}])/g, '"$1":$2.0') : text;
  }

  /** What is counted, up to where it has a consequence: chance does not go so far every time. */
  function counted({ rules }) {
    const cards = Object.keys(rules.cards ?? {}).map((colour) => `A card:B:${colour}*3`);
    return ['A foul:A*5', 'A foul:A*12', 'A timeout:A*9', ...cards];
  }

  function look(text, seen) {
    const state = JSON.parse(text);
    state.prompt.forEach((prompt) => seen.prompts.add(prompt));
    seen.phases.add(state.phase ?? 'regular');
    seen.statuses.add(state.status);
    if (state.status === 'finished') seen.ends.add(`${state.winner} ${state.reason ?? ''}`.trim());
  }

  async function firstDifferent(game, lines, onState = (_state) => {}) {
    const theirs = states(game, lines);
    const ours = lines.map((line) => fold(game.rules, JSON.parse(line)).state);
    ours.forEach(onState);
    const answers = await theirs;
    return lines.find((_, index) => ours[index] !== answers[index]);
  }

  async function fail(game, line) {
    const smallest = JSON.stringify(await shrunk(game, JSON.parse(line)));
    // How its numbers were written may be what mattered.
    const log = (await firstDifferent(game, [smallest])) ?? line;
    const [theirs] = await states(game, [log]);
    const ours = fold(game.rules, JSON.parse(log)).state;
    const where = `seed ${SEED}: ${game.sport}, ${game.variant} differ on`;
    assert.fail([where, log, `Rust        ${theirs}`, `JavaScript  ${ours}`].join('\n'));
  }

  /** Drops ever smaller pieces as long as the two still differ. */
  async function shrunk(game, events) {
    let size = Math.ceil(events.length / 2);
    while (size >= 1) {
      const starts = Array.from({ length: Math.ceil(events.length / size) }, (_, piece) => piece * size);
      const without = (start) => [...events.slice(0, start), ...events.slice(start + size)];
      const shorter = starts.map((start) => JSON.stringify(without(start)));
      const smaller = shorter.length > 0 ? await firstDifferent(game, shorter) : undefined;
      if (smaller) events = JSON.parse(smaller);
      else size = Math.floor(size / 2);
    }
    return events;
  }
});

/** What `courtside score --batch` makes of each line: a state. */
async function states(game, lines) {
  const { stdout } = await score(game, lines, ['--batch']);
  const answers = stdout.split('\n').slice(0, -1);
  assert.equal(answers.length, lines.length, `${game.sport}, ${game.variant}: a state for each line`);
  return answers;
}

/** What `courtside score` refuses of a match, one event a line. */
async function refusals(game, events) {
  const { stderr } = await score(game, events.map((event) => JSON.stringify(event)));
  const refused = stderr.matchAll(/^line (\d+): refused, (\w+):/gm);
  return [...refused].map(([, number, code]) => ({ number: Number(number), code }));
}

async function score({ sport, variant }, lines, flags = []) {
  const child = spawn(BINARY, ['score', '--sport', sport, '--variant', variant, ...flags], { stdio: 'pipe' });
  const closed = once(child, 'close');
  const outputs = [collected(child.stdout), collected(child.stderr)];
  // It may end before it has read everything; its exit code says more.
  child.stdin.on('error', () => {});
  child.stdin.end(lines.map((line) => `${line}\n`).join(''));
  const [code] = await closed;
  const [stdout, stderr] = await Promise.all(outputs);
  assert.equal(code, 0, `courtside score --sport ${sport} --variant ${variant}: ${stderr.slice(0, 2000)}`);
  return { stdout, stderr };
}

async function collected(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** Random numbers that a seed repeats (mulberry32), as what logs are made of. */
function seeded(seed) {
  let state = seed >>> 0;
  const random = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end) => Math.floor(random() * end);
  const chance = (probability) => random() < probability;
  const pick = (list) => list[below(list.length)];
  const many = (end, make) => Array.from({ length: below(end) }, make);
  return { below, chance, pick, many, side: () => pick(['A', 'B']) };
}

/** A log of 0 to 300 events: mostly a match as it is played, mostly nonsense, or something between. */
function randomLog(dice, rules) {
  const length = dice.below(301);
  const tail = dice.chance(0.5) ? 1 + dice.below(Math.min(24, 301 - length)) : 0;
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
const burst = (dice, event) => Array(dice.chance(0.1) ? 1 + dice.below(12) : 1).fill(event);

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
  let queue = [];
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
    const value = dice.chance(0.9) ? dice.pick(values) : dice.pick([-1, -1, 0, 2, 3, 4, 4, 24]);
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

const TAILS = ['foul', 'foul', 'foul', 'foul', 'card', 'timeout', 'period_start', 'serve', 'undo', 'redo', 'result'];
const ENDINGS = ['walkover', 'retire', 'finish'];
const SHOOTOUT = { detail: { phase: 'shootout' } };
const COLOURS = ['black', 'blue', 'green', 'red', 'white', 'yellow'];
const PLAYERS = ['7', 7, 7, 10, '10', '__proto__', '__proto__', 'constructor', 'é', 1.5, '', {}, null, 'x'.repeat(61)];

/** Events of each type that the contract knows, legal and illegal. */
const KINDS = {
  point(dice) {
    return { type: 'point', side: dice.side(), value: dice.pick([0, 1, 1, 2, 3, 5, 30, 1000, -1, -1, -2, -30]) };
  },
  foul(dice) {
    return { type: 'foul', side: dice.side(), value: dice.pick([1, 1, 1, 1, 2, 0, -1]), player: dice.pick(PLAYERS) };
  },
  card(dice, rules) {
    const known = [...COLOURS, ...Object.keys(rules.cards ?? {}), ...Object.keys(rules.cards ?? {})];
    const unknown = ['__proto__', 'constructor', 'pink', 'Red', '', '7'];
    const colour = dice.pick(dice.chance(0.9) ? known : unknown);
    return { type: 'card', side: dice.side(), player: dice.pick(PLAYERS), detail: { colour } };
  },
  timeout: (dice) => ({ type: 'timeout', side: dice.pick(['A', 'B', null]) }),
  period_start(dice) {
    const phase = dice.pick([undefined, null, 'second_half', 'extra_time', 'shootout', { shootout: null }]);
    return { type: 'period_start', detail: { phase } };
  },
  serve: (dice) => ({ type: 'serve', side: dice.side() }),
  clock(dice) {
    const seconds = dice.pick([undefined, null, 0, 90, 5400, 1_000_000, 1_000_001, -1]);
    return { type: 'clock', detail: { action: dice.pick(['start', 'stop', 'set']), seconds } };
  },
  walkover: (dice) => ({ type: 'walkover', side: dice.side() }),
  retire: (dice) => ({ type: 'retire', side: dice.side() }),
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
  const seq = dice.chance(0.9) ? 1 + dice.below(log.length + 1) : dice.pick([0, 999, -1, 2 ** 53]);
  return { type, detail: { seq } };
}

/** A result as it can be, or nearly; some are forced, and a few cannot be at all. */
function randomResult(dice, rules) {
  const periods = rules.engine === 'ladder' ? sets(dice, rules) : timedPeriods(dice, rules);
  if (dice.chance(0.2) && periods.length > 0) dice.pick(periods)[dice.side()] += dice.pick([1, -1, 7, 0.5]);
  if (dice.chance(0.05)) periods.push(...dice.many(120, () => ({ A: dice.below(9), B: 0 })));
  if (dice.chance(0.05)) periods.push({ A: dice.pick([-5, 1_000_000, 1_000_001]), B: dice.below(30) - 10 });
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
    const broken = level.tie_break && dice.chance(0.3) ? level.tie_break.at : null;
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
  return dice.many(period.count + 4, () => ({ A: scored(), B: scored() }));
}

const FIELDS = ['type', 'side', 'value', 'player', 'id', 'detail'];
const DETAILS = ['seq', 'action', 'seconds', 'phase', 'colour', 'periods', 'force'];
const NONSENSE = [null, undefined, 1.5, '1', 'C', '', true, {}, [], ['A'], { A: 1 }, 1001, -1001, 1e300, '\u0007', 'ü'];

/** An event that says something wrong, or says it in the wrong way. */
function malformed(dice, event) {
  if (dice.chance(0.05)) return dice.pick([null, 7, 'point', [], true]);
  const value = dice.chance(0.05) ? 'x'.repeat(70) : dice.pick(NONSENSE);
  if (dice.chance(0.5)) return { ...event, [dice.pick(FIELDS)]: value };
  return { ...event, detail: { ...event?.detail, [dice.pick(DETAILS)]: value } };
}
