/**
 * The entries of a tournament: pasted with clubs and seeds, corrected, checked in.
 *
 * @typedef {import('../core/types.js').Team} Team
 * @typedef {import('./paste.js').NewTeam} NewTeam
 */
import './ready.js';
import { api, ApiError } from '../core/api.js';
import { elementId, h, setText } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { icon } from '../core/icons.js';
import { isolated } from '../core/isolate.js';
import { textOf } from '../core/names.js';
import { ask, openForm } from '../components/dialog.js';
import { Panel, refusalWords } from './panel.js';
import { teamsIn } from './paste.js';
import { addTeams, amendTeam } from './requests.js';

const NAME_MAX_CHARS = 200;
const SHORT_MAX_CHARS = 4;
const SEED_MAX = 999;
/** The teams of one request: a Pi stores a long list in parts. */
const AT_ONCE = 50;
const PREVIEWED = 5;

/** Sorts by seed, then by name. @param {Team} a @param {Team} b */
const inOrder = (a, b) =>
  (a.seed ?? Infinity) - (b.seed ?? Infinity) || a.name.localeCompare(b.name, undefined, { numeric: true });

/** @param {Team|NewTeam} team "AS Lyon · LYO · seed 1" */
export const aboutTeam = ({ club, short, seed }) =>
  [isolated(club ?? ''), isolated(short ?? ''), seed ? t('teams.seedNo', { n: seed }) : ''].filter(Boolean).join(' · ');

/**
 * Shows the teams of a tournament, on its page or on their own.
 *
 * @typedef {import('./panel.js').Changed & {known: () => {id: string, teams: Team[]}}} TeamsDesk
 * @extends {Panel<TeamsDesk>}
 */
export class TeamsPanel extends Panel {
  #count = h('p', { class: 'panel-lead', role: 'status' });
  #list = h('ol', { class: 'team-rows' });
  #shown = '';

  /** @param {TeamsDesk} desk */
  constructor(desk) {
    super(desk);
    this.element.append(this.#count, this.#list, this.notes, this.#entry());
  }

  update() {
    const { teams } = this.desk.known();
    const now = JSON.stringify(teams);
    if (now === this.#shown) return;
    this.#shown = now;
    const present = teams.filter(({ presence }) => presence === 'present').length;
    const absent = teams.filter(({ presence }) => presence === 'absent').length;
    setText(
      this.#count,
      teams.length === 0 ? t('teams.none') : t('teams.checkedIn', { n: teams.length, present, absent }),
    );
    const focused = document.activeElement?.id;
    this.#list.replaceChildren(...[...teams].sort(inOrder).map((team) => this.#row(team)));
    if (focused) document.getElementById(focused)?.focus();
  }

  /** @param {Team} team */
  #row(team) {
    const colour = h('span', { class: 'team-colour', 'aria-hidden': 'true', hidden: !team.colour });
    if (team.colour) colour.style.background = team.colour;
    const about = aboutTeam(team);
    const name = h(
      'span',
      { class: 'team-name' },
      colour,
      isolated(team.name),
      about && h('small', {}, about),
      team.withdrawn && h('small', { class: 'worry' }, t('table.withdrawn')),
    );
    const presence = (/** @type {'present'|'absent'} */ value, /** @type {string} */ sign) => {
      const isSo = team.presence === value;
      const words = t(`teams.${value}`);
      const button = h(
        'button',
        {
          type: 'button',
          id: `${value}-${team.id}`,
          class: 'button small presence',
          'data-presence': value,
          'aria-pressed': String(isSo),
          'aria-label': `${words}: ${team.name}`,
        },
        icon(sign),
        h('span', {}, words),
      );
      button.onclick = () => {
        // A second tap takes it back. It shows at once: whoever checks teams in does not wait for the box.
        const wanted = button.getAttribute('aria-pressed') === 'true' ? 'unknown' : value;
        for (const each of [here, gone]) each.setAttribute('aria-pressed', String(each.dataset['presence'] === wanted));
        this.inTurn(async () => Object.assign(team, await amendTeam(team, { presence: wanted })));
      };
      return button;
    };
    const [here, gone] = [presence('present', 'check'), presence('absent', 'close')];
    const edit = this.button(
      t('teams.edit'),
      () => this.#edit(team),
      'small quiet',
      `${t('teams.edit')}: ${team.name}`,
    );
    return h(
      'li',
      {},
      name,
      h('span', { class: 'team-buttons' }, here, gone),
      edit,
    );
  }

  /** @param {Team} team */
  #edit(team) {
    return this.attempt(async () => {
      const clubs = [
        ...new Set(
          this.desk
            .known()
            .teams.map(({ club }) => club ?? '')
            .filter(Boolean),
        ),
      ].sort();
      let gone = false;
      const done = await openEdit(team, clubs, async () => (gone = await this.#takeOut(team)));
      if (!done && !gone) return null;
      await this.desk.changed();
      return done ? t('organise.done') : null;
    });
  }

  /** @param {Team} team */
  async #takeOut(team) {
    const sure = await ask({
      title: t('teams.deleteTitle'),
      text: t('teams.deleteText', { name: team.name }),
      yes: t('app.delete'),
      no: t('app.keep'),
    });
    if (!sure) return false;
    try {
      await api.deleteTeam(team);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.complain(refusalWords(error));
    }
    return true;
  }

  /** Makes the form that takes a whole list. */
  #entry() {
    const [textId, fileId] = [elementId(), elementId()];
    const text = h('textarea', { id: textId, rows: 5, autocomplete: 'off', spellcheck: 'false' });
    const file = h('input', { id: fileId, type: 'file', accept: '.csv,.txt,.tsv,text/csv,text/plain' });
    const found = h('ul', { class: 'found' });
    const add = h('button', { class: 'button primary' }, t('teams.enterNone'));
    const progress = h('progress', { class: 'progress', hidden: true, 'aria-label': t('teams.progress') });
    const look = () => {
      const teams = teamsIn(text.value);
      const shown = teams
        .slice(0, PREVIEWED)
        .map((team) => h('li', {}, isolated(team.name), ' ', h('small', {}, aboutTeam(team))));
      found.replaceChildren(
        ...shown,
        ...(teams.length > PREVIEWED ? [h('li', {}, t('teams.andMore', { n: teams.length - PREVIEWED }))] : []),
      );
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
      h('p', { class: 'field-hint' }, t('teams.pasteColumns')),
      text,
      h('div', { role: 'status' }, found),
      h('label', { for: fileId }, t('teams.file')),
      file,
      progress,
      h('div', { class: 'dialog-actions' }, add),
    );
    form.onsubmit = (event) => {
      event.preventDefault();
      const teams = look();
      this.change(
        async () => {
          progress.max = teams.length;
          // A short list is in before a bar could be read.
          progress.hidden = teams.length <= AT_ONCE;
          try {
            for (let done = 0; done < teams.length; done += AT_ONCE) {
              progress.value = done;
              await addTeams(this.desk.known().id, teams.slice(done, done + AT_ONCE));
            }
          } finally {
            progress.hidden = true;
          }
          // Only now: a list that got through in part is sent again as a whole, and each name stays once.
          text.value = '';
          look();
        },
        t('teams.entered', { n: teams.length }),
      );
    };
    return form;
  }
}

