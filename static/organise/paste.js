/**
 * Teams with their clubs and seeds, in what an organiser pastes from a spreadsheet. A table without a heading is read from
 * the name on: the next text is the club, the next small number the seed.
 *
 * @typedef {{name: string, club?: string, seed?: number, short?: string}} NewTeam
 */
import { firstColumnOfNames, rowsOf, tidy } from '../core/names.js';
import { plain } from '../core/plain.js';

/** Headings of columns, without accents and in small letters. The first that is there is the name. */
const NAME = [
  'team',
  'teams',
  'equipe',
  'equipes',
  'name',
  'nom',
  'player',
  'joueur',
  'pair',
  'paire',
  'club',
  'clubs',
];
const CLUB = ['club', 'clubs', 'verein', 'school', 'ecole'];
const SEED = ['seed', 'seeds', 'tete de serie', 'ts', 'rank', 'rang', 'classement'];
const SHORT = ['short', 'abbreviation', 'code', 'abrege', 'court'];
const SEED_MAX = 999;

/** @typedef {{name: number, club: number, seed: number, short: number}} Columns -1 where there is none */

/** @param {string[]} heads @returns {Columns|null} */
function headed(heads) {
  const find = (/** @type {string[]} */ wanted, other = -1) =>
    wanted.map((word) => heads.findIndex((head, at) => plain(head) === word && at !== other)).find((at) => at >= 0) ??
    -1;
  const name = find(NAME);
  if (name < 0) return null;
  return { name, club: find(CLUB, name), seed: find(SEED, name), short: find(SHORT, name) };
}

/** @param {string[][]} rows @returns {Columns} */
function guessed(rows) {
  const name = firstColumnOfNames(rows);
  const width = Math.max(0, ...rows.map((cells) => cells.length));
  const behind = Array.from({ length: width - name - 1 }, (_, at) => name + 1 + at);
  const filled = (/** @type {number} */ at) => rows.map((cells) => cells[at] ?? '').filter((cell) => cell !== '');
  const seed = behind.find((at) => filled(at).length > 0 && filled(at).every((cell) => seedOf(cell) !== undefined));
  const club = behind.find((at) => filled(at).some((cell) => /\p{L}/u.test(cell) && !cell.includes('@')));
  return { name, club: club ?? -1, seed: seed ?? -1, short: -1 };
}

/** @param {string} cell */
function seedOf(cell) {
  const number = /^\d{1,3}\.?$/.test(cell.trim()) ? parseInt(cell, 10) : 0;
  return number >= 1 && number <= SEED_MAX ? number : undefined;
}

/** @param {string} text @returns {NewTeam[]} each name once, in order */
export function teamsIn(text) {
  const rows = rowsOf(text);
  const known = headed(rows[0] ?? []);
  const columns = known ?? guessed(rows);
  /** @type {Map<string, NewTeam>} */
  const teams = new Map();
  for (const cells of known ? rows.slice(1) : rows) {
    const name = tidy(cells[columns.name] ?? '');
    if (name === '' || teams.has(name)) continue;
    const [club, short, seed] = [
      tidy(cells[columns.club] ?? ''),
      tidy(cells[columns.short] ?? ''),
      seedOf(cells[columns.seed] ?? ''),
    ];
    teams.set(name, { name, ...(club ? { club } : {}), ...(short ? { short } : {}), ...(seed ? { seed } : {}) });
  }
  return [...teams.values()];
}
