/**
 * The two scorings, the server's in Rust and the pages' in JavaScript, are one: golden vectors, and random logs that
 * both fold to the same bytes and refuse for the same reasons.
 *
 * The logs are the same in every run. COURTSIDE_SEED=N makes others, ENGINES_LOGS=N says about how many; a log that
 * fails is named by the seed that makes it again.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { MatchFold } from '../../static/core/scoring/fold.js';
import { readPlay } from '../../static/core/scoring/play.js';
import { expand } from './golden.js';
import { randomChanges, randomLog, seeded, take } from './logs.js';
import { Venue } from './venue.js';

const BINARY = process.env.COURTSIDE_BIN ?? fileURLToPath(new URL('../../target/debug/courtside', import.meta.url));
const GOLDEN = new URL('../golden/', import.meta.url);
const SEED = Number(BigInt(process.env.COURTSIDE_SEED ?? 1) % 2n ** 32n);
const LOGS = Number(process.env.ENGINES_LOGS ?? 20_000);
/** With fewer logs than this, chance does not reach everything. */
const ENOUGH = 10_000;
/** Ways to play that no sport of the catalogue has. */
const CHANGED_GAMES = Math.ceil(LOGS / 100);
const LOGS_OF_A_CHANGED_GAME = 40;
/** The variant that is a sport's file itself, whatever day it is. */
const BASE = 'base';
const CLOCK = { type: 'clock', detail: { action: 'start', seconds: 60 } };

/** What the random logs must have reached, or they prove little. */
const REACHED = {
  prompts: `ends interval service_over second_server deciding_point set_point match_point extra_time shootout cap
    priority suspension out bonus double_bonus too_many_timeouts`.split(/\s+/),
  phases: ['regular', 'extra_time', 'shootout'],
  statuses: ['scheduled', 'live', 'suspended', 'finished'],
  ends: ['A', 'B', 'null', 'A walkover', 'B walkover', 'A retired', 'B retired', 'A disqualified', 'B disqualified'],
};

/** @typedef {{sport: string, variant: string, changes?: object, rules: object}} Game a way to play */
/** @typedef {{events: object[], line: string, seed: string}} Log its events, as they are sent, and what made it */

let venue;
/** Every way to play that the server knows. @type {Game[]} */
let games = [];

before(async () => {
  venue = await Venue.open({ flags: ['--open'] });
  const sports = await (await fetch(`${venue.url}/api/sports`)).json();
  games = sports.flatMap(({ id: sport, rules, variants = [] }) => [
    { sport, variant: BASE, rules: frozen(rules) },
    ...variants.map(({ id: variant, rules }) => ({ sport, variant, rules: frozen(rules) })),
  ]);
});
after(() => venue?.close());

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

describe('golden vectors', () => {
  const vectors = [];

  before(async () => {
    for (const file of (await readdir(GOLDEN)).filter((name) => name.endsWith('.json'))) {
      const read = JSON.parse(await readFile(new URL(file, GOLDEN), 'utf8'));
      vectors.push(...read.map((vector) => ({ variant: BASE, ...vector, events: expand(vector.events), file })));
    }
  });

  test('fold to the state that their authors expect', (t) => {
    assert.ok(vectors.length > 0, 'there are no golden vectors');
    const wrong = vectors.map((vector) => [vector, whyWrong(vector)]).filter(([, why]) => why);
    assert.equal(wrong.map(([{ file, name }, why]) => `${file}, ${name}: ${why}`).join('\n'), '');
    t.diagnostic(`${vectors.length} vectors`);
  });

  test('fold to the same bytes in Rust and in JavaScript', async () => {
    for (const game of games) {
      const own = vectors.filter(({ sport, variant }) => sport === game.sport && variant === game.variant);
      await compare(game, own.map(({ events, name }) => logOf(events, name)));
    }
  });

  function whyWrong(vector) {
    const { sport, variant, events, state: expected, refused: codes = [] } = vector;
    const { prompt_has: has = [], prompt_lacks: lacks = [] } = vector;
    const game = games.find((game) => game.sport === sport && game.variant === variant);
    if (!game) return `there is no ${sport}, ${variant}`;
    const { refused, state } = fold(game.rules, events);
    const actual = { phase: 'regular', ...JSON.parse(state), refused: refused.map(({ code }) => code) };
    const wrong = Object.entries({ ...expected, refused: codes }).filter(
      ([field, wanted]) => !isDeepStrictEqual(actual[field], wanted),
    );
    const words = [...has.filter((word) => !actual.prompt.includes(word)), ...lacks.filter((word) => actual.prompt.includes(word))];
    if (words.length > 0) return `${words.join(', ')} in the prompt ${actual.prompt}`;
    const say = ([field, wanted]) => `${field} is ${JSON.stringify(actual[field])}, not ${JSON.stringify(wanted)}`;
    return wrong.map(say).join('; ');
  }
});

