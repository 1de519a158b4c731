/** The organiser's three forms: log-in, a tournament, a match. */
import { elementId, h } from '../core/dom.js';
import { currentLanguage, t } from '../core/i18n.js';
import { api } from '../core/api.js';
import { changed, chosenRules, inWords } from '../core/rules-words.js';
import { nameOf } from '../core/sport.js';
import { confirmed } from './confirmed.js';
import { openDialog, openForm } from './dialog.js';
import { RulesForm } from './rules-form.js';

const NAME_MAX_CHARS = 200;
const nameInput = () => h('input', { type: 'text', maxlength: NAME_MAX_CHARS, autocomplete: 'off', required: true });

/** @param {string} [text] why it is asked */
export function openLogIn(text = t('organiser.text')) {
  const input = h('input', {
    type: 'text',
    inputmode: 'numeric',
    autocomplete: 'off',
    class: 'pin',
    required: true,
    maxlength: 20,
  });
  return openForm({
    title: t('organiser.title'),
    text,
    fields: [{ name: 'pin', label: t('organiser.pin'), input }],
    submit: t('organiser.enter'),
    send: async ({ pin = '' }) => {
      await api.logIn(pin.replace(/\D/g, ''));
      return true;
    },
  });
}

/** @returns {Promise<string>} `here`, `everywhere`, or nothing where it was left */
export function askWhereToLogOut() {
  return new Promise((resolve) => {
    const button = (/** @type {string} */ where, /** @type {string} */ words, /** @type {string} */ look) =>
      h('button', { type: 'button', class: `button ${look}`, onclick: () => dialog.close(where) }, words);
    const dialog = openDialog(
      t('organiser.logOut'),
      h('p', { class: 'dialog-text' }, t('organiser.logOutText')),
      h(
        'div',
        { class: 'dialog-actions' },
        button('everywhere', t('organiser.logOutEverywhere'), 'quiet'),
        button('here', t('organiser.logOutHere'), 'primary'),
      ),
    );
    dialog.addEventListener('close', () => resolve(dialog.returnValue));
  });
}

/** @typedef {import('../core/types.js').Sport} Sport */

/** @param {{id: string, name: import('../core/types.js').Name}[]} named @returns {HTMLOptionElement[]} by name */
function optionsOf(named) {
  return named
    .map(({ id, name }) => ({ id, words: nameOf(name) }))
    .sort((a, b) => a.words.localeCompare(b.words, currentLanguage(), { numeric: true }))
    .map(({ id, words }) => h('option', { value: id }, words));
}

/**
 * @param {Sport[]} sports
 * @param {{file: string, reason: string}[]} problems sports of this venue that the server cannot read, and why
 */
export function openTournamentForm(sports, problems) {
  const variant = h('select', { onchange: () => offerRules() });
  const sport = h('select', { onchange: () => offerVariants() }, ...optionsOf(sports));
  // The browser knows the day better than a box that was without power.
  const day = h('input', { type: 'date', value: today(), onchange: () => offerVariants() });
  const own = h('select', {}, h('option', { value: '' }, t('rules.asTheyAre')), h('option', { value: 'own' }, t('rules.change')));
  const chosen = () => /** @type {Sport} */ (sports.find(({ id }) => id === sport.value) ?? sports[0]);
  const rules = () => chosenRules(chosen(), variant.value, day.value || today());
  const form = new RulesForm(rules());
  const offerRules = () => form.startFrom(rules());
  /** Without a choice the rules are those that are in force on the first day: said in words. */
  const offerVariants = () => {
    const kept = variant.value;
    const usual = t('tournament.usual', { rules: inWords(chosenRules(chosen(), '', day.value || today())) });
    variant.replaceChildren(h('option', { value: '' }, usual), ...optionsOf(chosen().variants));
    variant.value = chosen().variants.some(({ id }) => id === kept) ? kept : '';
    offerRules();
  };
  offerVariants();
  return openForm({
    title: t('tournament.new'),
    text: problems.map(({ file, reason }) => t('tournament.sportProblem', { file, reason })).join('\n'),
    fields: [
      { name: 'name', label: t('tournament.name'), input: nameInput() },
      { name: 'sport', label: t('tournament.sport'), input: sport },
      { name: 'startsOn', label: t('tournament.startsOn'), input: day, optional: true },
      { name: 'variant', label: t('tournament.variant'), input: variant, optional: true },
      { name: 'own', label: t('rules.ofTheDay'), input: own, optional: true, after: form.sentence },
      ...form.fields(() => own.value === 'own'),
    ],
    submit: t('tournament.create'),
    send: ({ name = '', sport = '', startsOn = '', variant = '', own = '' }) =>
      api.createTournament({
        name,
        sport,
        ...(startsOn ? { startsOn } : {}),
        ...(variant ? { variant } : {}),
        ...(own ? { rules: form.changes() } : {}),
      }),
  });
}

