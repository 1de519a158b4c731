/** The teams of a tournament on a page of their own, and the ways on from there. */
import './ready.js';
import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { tournamentPath } from '../core/match.js';
import { makeMatch } from '../components/new-match.js';
import { TeamsPanel } from './teams.js';

/** Several people check teams in at once. */
const EVERY_MS = 10_000;

/** @param {string} id of the tournament */
export function teamsPage(id) {
  /** @type {import('../core/types.js').Team[]} */
  let teams = [];
  const read = async () => {
    teams = await api.teams(id);
    panel.update();
  };
  const panel = new TeamsPanel({ known: () => ({ id, teams }), changed: read });
  const match = panel.button(t('matchForm.new'), () => panel.attempt(() => makeMatch(id)), 'primary');
  panel.attempt(read);
  const timer = setInterval(() => {
    if (!panel.element.isConnected) clearInterval(timer);
    else if (!document.hidden) read().catch(() => {});
  }, EVERY_MS);
  return h(
    'div',
    { class: 'panel page-panel' },
    panel.element,
    h('div', { class: 'panel-actions' }, match, h('a', { class: 'button', href: tournamentPath(id) }, t('organise.run'))),
  );
}
