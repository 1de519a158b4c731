/**
 * Settings of the plan: the hours of the hall, how matches come to courts, who referees, how long a sport takes. Below
 * these stand closures and wishes, which are kept one by one.
 *
 * @typedef {import('../../core/types.js').Match} Match
 * @typedef {import('./requests.js').Plan} Plan
 * @typedef {import('./requests.js').Settings} Settings
 */
import { h } from '../../core/dom.js';
import { t } from '../../core/i18n.js';
import { sportName } from '../../core/sport.js';
import { openForm } from '../../components/dialog.js';
import { changeSettings } from './requests.js';
import { closures } from './closures.js';
import { minutesInput } from './kept-list.js';
import { wishes } from './wishes.js';

/** @param {string} value as 09:00:00 */
const timeInput = (value) => h('input', { type: 'time', value: value.slice(0, 5), required: true });

/** @param {string} chosen @param {Record<string, string>} words by value */
function choice(chosen, words) {
  const select = h('select', {}, ...Object.entries(words).map(([value, text]) => h('option', { value }, text)));
  select.value = chosen;
  return select;
}

/** @param {string} text */
const namesOf = (text) => text.split(/[\n,;]/).map((name) => name.trim()).filter(Boolean);

/** @param {Plan} plan @param {Map<string, Match>} matches @returns {Promise<Plan|null>} null where it was left */
export function openSettings(plan, matches) {
  const { timeZone, opens, closes, changeover, rest, minutes, calling, referees } = plan.settings;
  // The organiser stands in the hall.
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zone = h('input', { type: 'text', value: timeZone ?? own, autocomplete: 'off', spellcheck: 'false', required: true });
  const sports = [...new Set([...[...matches.values()].map(({ sport }) => sport), ...Object.keys(minutes)])].sort();
  const by = choice(referees?.by ?? 'nobody', {
    nobody: t('refereesBy.nobody'),
    teams: t('refereesBy.teams'),
    people: t('refereesBy.people'),
  });
  const way = choice(calling ?? 'planned', {
    planned: t('calling.planned'),
    next_free_court: t('calling.next_free_court'),
  });
  const people = h('textarea', { rows: 3 }, (referees?.people ?? []).join('\n'));
  const areNew = calling !== undefined && referees !== undefined;
  return openForm({
    title: t('control.settings'),
    fields: [
      { name: 'timeZone', label: t('control.zone'), input: zone, hint: t('control.zoneHint') },
      { name: 'opens', label: t('control.opens'), input: timeInput(opens) },
      { name: 'closes', label: t('control.closes'), input: timeInput(closes) },
      { name: 'changeover', label: t('control.changeover'), input: minutesInput(changeover) },
      { name: 'rest', label: t('control.rest'), input: minutesInput(rest) },
      ...sports.map((sport) => ({
        name: `minutes.${sport}`,
        label: t('settings.minutesOf', { sport: sportName(sport) }),
        hint: t('settings.minutesHint'),
        input: minutesInput(minutes[sport] ?? ''),
        optional: true,
      })),
      { name: 'calling', label: t('settings.calling'), input: way, shown: () => areNew },
      { name: 'by', label: t('settings.referees'), input: by, shown: () => areNew },
      {
        name: 'people',
        label: t('settings.people'),
        hint: t('settings.peopleHint'),
        input: people,
        optional: true,
        shown: () => areNew && by.value === 'people',
      },
    ],
    after: h('div', { class: 'settings-more' }, closures(plan), wishes(plan, matches)),
    submit: t('manage.save'),
    send: (values) => {
      const told = sports.filter((sport) => values[`minutes.${sport}`]).map((sport) => [sport, Number(values[`minutes.${sport}`])]);
      return changeSettings({
        timeZone: values['timeZone'] ?? null,
        opens: values['opens'] ?? '',
        closes: values['closes'] ?? '',
        changeover: Number(values['changeover']),
        rest: Number(values['rest']),
        minutes: Object.fromEntries(told),
        ...(areNew
          ? {
              calling: way.value === 'planned' ? 'planned' : 'next_free_court',
              referees: { by: /** @type {'nobody'|'teams'|'people'} */ (by.value), people: namesOf(people.value) },
            }
          : {}),
      });
    },
  });
}
