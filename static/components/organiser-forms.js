/** The organiser's three forms: log-in, a tournament, a match. */
import { h } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { api } from '../core/api.js';
import { sportName } from '../core/match.js';
import { openForm } from './dialog.js';

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

/** @param {string[]} sports their ids */
export function openTournamentForm(sports) {
  const options = sports
    .map((id) => ({ id, name: sportName(id) }))
    .sort((a, b) => a.name.localeCompare(b.name))
    .map(({ id, name }) => h('option', { value: id }, name));
  return openForm({
    title: t('tournament.new'),
    fields: [
      { name: 'name', label: t('tournament.name'), input: nameInput() },
      { name: 'sport', label: t('tournament.sport'), input: h('select', {}, ...options) },
    ],
    submit: t('tournament.create'),
    send: ({ name = '', sport = '' }) => api.createTournament({ name, sport }),
  });
}

/**
 * @param {import('../core/types.js').Tournament[]} tournaments
 * @param {string} [chosen] the id of one of them
 */
export function openMatchForm(tournaments, chosen) {
  const options = tournaments.map(({ id, name }) => h('option', { value: id, selected: id === chosen }, name));
  return openForm({
    title: t('matchForm.new'),
    fields: [
      { name: 'tournamentID', label: t('matchForm.tournament'), input: h('select', {}, ...options) },
      { name: 'sides.A.name', label: t('matchForm.sideA'), hint: t('matchForm.hint'), input: nameInput() },
      { name: 'sides.B.name', label: t('matchForm.sideB'), hint: t('matchForm.hint'), input: nameInput() },
    ],
    submit: t('matchForm.create'),
    send: (values) =>
      api.createMatch({
        tournamentID: values['tournamentID'] ?? '',
        sides: { A: { name: values['sides.A.name'] ?? '' }, B: { name: values['sides.B.name'] ?? '' } },
      }),
  });
}
