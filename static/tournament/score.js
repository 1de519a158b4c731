/**
 * A fixture as a list shows it: both sides, the score, how it stands, and the way to its match.
 *
 * @typedef {import('../core/types.js').Fixture} Fixture
 * @typedef {import('../core/types.js').Match} Match
 */
import { h } from '../core/dom.js';
import { standOf } from '../core/fixtures.js';
import { t } from '../core/i18n.js';
import { icon } from '../core/icons.js';
import { isolated } from '../core/isolate.js';
import { kicksLine } from '../core/match.js';
import { beginWords } from '../core/programme.js';
import { isKnown, sideName } from '../core/sides.js';

/** Adds what the feed knows: it is a moment ahead of what was read, so a running score moves by itself. @param {Fixture} fixture @param {Map<string, Match>} matches */
function nowOf(fixture, matches) {
  const match = matches.get(fixture.matchID ?? '');
  if (!match) return fixture;
  const { status, score, winner, reason = null } = match.state;
  return { ...fixture, status, score, reason, winner: winner ?? fixture.winner ?? null, courtName: match.courtName };
}

/** The score of a side; nothing for a match in which nobody has played. @param {Fixture} fixture @param {'A'|'B'} side */
function scoreOf({ status, score, reason }, side) {
  if (!score || !status || status === 'scheduled') return '';
  const isUnplayed = reason === 'walkover' && score.A === 0 && score.B === 0;
  return isUnplayed ? '' : String(score[side]);
}

/** @param {Fixture} fixture @param {'A'|'B'} side */
function sideLine(fixture, side) {
  const team = side === 'A' ? fixture.a : fixture.b;
  const won = fixture.winner === side;
  return h(
    'span',
    { class: `line-side${won ? ' won' : ''}${isKnown(team) ? '' : ' open'}` },
    h(
      'span',
      { class: 'line-name' },
      won && icon('winner'),
      isolated(sideName(team)),
      won && h('span', { class: 'visually-hidden' }, ` (${t('match.winner')})`),
    ),
    h('strong', { class: 'line-score' }, scoreOf(fixture, side)),
  );
}

/**
 * @param {Fixture} fixture
 * @param {Map<string, Match>} matches
 * @param {string} [place] its round or group, where the list does not say it
 */
export function fixtureLine(fixture, matches, place = '') {
  const now = nowOf(fixture, matches);
  const match = matches.get(fixture.matchID ?? '');
  const { sign, words } = standOf(now);
  const when = match?.state.status === 'scheduled' ? beginWords(match) : '';
  const told = [match ? kicksLine(match) : '', place, when, isolated(now.courtName ?? '')].filter(Boolean).join(' · ');
  const content = [
    h(
      'span',
      { class: 'line-head' },
      h('span', { class: 'line-key' }, now.key),
      h(
        'span',
        { class: 'line-stand', 'data-stand': now.contested ? 'contested' : (now.status ?? now.stand) },
        sign && icon(sign),
        words,
      ),
      told && h('span', { class: 'line-place' }, told),
    ),
    sideLine(now, 'A'),
    sideLine(now, 'B'),
  ];
  const at = now.matchID ? `/match?id=${encodeURIComponent(now.matchID)}` : null;
  const inner = at ? h('a', { class: 'line', href: at }, ...content) : h('div', { class: 'line' }, ...content);
  return h('li', { 'data-key': now.key }, inner);
}
