/**
 * A select for the side of a fixture: a team, or where it will come from.
 *
 * @typedef {import('./panel.js').Known} Known
 * @typedef {import('./requests.js').SideSpec} SideSpec
 * @typedef {import('../core/types.js').MatchSide} MatchSide
 */
import './ready.js';
import { h } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { isolated } from '../core/isolate.js';
import { sideName } from '../core/sides.js';

/** @param {SideSpec} spec */
const valueOf = (spec) => JSON.stringify(spec);

/** @param {string} value @returns {SideSpec} */
export const specOf = (value) => JSON.parse(value);

/** @param {Known} known @param {MatchSide} [now] */
export function sideChoice({ teams, fixtures, standings }, now) {
  const option = (/** @type {SideSpec} */ spec, /** @type {string} */ words) =>
    h('option', { value: valueOf(spec) }, isolated(words));
  const ofSource = (/** @type {import('../core/types.js').Source} */ source) =>
    option({ source }, sideName({ name: '', source }));
  const byName = [...teams].sort((a, b) => a.name.localeCompare(b.name));
  const tables = standings.tables.filter(({ group }) => group);
  const group = (/** @type {string} */ label, /** @type {HTMLOptionElement[]} */ options) =>
    options.length > 0 && h('optgroup', { label }, ...options);
  const select = h(
    'select',
    {},
    group(
      t('fixtures.teams'),
      byName.map(({ id, name }) => option({ teamID: id }, name)),
    ),
    group(
      t('fixtures.winners'),
      fixtures.map(({ key }) => ofSource({ winner: key })),
    ),
    group(
      t('fixtures.losers'),
      fixtures.map(({ key }) => ofSource({ loser: key })),
    ),
    group(
      t('fixtures.ranks'),
      tables.flatMap(({ group, rows }) => rows.map((_, at) => ofSource({ group: group ?? '', rank: at + 1 }))),
    ),
  );
  if (now) select.value = now.teamID ? valueOf({ teamID: now.teamID }) : valueOf({ source: now.source ?? 'bye' });
  return select;
}
