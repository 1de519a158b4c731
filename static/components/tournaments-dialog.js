/**
 * The organiser's tournaments: their teams, their names, and the end of one with all that goes with it.
 *
 * @typedef {import('../core/types.js').Tournament} Tournament
 * @typedef {import('../core/types.js').Match} Match
 */
import { api, ApiError } from '../core/api.js';
import { h, setText } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { isolated } from '../core/isolate.js';
import { teamsPath, tournamentPath } from '../core/match.js';
import { sportName } from '../core/sport.js';
import '../organise/ready.js';
import { ask, openDialog, openForm } from './dialog.js';
import { openRules } from './organiser-forms.js';

const NAME_MAX_CHARS = 200;

/** @param {{matches: () => Match[], sports: import('../core/types.js').Sport[]}} venue */
export async function openTournaments({ matches, sports }) {
  const list = h('ul', { class: 'rows' });
  const failed = h('p', { class: 'form-error', role: 'alert' });
  const none = h('p', { class: 'dialog-text' }, t('tournaments.none'));
  /** @param {Tournament} tournament */
  const matchesOf = ({ id }) => matches().filter((match) => match.tournamentID === id);

  /** @param {() => Promise<unknown>} action */
  const attempt = async (action) => {
    setText(failed, '');
    try {
      if (await action()) await show();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setText(failed, error.words);
    }
  };
  /** @param {Tournament} tournament @param {string} words @param {() => Promise<unknown>} action */
  const button = (tournament, words, action) => {
    const label = `${words}: ${isolated(tournament.name)}`;
    const onclick = () => attempt(action);
    return h('button', { type: 'button', class: 'button small quiet', 'aria-label': label, onclick }, words);
  };
  /** @param {Tournament} tournament @param {string} words @param {string} href @param {string} look */
  const link = ({ name }, words, href, look) =>
    h('a', { class: `button small ${look}`, href, 'aria-label': `${words}: ${isolated(name)}` }, words);
  /** @param {Tournament} tournament */
  const row = (tournament) =>
    h(
      'li',
      {},
      h(
        'span',
        { class: 'row-name' },
        h('strong', {}, tournament.name),
        h(
          'small',
          {},
          `${sportName(tournament.sport)} · ${t('tournaments.matches', { n: matchesOf(tournament).length })}`,
        ),
      ),
      link(tournament, t('organise.run'), tournamentPath(tournament.id), ''),
      link(tournament, t('tournaments.teams'), teamsPath(tournament.id), 'quiet'),
      button(tournament, t('tournaments.rules'), async () => openRules(tournament, sports)),
      button(tournament, t('app.rename'), () => openRename(tournament)),
      button(tournament, t('app.delete'), async () => {
        if (!(await askToDelete(tournament, matchesOf(tournament)))) return false;
        await api.deleteTournament(tournament);
        return true;
      }),
    );
  const show = async () => {
    const tournaments = await api.tournaments();
    list.replaceChildren(...tournaments.reverse().map(row));
    none.hidden = tournaments.length > 0;
  };
  await show();
  openDialog(t('tournaments.title'), none, list, h('p', {}, h('a', { href: '/clubs' }, t('clubs.title'))), failed);
}

/** @param {Tournament} tournament */
function openRename(tournament) {
  const input = h('input', { type: 'text', maxlength: NAME_MAX_CHARS, autocomplete: 'off', required: true });
  input.value = tournament.name;
  return openForm({
    title: t('tournaments.rename'),
    fields: [{ name: 'name', label: t('tournament.name'), input }],
    submit: t('app.rename'),
    send: ({ name = '' }) => api.amendTournament(tournament, { name }),
  });
}

/** @param {Tournament} tournament @param {Match[]} matches */
async function askToDelete(tournament, matches) {
  const teams = await api.teams(tournament.id);
  const live = matches.filter(({ state }) => state.status === 'live' || state.status === 'suspended').length;
  const goes = t('tournaments.deleteText', {
    name: tournament.name,
    matches: t('tournaments.matches', { n: matches.length }),
    teams: t('tournaments.teamCount', { n: teams.length }),
  });
  const text = live > 0 ? `${goes}\n${t('tournaments.deleteLive', { n: live })}` : goes;
  return ask({ title: t('tournaments.deleteTitle'), text, yes: t('app.delete'), no: t('app.keep') });
}
