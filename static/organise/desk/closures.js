/**
 * Times in which a court is closed, or all are: a break.
 *
 * @typedef {import('./requests.js').Plan} Plan
 * @typedef {import('./requests.js').Closure} Closure
 */
import { ApiError } from '../../core/api.js';
import { h } from '../../core/dom.js';
import { dayOfMonth, t, timeOfDay } from '../../core/i18n.js';
import { isolated } from '../../core/isolate.js';
import { openForm } from '../../components/dialog.js';
import { momentInHall } from './moment.js';
import { changeSettings } from './requests.js';
import { keptList } from './kept-list.js';

/** @param {Plan} plan */
export function closures({ day, courts, settings }) {
  const timeZone = settings.timeZone ?? 'UTC';
  const nameOf = (/** @type {string|null} */ id) => isolated(courts.find(({ courtID }) => courtID === id)?.name ?? t('closures.all'));
  const dayOf = (/** @type {string} */ at) => dayOfMonth(Date.parse(at), timeZone);
  const timeOf = (/** @type {string} */ at) => timeOfDay(Date.parse(at), false, timeZone);
  /** @type {(save: (one: Closure) => Promise<unknown>) => Promise<unknown>} */
  const ask = (save) => {
    const options = [{ courtID: '', name: t('closures.all') }, ...courts];
    const court = h('select', {}, ...options.map(({ courtID, name }) => h('option', { value: courtID }, name)));
    return openForm({
      title: t('closures.add'),
      fields: [
        { name: 'courtID', label: t('matchForm.court'), input: court, optional: true },
        { name: 'day', label: t('control.day'), input: h('input', { type: 'date', value: day, required: true }) },
        { name: 'from', label: t('closures.from'), input: h('input', { type: 'time', required: true }) },
        { name: 'to', label: t('closures.to'), input: h('input', { type: 'time', required: true }) },
      ],
      submit: t('manage.save'),
      send: async (values) => {
        const at = (/** @type {string} */ time) => momentInHall(settings, values['day'] ?? day, time);
        const closure = { courtID: values['courtID'] || null, from: at(values['from'] ?? ''), to: at(values['to'] ?? '') };
        if (closure.to <= closure.from) throw new ApiError('backwards', { field: 'to', message: t('closures.backwards') });
        await save(closure);
      },
    });
  };
  return keptList({
    title: t('closures.title'),
    text: t('closures.text'),
    add: t('closures.add'),
    kept: settings.closures ?? [],
    words: ({ courtID, from, to }) => t('closures.of', { court: nameOf(courtID), day: dayOf(from), from: timeOf(from), to: timeOf(to) }),
    ask,
    keep: (closures) => changeSettings({ closures }),
  });
}