/** @returns {string} the day here, as 2027-01-10 */
function today() {
  const now = new Date();
  const two = (/** @type {number} */ n) => String(n).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/**
 * The rules of a tournament, as long as none of its matches has begun.
 *
 * @param {import('../core/types.js').Tournament} tournament
 * @param {Sport[]} sports
 */
export function openRules(tournament, sports) {
  const sport = sports.find(({ id }) => id === tournament.sport);
  const base = sport && (sport.variants.find(({ id }) => id === tournament.variant)?.rules ?? sport.rules);
  if (!base) return null;
  const form = new RulesForm(base, changed(base, tournament.rules ?? {}));
  return openForm({
    title: t('rules.title', { name: tournament.name }),
    fields: form.fields(() => true),
    after: form.sentence,
    submit: t('manage.save'),
    send: () => api.amendTournament(tournament, { rules: form.changes() }),
  });
}

/**
 * @param {import('../core/types.js').Tournament[]} tournaments
 * @param {import('../core/types.js').Court[]} courts
 * @param {string} [chosen] the id of one of the tournaments
 */
export function openMatchForm(tournaments, courts, chosen) {
  const places = [{ id: '', name: t('matchForm.noCourt') }, ...courts];
  const court = h('select', {}, ...places.map(({ id, name }) => h('option', { value: id }, name)));
  const options = tournaments.map(({ id, name }) => h('option', { value: id, selected: id === chosen }, name));
  const tournament = h('select', { onchange: () => offerTeams() }, ...options);
  const teams = h('datalist', { id: elementId() });
  const offerTeams = async () => {
    const known = await api.teams(tournament.value).catch(() => []);
    teams.replaceChildren(...known.map(({ name }) => h('option', { value: name })));
  };
  offerTeams();
  const side = () => {
    const input = nameInput();
    input.setAttribute('list', teams.id);
    return input;
  };
  return openForm({
    title: t('matchForm.new'),
    fields: [
      { name: 'tournamentID', label: t('matchForm.tournament'), input: tournament, after: teams },
      { name: 'sides.A.name', label: t('matchForm.sideA'), hint: t('matchForm.hint'), input: side() },
      { name: 'sides.B.name', label: t('matchForm.sideB'), hint: t('matchForm.hint'), input: side() },
      {
        name: 'courtID',
        label: t('matchForm.court'),
        input: court,
        optional: true,
        shown: () => courts.length > 0,
      },
    ],
    submit: t('matchForm.create'),
    send: (values) =>
      confirmed((more) =>
        api.createMatch({
          tournamentID: values['tournamentID'] ?? '',
          ...(values['courtID'] ? { courtID: values['courtID'] } : {}),
          sides: { A: { name: values['sides.A.name'] ?? '' }, B: { name: values['sides.B.name'] ?? '' } },
          ...more,
        }),
      ),
  });
}
