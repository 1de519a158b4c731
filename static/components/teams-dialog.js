/**
 * The teams of a tournament: entered from a list that is pasted or from a CSV file, renamed, taken out.
 *
 * @typedef {import('../core/types.js').Tournament} Tournament
 * @typedef {import('../core/types.js').Team} Team
 * @typedef {import('../organise/paste.js').NewTeam} NewTeam
 */
import { api, ApiError } from '../core/api.js';
import { elementId, h, setText } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { isolated } from '../core/isolate.js';
import { tournamentPath } from '../core/match.js';
import { textOf } from '../core/names.js';
import { teamsIn } from '../organise/paste.js';
import '../organise/ready.js';
import { ask, openDialog, openForm } from './dialog.js';

const NAME_MAX_CHARS = 200;
/** In one request, so that a long list shows how far it is. */
const AT_ONCE = 50;
const PREVIEWED = 4;

/** @param {NewTeam} team "Lyon (OL, 1)" */
function toldOf({ name, club, seed }) {
  const more = [club, seed].filter(Boolean).join(', ');
  return isolated(more ? `${name} (${more})` : name);
}

/** @param {NewTeam[]} teams "Lyon (OL, 1), Metz, Brest, Nancy …" */
const preview = (teams) => teams.slice(0, PREVIEWED).map(toldOf).join(', ') + (teams.length > PREVIEWED ? ' …' : '');

/**
 * @param {Tournament} tournament
 * @param {() => unknown} [next] what comes after the teams are entered
 */
export async function openTeams(tournament, next) {
  const list = h('ol', { class: 'rows' });
  const failed = h('p', { class: 'form-error', role: 'alert' });
  const said = h('p', { class: 'dialog-note', role: 'status' });
  const none = h('p', { class: 'dialog-text' }, t('teams.none'));

  /** @param {() => Promise<unknown>} action */
  const attempt = async (action) => {
    setText(failed, '');
    try {
      await action();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setText(failed, error.words);
    }
    await show().catch(() => {});
  };
  /** @param {Team} team */
  const row = (team) => {
    const name = h('span', { class: 'row-name' }, team.name);
    const change = h('button', { type: 'button', class: 'button small quiet' }, t('app.rename'));
    const away = h('button', { type: 'button', class: 'button small quiet' }, t('app.delete'));
    change.setAttribute('aria-label', `${t('app.rename')}: ${team.name}`);
    away.setAttribute('aria-label', `${t('app.delete')}: ${team.name}`);
    change.onclick = async () => (await openRename(team)) && attempt(async () => {});
    away.onclick = async () => (await askToDelete(team)) && attempt(() => api.deleteTeam(team));
    return h('li', {}, name, change, away);
  };
  const show = async () => {
    const teams = await api.teams(tournament.id);
    list.replaceChildren(...teams.map(row));
    none.hidden = teams.length > 0;
  };
  const entry = entryForm(async (teams, progress) => {
    await attempt(async () => {
      for (let done = 0; done < teams.length; done += AT_ONCE) {
        progress(done);
        await api.enterTeams(tournament.id, teams.slice(done, done + AT_ONCE));
      }
      setText(said, t('teams.entered', { n: teams.length }));
    });
    return failed.textContent === '';
  });
  await show();
  const go = h('button', { type: 'button', class: 'button primary' }, t('matchForm.new'));
  const dialog = openDialog(
    t('teams.title', { name: tournament.name }),
    none,
    list,
    entry,
    said,
    failed,
    h('div', { class: 'dialog-actions' }, h('a', { class: 'button', href: tournamentPath(tournament.id) }, t('organise.run')), next && go),
  );
  go.onclick = () => {
    dialog.close();
    next?.();
  };
}

/** @param {(teams: NewTeam[], progress: (done: number) => void) => Promise<boolean>} enter whether all went well */
function entryForm(enter) {
  const [textId, fileId] = [elementId(), elementId()];
  const text = h('textarea', { id: textId, rows: 5, autocomplete: 'off', spellcheck: 'false' });
  const file = h('input', { id: fileId, type: 'file', accept: '.csv,.txt,.tsv,text/csv,text/plain' });
  const found = h('p', { class: 'field-hint', role: 'status' });
  const add = h('button', { class: 'button primary' }, t('teams.enterNone'));
  const progress = h('progress', { class: 'progress', hidden: true, 'aria-label': t('teams.progress') });
  const look = () => {
    const teams = teamsIn(text.value);
    setText(found, teams.length > 0 ? t('teams.found', { n: teams.length, names: preview(teams) }) : '');
    setText(add, teams.length > 0 ? t('teams.enter', { n: teams.length }) : t('teams.enterNone'));
    add.disabled = teams.length === 0;
    return teams;
  };
  text.oninput = look;
  file.onchange = async () => {
    const [chosen] = file.files ?? [];
    if (!chosen) return;
    text.value = textOf(await chosen.arrayBuffer());
    file.value = '';
    look();
    text.focus();
  };
  look();
  const form = h(
    'form',
    { class: 'field entry', novalidate: true },
    h('label', { for: textId }, t('teams.paste')),
    h('p', { class: 'field-hint' }, t('teams.pasteHint')),
    text,
    h('label', { for: fileId }, t('teams.file')),
    file,
    found,
    progress,
    h('div', { class: 'dialog-actions' }, add),
  );
  form.onsubmit = async (event) => {
    event.preventDefault();
    const teams = look();
    progress.max = teams.length;
    progress.hidden = false;
    add.disabled = true;
    const done = await enter(teams, (so_far) => (progress.value = so_far));
    progress.hidden = true;
    if (done) text.value = '';
    look();
  };
  return form;
}

/** @param {Team} team */
function openRename(team) {
  const input = h('input', { type: 'text', maxlength: NAME_MAX_CHARS, autocomplete: 'off', required: true });
  input.value = team.name;
  return openForm({
    title: t('teams.rename'),
    text: t('teams.renameText'),
    fields: [{ name: 'name', label: t('tournament.name'), input }],
    submit: t('app.rename'),
    send: ({ name = '' }) => api.renameTeam(team, name),
  });
}

/** @param {Team} team */
const askToDelete = ({ name }) =>
  ask({
    title: t('teams.deleteTitle'),
    text: t('teams.deleteText', { name }),
    yes: t('app.delete'),
    no: t('app.keep'),
  });
