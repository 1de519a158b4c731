/** The occasion of a match: its sport, its tournament, which has a page of its own, and its court. */
import { h } from '../core/dom.js';
import { isolated } from '../core/isolate.js';
import { tournamentPath } from '../core/match.js';
import { sportName } from '../core/sport.js';

/** Shows it, and touches the element only where something is new. @param {HTMLElement} element @param {import('../core/types.js').Match} match */
export function showOccasion(element, { sport, tournamentID, tournamentName, courtName }) {
  const words = [sportName(sport), isolated(tournamentName ?? ''), isolated(courtName ?? '')];
  const key = words.join('|');
  if (element.dataset['words'] === key) return;
  element.dataset['words'] = key;
  const [game = '', cup = '', court = ''] = words;
  const link = tournamentID && cup ? h('a', { class: 'occasion-link', href: tournamentPath(tournamentID) }, cup) : cup;
  const parts = [game, link, court].filter((part) => part !== '');
  element.replaceChildren(...parts.flatMap((part, at) => (at > 0 ? [' · ', part] : [part])));
}