describe('a fold in JavaScript', () => {
  test('that is truncated is as if the rest had not been', () => {
    for (const [index, { rules }] of games.entries()) {
      const dice = seeded(SEED, index);
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

  test('lets only an organiser reopen a result that is confirmed', () => {
    const match = new MatchFold(games[0]?.rules);
    for (const event of expand(['A finish confirm'])) assert.equal(take(match, event), null);
    const undo = { type: 'undo', seq: null };
    assert.equal(match.judge(undo, 'referee').code, 'match_finished');
    assert.deepEqual(match.judge(undo, 'organiser'), { target: 3 });
    assert.equal(match.state().confirmed, true);
    match.apply({ type: 'result', periods: [{ A: 2, B: 1 }], force: true });
    assert.equal(match.state().confirmed, false);
  });

  test('gives a state that is the caller’s own', () => {
    for (const { rules } of games) {
      const match = new MatchFold(rules);
      for (const event of expand(['start:A A B A foul:A card:A:red timeout:B', CLOCK])) take(match, event);
      const before = JSON.stringify(match.state());
      const spoil = (value) => Object.keys(value).forEach((key) => change(value, key));
      const change = (object, key) => (object[key] instanceof Object ? spoil(object[key]) : (object[key] = 'spoilt'));
      spoil(match.state());
      assert.equal(JSON.stringify(match.state()), before);
    }
  });

  test('has a state of at most 16 KB, whatever is sent', () => {
    const colours = ['black', 'blue', 'green', 'red', 'white', 'yellow'];
    const periods = Array(100).fill({ A: -1_000_000, B: 1_000_000 });
    for (const { rules } of games) {
      const known = [...colours, ...Object.keys(rules.cards ?? {})];
      const flood = [
        ...Array(300).fill({ type: 'period_start', detail: { phase: 'extra_time' } }),
        { type: 'result', detail: { periods, force: true } },
        ...Array(300).fill([{ type: 'point', side: 'A' }, { type: 'point', side: 'B' }, { type: 'period_start' }]).flat(),
        ...Array.from({ length: 900 }, (_, player) => ({
          type: 'card',
          side: player % 2 ? 'A' : 'B',
          player,
          detail: { colour: known[player % known.length] },
        })),
      ];
      const [taken, any] = [new MatchFold(rules), new MatchFold(rules)];
      for (const event of flood) {
        take(taken, event);
        any.apply(readPlay(event));
      }
      for (const match of [taken, any]) assert.ok(JSON.stringify(match.state()).length <= 16 * 1024);
    }
  });

  test('keeps names apart that objects have a meaning for', () => {
    const rules = { engine: 'periods', period: { count: 1 }, cards: JSON.parse('{"__proto__":{"out_after":2}}') };
    const match = new MatchFold(rules);
    const card = { type: 'card', side: 'A', player: '__proto__', detail: { colour: '__proto__' } };
    for (const event of [{ type: 'start' }, card, card]) assert.equal(take(match, event), null);
    assert.ok(JSON.stringify(match.state().cards).startsWith('{"A":{"__proto__":2}'));
    assert.deepEqual(match.state().prompt, ['out']);
    assert.equal(take(match, { ...card, detail: { colour: 'constructor' } }), 'bad_event');
  });
});

describe('random logs', () => {
  test('of every sport fold to the same bytes', { timeout: 120_000 }, async (t) => {
    assert.ok(games.length > 0, 'the server knows no sports');
    const each = Math.ceil(LOGS / games.length);
    const seen = { prompts: new Set(), phases: new Set(), statuses: new Set(), ends: new Set() };
    let count = 0;
    for (const [index, game] of games.entries()) {
      const logs = [...randomLogs(game, each, index), ...certainLogs(game)];
      const states = await compare(game, logs);
      states.forEach((state) => look(JSON.parse(state), seen));
      count += logs.length;
    }
    t.diagnostic(`${count} logs of ${games.length} ways to play, seed ${SEED}`);
    if (LOGS < ENOUGH) return;
    for (const [what, wanted] of Object.entries(REACHED)) {
      const missing = wanted.filter((value) => !seen[what].has(value));
      assert.deepEqual(missing, [], `no log reached these ${what}`);
    }
  });

  test('of rules that no sport has fold to the same bytes', { timeout: 120_000 }, async (t) => {
    let count = 0;
    for (let index = 0; index < CHANGED_GAMES; index += 1) {
      const game = await changedGame(index);
      const logs = [...randomLogs(game, LOGS_OF_A_CHANGED_GAME, games.length + index), ...certainLogs(game)];
      await compare(game, logs);
      await compareRefusals(game, logs[0]);
      count += logs.length;
    }
    t.diagnostic(`${count} logs of ${CHANGED_GAMES} ways to play, seed ${SEED}`);
  });

  test('are refused for the same reasons', async () => {
    const codes = new Set();
    for (const [index, game] of games.entries()) {
      for (const log of randomLogs(game, 4, index)) {
        for (const { code } of await compareRefusals(game, log)) codes.add(code);
      }
    }
    assert.deepEqual([...codes].sort(), ['bad_event', 'illegal_score', 'match_finished', 'nothing_to_undo']);
  });

  const randomLogs = (game, many, index) =>
    Array.from({ length: many }, (_, number) => {
      const events = randomLog(seeded(SEED, index, number), game.rules);
      return logOf(events, `COURTSIDE_SEED=${SEED}, log ${number}`, number % 4 === 0);
    });

  /** Where chance seldom goes: counts up to their consequence, and scores that stay level for many periods. */
  function certainLogs({ rules }) {
    const cards = Object.keys(rules.cards ?? {}).map((colour) => `A card:B:${colour}*3`);
    const counts = ['A foul:A*5', 'A foul:A*12', 'A timeout:A*9', ...cards];
    const logs = counts.map((tokens) => expand([tokens]));
    for (let many = 1; many <= 10; many += 1) {
      const level = 'A B period_end '.repeat(many);
      const won = [...Array(many).fill({ A: 1, B: 1 }), { A: 2, B: 1 }];
      const corrected = { type: 'result', detail: { periods: won, force: true } };
      const scoreless = { type: 'result', detail: { periods: Array(many).fill({ A: 0, B: 0 }) } };
      logs.push(expand([CLOCK, level, 'A']), expand([CLOCK, 'serve:B', level, 'B*2']));
      logs.push(expand(['A B '.repeat(many)]), expand([level, 'A B '.repeat(5), 'A']));
      logs.push(expand([`A*${many} A-1 period_end A-1`]));
      logs.push(expand([scoreless, 'period_start A']), expand(['A finish', corrected]));
    }
    return logs.map((events) => logOf(events, 'a log that is the same for every seed'));
  }

  /** A game with changes that the server takes, and its rules as the server then gives them to the pad. */
  async function changedGame(index) {
    const dice = seeded(SEED, games.length + index);
    for (;;) {
      const { sport, variant, rules } = dice.pick(games);
      const changes = randomChanges(dice, rules);
      const sides = { A: { name: 'A' }, B: { name: 'B' } };
      const body = JSON.stringify({ sport, variant, rules: changes, sides });
      const headers = { 'content-type': 'application/json' };
      const created = await fetch(`${venue.url}/api/matches`, { method: 'POST', headers, body });
      const answer = await created.json();
      if (created.status === 400 && answer.error.code === 'bad_rules') continue;
      assert.equal(created.status, 201, JSON.stringify(answer));
      const match = await (await fetch(`${venue.url}/api/matches/${answer.id}`)).json();
      return { sport, variant, changes, rules: frozen(match.rules) };
    }
  }

  function look(state, seen) {
    state.prompt.forEach((prompt) => seen.prompts.add(prompt));
    seen.phases.add(state.phase ?? 'regular');
    seen.statuses.add(state.status);
    if (state.status === 'finished') seen.ends.add(`${state.winner} ${state.reason ?? ''}`.trim());
  }
});

/** @returns {Log} with whole numbers written 2.0, as some languages do, if they shall be `fractional` */
function logOf(events, seed, fractional = false) {
  const line = JSON.stringify(events);
  const numbers = /"(value|player|seconds|seq|A|B)":(-?\d{1,15})(?=[,}])/g;
  return { events: JSON.parse(line), line: fractional ? line.replace(numbers, '"$1":$2.0') : line, seed };
}

/** Folds logs in both languages; answers the states, which must be the same. */
async function compare(game, logs) {
  const theirs = states(game, logs);
  const ours = logs.map(({ events }) => fold(game.rules, events).state);
  const answers = await theirs;
  const index = logs.findIndex((_, index) => ours[index] !== answers[index]);
  if (index >= 0) await fail(game, logs[index]);
  return ours;
}

async function compareRefusals(game, { events, seed }) {
  const { refused } = fold(game.rules, events);
  assert.deepEqual(refused, await refusals(game, events), `${named(game)}: ${seed}\n${JSON.stringify(events)}`);
  return refused;
}

const named = ({ sport, variant, changes }) =>
  `--sport ${sport} --variant ${variant}${changes ? ` --rules '${JSON.stringify(changes)}'` : ''}`;

async function fail(game, log) {
  const smallest = logOf(await shrunk(game, log.events), '');
  // How its numbers were written may be what mattered.
  const { line, events } = (await isDifferent(game, smallest)) ? smallest : log;
  const [theirs] = await states(game, [{ line }]);
  const ours = fold(game.rules, events).state;
  assert.fail([`${named(game)}, ${log.seed}:`, line, `Rust        ${theirs}`, `JavaScript  ${ours}`].join('\n'));
}

/** Drops ever smaller pieces as long as the two still differ. */
async function shrunk(game, events) {
  let size = Math.ceil(events.length / 2);
  while (size >= 1) {
    const starts = Array.from({ length: Math.ceil(events.length / size) }, (_, piece) => piece * size);
    const shorter = starts.map((start) => logOf([...events.slice(0, start), ...events.slice(start + size)], ''));
    const answers = await states(game, shorter);
    const smaller = shorter.find((log, index) => fold(game.rules, log.events).state !== answers[index]);
    if (smaller) events = smaller.events;
    else size = Math.floor(size / 2);
  }
  return events;
}

async function isDifferent(game, log) {
  const [theirs] = await states(game, [log]);
  return fold(game.rules, log.events).state !== theirs;
}

/** What `courtside score --batch` makes of each log: a state. */
async function states(game, logs) {
  const { stdout } = await score(game, logs.map(({ line }) => line), ['--batch']);
  const answers = stdout.split('\n').slice(0, -1);
  assert.equal(answers.length, logs.length, `${named(game)}: a state for each log`);
  return answers;
}

/** What `courtside score` refuses of a match, one event a line. */
async function refusals(game, events) {
  const { stderr } = await score(game, events.map((event) => JSON.stringify(event)));
  const refused = stderr.matchAll(/^line (\d+): refused, (\w+):/gm);
  return [...refused].map(([, number, code]) => ({ number: Number(number), code }));
}

async function score(game, lines, flags = []) {
  const rules = game.changes ? ['--rules', JSON.stringify(game.changes)] : [];
  const which = ['--sport', game.sport, '--variant', game.variant, ...rules];
  const child = spawn(BINARY, ['score', ...which, ...flags], { stdio: 'pipe' });
  const closed = once(child, 'close');
  const outputs = [collected(child.stdout), collected(child.stderr)];
  // It may end before it has read everything; its exit code says more.
  child.stdin.on('error', () => {});
  child.stdin.end(lines.map((line) => `${line}\n`).join(''));
  const [code] = await closed;
  const [stdout, stderr] = await Promise.all(outputs);
  assert.equal(code, 0, `courtside score ${named(game)}: ${stderr.slice(0, 2000)}`);
  return { stdout, stderr };
}

async function collected(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
