/**
 * Whatever an organiser pastes or chooses as a file: names come out that the server can take, or none. Repeat with the
 * COURTSIDE_SEED that a failure shows; `COURTSIDE_LONG=1` tries many more.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';

import { textOf } from '../../static/core/names.js';
import { tidyName } from '../../static/core/tidy-name.js';
import { teamsIn } from '../../static/organise/paste.js';

/** @param {string} text */
const namesIn = (text) => teamsIn(text).map(({ name }) => name);

const CORPUS = new URL('../corpus/teams/', import.meta.url);
const SEED = Number(BigInt(process.env.COURTSIDE_SEED ?? Date.now()) % 2n ** 32n);
const TIMES = process.env.COURTSIDE_LONG ? 200_000 : 3_000;

/** Mulberry32. @param {number} seed @returns {(below: number) => number} */
function chance(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const PIECES = [
  '\t', ';', ',', '"', '""', '\n', '\r', '\r\n', ' ', '\u00a0', '\u200b', '\ufeff', '\u0000', '\u001f', '\u2028', '\u202e',
  '\ud800', '\udc00', '😀', 'é', 'e\u0301', 'Team', 'équipe', 'NOM', 'Lyon', 'Metz', 'Nancy', '1', '2.', '3)', '-', 'A/B',
  "'", '<b>', '&amp;', '=1+1', '__proto__', 'constructor', 'x'.repeat(300),
];

/** What holds of the names in any text. @param {string} text */
function check(text) {
  const names = namesIn(text);
  assert.equal(new Set(names).size, names.length, 'each once');
  for (const name of names) {
    assert.equal(name, name.trim(), 'nothing around it');
    assert.notEqual(name, '');
    assert.doesNotMatch(name, /[\n\r\t]/, 'one line');
    assert.ok(name.isWellFormed(), `no half letters: ${JSON.stringify(name)}`);
    assert.doesNotMatch(name, /[\p{Cc}\p{Bidi_Control}\u200b\ufeff]/u, `nothing invisible: ${JSON.stringify(name)}`);
    assert.match(name, /[\p{L}\p{N}]/u, 'something to read');
    assert.equal(tidyName(name), name, 'tidy already');
  }
  return names;
}

/** A cell as a spreadsheet writes it. @param {string} name @param {string} separator */
const cell = (name, separator) => {
  const quoted = name.includes(separator) || name.includes('"') || name.includes('\n');
  return quoted ? `"${name.replaceAll('"', '""')}"` : name;
};

test('the preview tidies a name as the server does', () => {
  const list = JSON.parse(readFileSync(new URL('../corpus/names/tidy.json', import.meta.url), 'utf8'));
  assert.ok(list.length > 40);
  for (const { text, name, why } of list) {
    const tidied = tidyName(text);
    if (name === null) assert.doesNotMatch(tidied, /[\p{L}\p{N}]/u, why);
    else assert.equal(tidied, name, why);
  }
});

test('every known nasty list gives names or none', () => {
  for (const file of readdirSync(CORPUS)) {
    const bytes = readFileSync(new URL(file, CORPUS));
    const text = textOf(Uint8Array.from(bytes).buffer);
    try {
      check(text);
    } catch (error) {
      throw new Error(file, { cause: error });
    }
  }
});

test('what Excel saves as Unicode text is read', () => {
  const bytes = readFileSync(new URL('utf-16.csv', CORPUS));
  assert.deepEqual(namesIn(textOf(Uint8Array.from(bytes).buffer)), ['Lyon']);
});

test('any text gives names or none', () => {
  for (let time = 0; time < TIMES; time += 1) {
    const draw = chance(SEED + time);
    let text = '';
    for (let piece = draw(40); piece > 0; piece -= 1) text += PIECES[draw(PIECES.length)];
    try {
      check(text);
    } catch (error) {
      throw new Error(`COURTSIDE_SEED=${SEED + time} for ${JSON.stringify(text)}`, { cause: error });
    }
  }
});

test('any bytes of a file are text, and give names or none', () => {
  for (let time = 0; time < TIMES; time += 1) {
    const draw = chance(SEED + time);
    const bytes = Uint8Array.from({ length: draw(120) }, () => (draw(3) === 0 ? draw(256) : 32 + draw(90)));
    try {
      check(textOf(bytes.buffer));
    } catch (error) {
      throw new Error(`COURTSIDE_SEED=${SEED + time}`, { cause: error });
    }
  }
});

test('the column of teams of any table comes back as it was, whatever the separator and the end of line', () => {
  for (let time = 0; time < TIMES / 10; time += 1) {
    const draw = chance(SEED + time);
    const letters = ['a', 'é', ' ', ';', ',', '"', "'", '😀', '-', '1'];
    const names = Array.from({ length: 1 + draw(12) }, (_, index) => {
      const middle = Array.from({ length: draw(8) }, () => letters[draw(letters.length)]).join('');
      return `T${middle.replace(/\s+/g, ' ')}#${index}`;
    });
    const separator = ['\t', ';', ','][draw(3)] ?? ';';
    const end = ['\n', '\r\n', '\r'][draw(3)];
    const rows = names.map((name, index) => [String(index + 1), cell(name, separator), 'D2'].join(separator));
    const text = ['\ufeff', ''][draw(2)] + [['No', 'Team', 'Pool'].join(separator), ...rows, ''].join(end);
    assert.deepEqual(namesIn(text), names, `COURTSIDE_SEED=${SEED + time} for ${JSON.stringify(text)}`);
  }
});

test('a list as long as any is read in a moment', () => {
  const begun = performance.now();
  assert.equal(namesIn('Lyon;1\n'.repeat(20_000)).length, 1);
  check(';'.repeat(200_000));
  check('"'.repeat(200_001));
  assert.ok(performance.now() - begun < 5_000);
});
