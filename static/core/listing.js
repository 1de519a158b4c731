/**
 * Which matches a reader wants to see, and in which section of the list each stands.
 *
 * @typedef {import('./types.js').Match} Match
 * @typedef {'followed'|'live'|'next'|'finished'} Section
 *
 * @typedef {object} Filter an empty text wants everything
 * @property {string} text part of a side's, a tournament's or a court's name
 * @property {string} sport
 * @property {string} courtID
 * @property {string} tournamentID
 *
 * @typedef {Record<Section, Match[]>} Listing
 */
import { SIDES } from './match.js';
import { plain } from './plain.js';
import { inProgramme } from './order.js';
import { isKnown, sideName } from './sides.js';
import { sectionOf } from './section.js';

/** @type {Section[]} */
export const SECTIONS = ['followed', 'live', 'next', 'finished'];

/** @type {Filter} */
export const EVERYTHING = { text: '', sport: '', courtID: '', tournamentID: '' };

/** @param {Filter} filter */
export const isNarrow = (filter) => Object.values(filter).some((wanted) => wanted !== '');

/** @param {Match} match @param {Filter} filter @param {string} text `filter.text`, plain */
function isWanted(match, filter, text) {
  if (filter.sport && match.sport !== filter.sport) return false;
  if (filter.courtID && match.courtID !== filter.courtID) return false;
  if (filter.tournamentID && match.tournamentID !== filter.tournamentID) return false;
  if (!text) return true;
  const { A, B } = match.sides;
  return [sideName(A), sideName(B), match.tournamentName, match.courtName].some((name) => name && plain(name).includes(text));
}

/** @param {string} a @param {string} b */
const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/** @param {Match} a @param {Match} b */
const latestFirst = (a, b) => compare(b.updatedAt, a.updatedAt) || compare(a.id, b.id);

/**
 * @param {Iterable<Match>} matches
 * @param {Filter} filter
 * @param {ReadonlySet<string>} followed names of sides
 * @returns {Listing} each match once
 */
export function listed(matches, filter, followed) {
  /** @type {Record<'live'|'next'|'finished', {theirs: Match[], others: Match[]}>} */
  const found = {
    live: { theirs: [], others: [] },
    next: { theirs: [], others: [] },
    finished: { theirs: [], others: [] },
  };
  const text = plain(filter.text);
  for (const match of matches) {
    if (!isWanted(match, filter, text)) continue;
    const mine = SIDES.some((side) => followed.has(match.sides[side].name));
    found[sectionOf(match)][mine ? 'theirs' : 'others'].push(match);
  }
  for (const { theirs, others } of [found.live, found.next]) [theirs, others].forEach((list) => list.sort(inProgramme));
  for (const list of Object.values(found.finished)) list.sort(latestFirst);
  return {
    followed: [...found.live.theirs, ...found.next.theirs, ...found.finished.theirs],
    live: found.live.others,
    next: found.next.others,
    finished: found.finished.others,
  };
}

/**
 * The names of sides that hold a text, each once.
 *
 * @param {Iterable<Match>} matches
 * @param {string} text
 * @param {number} most
 */
export function namesWith(matches, text, most) {
  const wanted = plain(text);
  /** @type {Set<string>} */
  const names = new Set();
  for (const { sides } of matches)
    for (const side of SIDES) {
      if (names.size >= most) return [...names];
      // Nobody follows a side of which nobody knows who it is.
      if (isKnown(sides[side]) && plain(sides[side].name).includes(wanted)) names.add(sides[side].name);
    }
  return [...names];
}
