/**
 * The next thing that an organiser has to do, in words, and in which panel it is done.
 *
 * @typedef {import('./panel.js').Known} Known
 * @typedef {import('../core/types.js').Todo} Todo
 * @typedef {'teams'|'format'|'draw'|'rounds'|'fixtures'|'decisions'|'history'} PanelName
 * @typedef {{words: string, panel: PanelName|null}} Step
 */
import './ready.js';
import { t } from '../core/i18n.js';

/** @type {Record<Todo['what'], PanelName>} */
const PANEL = {
  draw: 'draw',
  pair_round: 'rounds',
  stuck: 'fixtures',
  level: 'decisions',
  contested: 'decisions',
  no_result: 'decisions',
};

/** @param {Todo} todo */
function todoWords({ what, group, teams = [], playOffs = [], key = '', round = 0 }) {
  const names = teams.map(({ name }) => name).join(', ');
  if (playOffs.length > 0) return t('todo.playOff', { n: playOffs.length, keys: playOffs.join(', '), names });
  if (what === 'level') return group ? t('todo.levelGroup', { group, names }) : t('todo.level', { names });
  return t(`todo.${what}`, { key, n: round });
}

/**
 * @param {Known} known
 * @returns {Step[]} the most urgent first; at least one
 */
export function nextSteps({ teams, format, standings, fixtures }) {
  if (teams.length < 2) return [{ words: t('step.teams'), panel: 'teams' }];
  if (format.stages.length === 0) return [{ words: t('step.format', { n: teams.length }), panel: 'format' }];
  // Without a draw of its own there is nothing to draw: fixtures are added.
  const isFree = format.stages.every(({ kind }) => kind === 'free');
  const steps = standings.todo
    .filter(({ what }) => !isFree || what !== 'draw')
    .map((todo) => ({ words: todoWords(todo), panel: PANEL[todo.what] ?? null }));
  if (!isFree && !format.drawn && !standings.todo.some(({ what }) => what === 'draw'))
    steps.push({ words: t('todo.draw'), panel: 'draw' });
  if (steps.length > 0) return steps;
  const live = fixtures.filter(({ status }) => status === 'live' || status === 'suspended').length;
  const open = fixtures.filter(({ stand }) => stand === 'ready' || stand === 'awaited').length - live;
  if (live + open > 0) return [{ words: t('step.play', { n: Math.max(0, open), live }), panel: null }];
  return [
    {
      words: t(fixtures.length > 0 ? 'step.done' : 'step.addFixtures'),
      panel: fixtures.length > 0 ? null : 'fixtures',
    },
  ];
}
