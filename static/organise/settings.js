/** The name of a tournament, and how much it counts for the clubs of the day. */
import './ready.js';
import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { openForm } from '../components/dialog.js';

const NAME_MAX_CHARS = 200;

/** @param {import('../core/types.js').Tournament} tournament @param {() => Promise<void>} changed */
export async function openTournamentSettings(tournament, changed) {
  const name = h('input', { type: 'text', maxlength: NAME_MAX_CHARS, autocomplete: 'off', required: true });
  name.value = tournament.name;
  const factor = h('input', { type: 'number', min: 0, max: 100, step: 'any', inputmode: 'decimal' });
  factor.value = String(tournament.factor ?? 1);
  const done = await openForm({
    title: t('organise.settings'),
    fields: [
      { name: 'name', label: t('tournament.name'), input: name },
      { name: 'factor', label: t('clubs.factor'), hint: t('clubs.factorHint'), input: factor },
    ],
    submit: t('manage.save'),
    send: ({ name = '', factor = '' }) =>
      api.amendTournament(tournament, {
        ...(name === tournament.name ? {} : { name }),
        ...(Number(factor) === (tournament.factor ?? 1) ? {} : { factor: Number(factor) }),
      }),
  });
  if (done) await changed();
}