/**
 * @param {Team} team
 * @param {string[]} clubs those that other teams have
 * @param {() => Promise<boolean>} takeOut
 */
function openEdit(team, clubs, takeOut) {
  const text = (/** @type {string} */ value, /** @type {number} */ most) => {
    const input = h('input', { type: 'text', maxlength: most, autocomplete: 'off' });
    input.value = value;
    return input;
  };
  const known = h('datalist', { id: elementId() }, ...clubs.map((club) => h('option', { value: club })));
  const club = text(team.club ?? '', NAME_MAX_CHARS);
  club.setAttribute('list', known.id);
  const seed = h('input', { type: 'number', min: 1, max: SEED_MAX, inputmode: 'numeric' });
  seed.value = team.seed ? String(team.seed) : '';
  const has = h(
    'select',
    {},
    h('option', { value: '' }, t('teams.noColour')),
    h('option', { value: 'own' }, t('teams.ownColour')),
  );
  has.value = team.colour ? 'own' : '';
  const colour = h('input', { type: 'color' });
  colour.value = team.colour ?? '#2450c8';
  const away = h('button', { type: 'button', class: 'button quiet' }, t('teams.takeOut'));
  away.onclick = async () => (await takeOut()) && away.closest('dialog')?.close();
  return openForm({
    title: t('teams.edit'),
    fields: [
      { name: 'name', label: t('tournament.name'), hint: t('teams.renameText'), input: text(team.name, NAME_MAX_CHARS) },
      {
        name: 'short',
        label: t('teams.short'),
        hint: t('teams.shortHint'),
        input: text(team.short ?? '', SHORT_MAX_CHARS),
        optional: true,
      },
      { name: 'club', label: t('teams.club'), input: club, after: known, optional: true },
      { name: 'seed', label: t('teams.seed'), hint: t('teams.seedHint'), input: seed, optional: true },
      { name: 'has', label: t('teams.colour'), input: has, optional: true },
      { name: 'colour', label: t('teams.ownColour'), input: colour, optional: true, shown: () => has.value === 'own' },
    ],
    after: away,
    submit: t('manage.save'),
    send: ({ name = '', short = '', club = '', seed = '', colour = '' }) =>
      amendTeam(team, {
        name,
        short: short || null,
        club: club || null,
        seed: seed ? Number(seed) : null,
        colour: colour || null,
      }),
  });
}
