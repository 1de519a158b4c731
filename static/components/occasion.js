/** The occasion of a match: its sport, its tournament, which has a page of its own, its court, its number and its referee. */
import { h } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { isolated } from '../core/isolate.js';
import { tournamentPath } from '../core/match.js';
import { movedWords } from '../core/programme.js';
import { sportName } from '../core/sport.js';

/** Shows it, and touches the element only where something is new. @param {HTMLElement} element @param {import('../core/types.js').Match} match */
export function showOccasion(element, match) {
  const { sport, tournamentID, tournamentName, courtName, number, referee, state } = match;
  const waits = state.status === 'scheduled';
  const words = [
    sportName(sport),
    isolated(tournamentName ?? ''),
    isolated(courtName ?? ''),
    number ? t('day.number', { n: number }) : '',
    referee && state.status !== 'finished' ? t('day.referee', { name: isolated(referee.name) }) : '',
    waits ? movedWords(match) : '',
  ];
  const key = words.join('|');
  if (element.dataset['words'] === key) return;
  element.dataset['words'] = key;
  const [game = '', cup = '', ...place] = words;
  const link = tournamentID && cup ? h('a', { class: 'occasion-link', href: tournamentPath(tournamentID) }, cup) : cup;
  const parts = [game, link, ...place].filter((part) => part !== '');
  element.replaceChildren(...parts.flatMap((part, at) => (at > 0 ? [' · ', part] : [part])));
}
