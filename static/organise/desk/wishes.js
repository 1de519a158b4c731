/**
 * Wishes for a tournament, one of its stages or a single match, such as the final: its courts, its time, its length.
 *
 * @typedef {import('../../core/types.js').Match} Match
 * @typedef {import('./requests.js').Plan} Plan
 * @typedef {import('./requests.js').Wish} Wish
 * @typedef {{tournamentID: string, stage: string|null, key: string|null}} Aim
 */
import { h } from '../../core/dom.js';
import { t, timeOfDay } from '../../core/i18n.js';
import { isolated } from '../../core/isolate.js';
import { openForm } from '../../components/dialog.js';
import { momentInHall } from './moment.js';
import { changeSettings } from './requests.js';
import { keptList, minutesInput } from './kept-list.js';

/** The aims that a wish can have, by tournaments. @param {Map<string, Match>} matches */
function tournamentsOf(matches) {
  /** @type {Map<string, {name: string, stages: Set<string>, keys: {stage: string|null, key: string}[]}>} */
  const tournaments = new Map();
  for (const { tournamentID, tournamentName, stage = null, key } of matches.values()) {
    if (!tournamentID) continue;
    const of = tournaments.get(tournamentID) ?? { name: tournamentName ?? '', stages: new Set(), keys: [] };
    tournaments.set(tournamentID, of);
    if (stage) of.stages.add(stage);
    if (key) of.keys.push({ stage, key });
  }
  return tournaments;
}

/** @param {Plan} plan @param {Map<string, Match>} matches */
export function wishes({ day, courts, settings }, matches) {
  const timeZone = settings.timeZone ?? 'UTC';
  const tournaments = tournamentsOf(matches);
  const courtName = (/** @type {string} */ id) => isolated(courts.find(({ courtID }) => courtID === id)?.name ?? '');
  /** @param {Wish} wish */
  const words = ({ tournamentID, stage, key, courtIDs, notBefore, minutes, rest, lastRoundTogether }) =>
    [
      [isolated(tournaments.get(tournamentID)?.name ?? ''), key ?? (stage && t('wishes.stage', { stage }))].filter(Boolean).join(', '),
      courtIDs.map(courtName).join(', '),
      notBefore && t('wishes.from', { time: timeOfDay(Date.parse(notBefore), false, timeZone) }),
      minutes && t('wishes.lasts', { n: minutes }),
      rest != null && t('wishes.rests', { n: rest }),
      lastRoundTogether && t('wishes.together'),
    ]
      .filter(Boolean)
      .join(' · ');

  /** @type {(save: (one: Wish) => Promise<unknown>) => Promise<unknown>} */
  const ask = (save) => {
    const option = (/** @type {Aim} */ aim, /** @type {string} */ text) => h('option', { value: JSON.stringify(aim) }, text);
    const aims = [...tournaments].map(([tournamentID, { name, stages, keys }]) =>
      h(
        'optgroup',
        { label: name },
        option({ tournamentID, stage: null, key: null }, t('wishes.whole', { name })),
        ...[...stages].map((stage) => option({ tournamentID, stage, key: null }, t('wishes.stage', { stage }))),
        ...keys.map(({ stage, key }) => option({ tournamentID, stage, key }, t('wishes.match', { key }))),
      ),
    );
    const boxes = courts.map(({ courtID, name }) => ({ courtID, box: h('input', { type: 'checkbox' }), name }));
    const together = h('input', { type: 'checkbox' });
    const label = (/** @type {HTMLElement} */ box, /** @type {string} */ text) => h('label', { class: 'switch' }, box, h('span', {}, text));
    const after = h(
      'div',
      { class: 'settings-boxes' },
      h('fieldset', {}, h('legend', {}, t('wishes.courts')), ...boxes.map(({ box, name }) => label(box, isolated(name)))),
      label(together, t('wishes.together')),
    );
    return openForm({
      title: t('wishes.add'),
      fields: [
        { name: 'aim', label: t('wishes.for'), input: h('select', {}, ...aims) },
        { name: 'notBefore', label: t('wishes.notBefore'), input: h('input', { type: 'time' }), optional: true },
        { name: 'minutes', label: t('wishes.minutes'), input: minutesInput(''), optional: true },
        { name: 'rest', label: t('wishes.rest'), input: minutesInput(''), optional: true },
      ],
      after,
      submit: t('manage.save'),
      send: async (values) => {
        /** @type {Aim} */
        const aim = JSON.parse(values['aim'] ?? '{}');
        const number = (/** @type {string} */ name) => (values[name] ? Number(values[name]) : null);
        await save({
          ...aim,
          courtIDs: boxes.filter(({ box }) => box.checked).map(({ courtID }) => courtID),
          notBefore: values['notBefore'] ? momentInHall(settings, day, values['notBefore']) : null,
          minutes: number('minutes'),
          rest: number('rest'),
          lastRoundTogether: together.checked,
        });
      },
    });
  };
  return keptList({
    title: t('wishes.title'),
    text: t('wishes.text'),
    add: t('wishes.add'),
    kept: settings.wishes ?? [],
    words,
    ask,
    keep: (wishes) => changeSettings({ wishes }),
  });
}
