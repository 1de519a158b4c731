/**
 * What a TV shows: its orders, from its address or from an organiser, and the pages that follow from them.
 *
 * @typedef {import('./types.js').Match} Match
 * @typedef {import('./types.js').Court} Court
 *
 * @typedef {object} Orders
 * @property {'wall'|'results'|'court'|'match'} view
 * @property {string} id of the court or match
 * @property {number} rotate_s how long each page stays; 0 where nobody asked for turns
 * @property {'dark'|'light'|''} theme empty as the screen prefers
 * @property {boolean} overlay for a video stream
 *
 * @typedef {{key: string, name: string, match: Match|null, next: Match|null}} Tile a court, or a match without one
 *
 * @typedef {{kind: 'wall', tiles: Tile[]}} WallPage
 * @typedef {{kind: 'results', finished: Match[], next: Match[]}} ResultsPage
 * @typedef {{kind: 'court', tile: Tile}} CourtPage
 * @typedef {WallPage|ResultsPage|CourtPage} Page
 */
import { inProgramme } from './order.js';
import { sectionOf } from './section.js';

/** More are no longer read from the back row. */
const TILES = 9;
const RESULTS = 6;
/** How long a page stays where the tiles need several and nobody said. */
const TURN_S = 15;
const LONGEST_TURN_S = 3_600;

/** @param {string} query */
export function readOrders(query) {
  const asked = new URLSearchParams(query);
  const rotate = Number(asked.get('rotate') ?? 0);
  const [court, match, theme] = [asked.get('court'), asked.get('match'), asked.get('theme')];
  /** @type {Orders} */
  const orders = {
    view: court ? 'court' : match ? 'match' : asked.get('view') === 'results' ? 'results' : 'wall',
    id: court ?? match ?? '',
    rotate_s: rotate >= 1 ? Math.min(rotate, LONGEST_TURN_S) : 0,
    theme: theme === 'dark' || theme === 'light' ? theme : '',
    overlay: asked.get('overlay') === '1',
  };
  return orders;
}

/** @param {Match} a @param {Match} b */
const latestFirst = (a, b) => (a.updatedAt > b.updatedAt ? -1 : a.updatedAt < b.updatedAt ? 1 : 0);

/**
 * A result stays on its court until the next match there begins.
 *
 * @param {string} key
 * @param {string} name
 * @param {Match[]} matches those of the court
 * @returns {Tile}
 */
function tileOf(key, name, matches) {
  /** @param {'live'|'next'|'finished'} section */
  const those = (section) => matches.filter((match) => sectionOf(match) === section);
  const [live] = those('live').sort(latestFirst);
  const [last] = those('finished').sort(latestFirst);
  const [next] = those('next').sort(inProgramme);
  return { key, name, match: live ?? last ?? null, next: next ?? null };
}

/** @param {Court} court @param {Match[]} matches */
const courtTile = ({ id, name }, matches) => tileOf(id, name, matches.filter((match) => match.courtID === id));

/**
 * Every court on which something is or was played or will be, and every match that is played on none.
 *
 * @param {Match[]} matches
 * @param {Court[]} courts
 */
export function wallTiles(matches, courts) {
  const placed = courts.map((court) => courtTile(court, matches)).filter(({ match, next }) => match || next);
  const others = matches.filter((match) => match.courtID === null && sectionOf(match) === 'live').sort(inProgramme);
  return [...placed, ...others.map((match) => ({ key: match.id, name: '', match, next: null }))];
}

/**
 * As many alike pages as are needed.
 *
 * @template T
 * @param {T[]} all
 * @param {number} most
 * @returns {T[][]} at least one, which may be empty
 */
function split(all, most) {
  const count = Math.max(1, Math.ceil(all.length / most));
  const each = Math.ceil(all.length / count);
  return Array.from({ length: count }, (_, index) => all.slice(index * each, (index + 1) * each));
}

/** @param {Match[]} matches @returns {ResultsPage} */
const resultsPage = (matches) => ({
  kind: 'results',
  finished: matches.filter((match) => sectionOf(match) === 'finished').sort(latestFirst).slice(0, RESULTS),
  next: matches.filter((match) => sectionOf(match) === 'next').sort(inProgramme).slice(0, RESULTS),
});

/**
 * @param {Orders} orders
 * @param {Match[]} matches
 * @param {Court[]} courts
 * @returns {Page[]} at least one
 */
export function pagesOf(orders, matches, courts) {
  if (orders.view === 'results') return [resultsPage(matches)];
  if (orders.view === 'match') {
    const match = matches.find(({ id }) => id === orders.id) ?? null;
    return [{ kind: 'court', tile: { key: orders.id, name: match?.courtName ?? '', match, next: null } }];
  }
  if (orders.view === 'court') {
    const court = courts.find(({ id }) => id === orders.id) ?? { id: orders.id, name: '' };
    const tile = tileOf(court.id, court.name, matches.filter((match) => match.courtID === court.id));
    return [{ kind: 'court', tile }];
  }
  /** @type {Page[]} */
  const wall = split(wallTiles(matches, courts), TILES).map((tiles) => ({ kind: 'wall', tiles }));
  return orders.rotate_s > 0 ? [...wall, resultsPage(matches)] : wall;
}

/** @param {Orders} orders @returns {number} milliseconds that a page stays */
export const turn_ms = (orders) => (orders.rotate_s || TURN_S) * 1_000;

/**
 * The grid in which the tiles are largest on a screen of this shape.
 *
 * @param {number} tiles
 * @param {boolean} upright
 */
export function gridOf(tiles, upright) {
  const long = tiles <= 1 ? 1 : tiles <= 4 ? 2 : 3;
  const short = Math.max(1, Math.ceil(tiles / long));
  return upright ? { columns: Math.min(short, 2), rows: Math.ceil(tiles / Math.min(short, 2)) || 1 } : { columns: long, rows: short };
}
