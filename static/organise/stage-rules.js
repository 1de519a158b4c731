/** Rules of one stage that differ from the tournament's, such as best of five in the final rounds. */
import './ready.js';
import { api } from '../core/api.js';
import { t } from '../core/i18n.js';
import { changed, inWords } from '../core/rules-words.js';
import { openForm } from '../components/dialog.js';
import { RulesForm } from '../components/rules-form.js';

/**
 * @param {import('../core/types.js').Tournament} tournament
 * @returns {Promise<{rules: Record<string, unknown>, words: string}|null>} null where it was left
 */
export async function openStageRules(tournament) {
  const sports = await api.sports();
  const sport = sports.find(({ id }) => id === tournament.sport);
  const ofSport = sport && (sport.variants.find(({ id }) => id === tournament.variant)?.rules ?? sport.rules);
  if (!ofSport) return null;
  const base = changed(ofSport, tournament.rules ?? {});
  const form = new RulesForm(base);
  return openForm({
    title: t('format.stageRules'),
    text: t('format.stageRulesText'),
    fields: form.fields(() => true),
    after: form.sentence,
    submit: t('manage.save'),
    send: async () => {
      const rules = form.changes();
      return { rules, words: inWords(changed(base, rules)) };
    },
  });
}
