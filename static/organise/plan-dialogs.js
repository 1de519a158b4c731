/**
 * The dialogs of the plan: a proposal that is looked at, a match that is moved, and what a plan depends on.
 *
 * @typedef {import('../core/types.js').Match} Match
 * @typedef {import('./plan-requests.js').Plan} Plan
 * @typedef {import('./plan-requests.js').MoveAnswer} MoveAnswer
 */
import { ApiError } from '../core/api.js';
import { h, setText } from '../core/dom.js';
import { t, timeOfDay } from '../core/i18n.js';
import { isolated } from '../core/isolate.js';
import { versus } from '../core/match.js';
import { openDialog, openForm } from '../components/dialog.js';
import { momentOf } from './moment.js';
import { refusalWords } from './panel.js';
import { acceptPlan, changeSettings, moveMatch, proposeLate, proposePlan } from './plan-requests.js';

/** The changes of a proposal that are listed; the others are counted. */
const CHANGES_SHOWN = 60;

/** @param {Plan} plan @param {string} at */
const timeIn = ({ settings }, at) => timeOfDay(Date.parse(at), false, settings.timeZone ?? 'UTC');

/** @param {Plan} plan @param {string} courtID */
const courtName = ({ courts }, courtID) => isolated(courts.find((court) => court.courtID === courtID)?.name ?? '');

/** @param {Plan} plan @param {{courtID: string, at: string}|null} place */
const placeWords = (plan, place) => (place ? `${timeIn(plan, place.at)} ${courtName(plan, place.courtID)}` : '–');

/**
 * Shows a proposal with its difference, and applies it by a tap.
 *
 * @param {'auto'|'late'} how
 * @param {string} day
 * @param {Map<string, Match>} matches
 * @param {Plan} plan
 * @returns {Promise<Plan|null>} null where it was left
 */
export async function openProposal(how, day, matches, plan) {
  const proposal = await (how === 'auto' ? proposePlan(day) : proposeLate());
  const nameOf = (/** @type {string} */ id) => {
    const match = matches.get(id);
    return match ? [match.key, versus(match)].filter(Boolean).join(' · ') : '';
  };
  const ends = proposal.endsAt ? t('control.ends', { time: timeIn(plan, proposal.endsAt) }) : '';
  const bound = proposal.cannotEndBefore ? t('control.bound', { time: timeIn(plan, proposal.cannotEndBefore) }) : '';
  const { changes, unplaced } = proposal;
  const lines = changes.slice(0, CHANGES_SHOWN).map(({ matchID, from, to }) =>
    h('li', {}, h('span', {}, nameOf(matchID)), ' ', h('span', {}, from ? `${placeWords(plan, from)} → ${placeWords(plan, to)}` : placeWords(plan, to))),
  );
  const causes = unplaced.map(({ matchID, cause, otherMatchID }) =>
    h('li', {}, `${nameOf(matchID)}: ${t(`noPlace.${cause}`, { other: nameOf(otherMatchID ?? '') })}`),
  );
  return new Promise((resolve) => {
    const yes = h('button', { type: 'button', class: 'button primary' }, t('control.accept'));
    const failed = h('p', { class: 'form-error', role: 'alert' });
    yes.hidden = changes.length === 0;
    /** @type {Plan|null} */
    let done = null;
    const dialog = openDialog(
      t(how === 'auto' ? 'control.plan' : 'control.late'),
      h('p', { class: 'dialog-text' }, [t('control.changes', { n: changes.length }), ends, bound].filter(Boolean).join(' ')),
      causes.length > 0 && h('p', { class: 'form-error' }, t('control.unplaced', { n: causes.length })),
      causes.length > 0 && h('ul', { class: 'control-changes' }, ...causes),
      h('ul', { class: 'control-changes' }, ...lines),
      changes.length > CHANGES_SHOWN && h('p', { class: 'dialog-note' }, t('control.more', { n: changes.length - CHANGES_SHOWN })),
      failed,
      h('div', { class: 'dialog-actions' }, yes),
    );
    yes.onclick = async () => {
      try {
        done = await acceptPlan(how, proposal.token);
        dialog.close();
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        setText(failed, refusalWords(error));
      }
    };
    dialog.addEventListener('close', () => resolve(done));
  });
}

/** The words of a clash. @param {MoveAnswer['clashes'][number]} clash @param {Map<string, Match>} matches */
function clashWords({ kind, otherMatchID }, matches) {
  const other = matches.get(otherMatchID ?? '');
  const words = t(/** @type {import('../core/i18n.js').Key} */ (`clashOf.${kind}`));
  return other ? `${words} (${[other.key, versus(other)].filter(Boolean).join(' · ')})` : words;
}

/**
 * Moves a match: to a place where it clashes with nothing, or where the organiser wants it.
 *
 * @param {Match} match
 * @param {Plan} plan
 * @param {Map<string, Match>} matches
 * @returns {Promise<boolean>} if it was moved
 */
export async function openMove(match, plan, matches) {
  const { places } = await moveMatch(match.id, {});
  return new Promise((resolve) => {
    let moved = false;
    const clashes = h('ul', { class: 'control-changes' });
    const anyway = h('button', { type: 'button', class: 'button', hidden: true }, t('control.anyway'));
    /** @param {string} courtID @param {string} at @param {boolean} confirm */
    const go = async (courtID, at, confirm) => {
      anyway.hidden = true;
      try {
        const answer = await moveMatch(match.id, { courtID, at, ...(confirm ? { confirm: true } : {}) });
        moved = answer.moved;
        if (moved) return dialog.close();
        clashes.replaceChildren(...answer.clashes.map((clash) => h('li', { class: 'form-error' }, clashWords(clash, matches))));
        anyway.hidden = answer.clashes.some(({ severity }) => severity === 'blocking');
        anyway.onclick = () => go(courtID, at, true);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        clashes.replaceChildren(h('li', { class: 'form-error' }, refusalWords(error)));
      }
      return undefined;
    };
    const free = places.map(({ courtID, from, to }) => {
      const until = from === to ? '' : ` – ${timeIn(plan, to)}`;
      const words = `${courtName(plan, courtID)}, ${timeIn(plan, from)}${until}`;
      return h('li', {}, h('button', { type: 'button', class: 'button small', onclick: () => go(courtID, from, false) }, words));
    });
    const court = h('select', { 'aria-label': t('matchForm.court') }, ...plan.courts.map((of) => h('option', { value: of.courtID }, of.name)));
    const time = h('input', { type: 'time', required: true, 'aria-label': t('control.time') });
    const own = h('form', { class: 'control-own' }, court, time, h('button', { class: 'button' }, t('control.move')));
    own.onsubmit = (event) => {
      event.preventDefault();
      if (time.value) go(court.value, momentOf(plan.day, time.value, plan.settings.timeZone ?? 'UTC'), false);
    };
    const dialog = openDialog(
      `${t('control.move')}: ${versus(match)}`,
      h('p', { class: 'dialog-text' }, t(free.length > 0 ? 'control.places' : 'control.noPlaces')),
      h('ul', { class: 'control-places' }, ...free),
      h('h3', {}, t('control.elsewhere')),
      own,
      h('div', { role: 'alert' }, clashes),
      h('div', { class: 'dialog-actions' }, anyway),
    );
    dialog.addEventListener('close', () => resolve(moved));
  });
}

/** @param {import('./plan-requests.js').Settings} settings @returns {Promise<Plan|null>} null where it was left */
export function openSettings({ timeZone, opens, closes, changeover, rest }) {
  // The organiser stands in the hall.
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zone = h('input', { type: 'text', value: timeZone ?? own, autocomplete: 'off', spellcheck: 'false', required: true });
  const time = (/** @type {string} */ value) => h('input', { type: 'time', value: value.slice(0, 5), required: true });
  const minutes = (/** @type {number} */ value) => h('input', { type: 'number', min: 0, max: 600, step: 1, value: String(value), required: true });
  return openForm({
    title: t('control.settings'),
    fields: [
      { name: 'timeZone', label: t('control.zone'), input: zone, hint: t('control.zoneHint') },
      { name: 'opens', label: t('control.opens'), input: time(opens) },
      { name: 'closes', label: t('control.closes'), input: time(closes) },
      { name: 'changeover', label: t('control.changeover'), input: minutes(changeover) },
      { name: 'rest', label: t('control.rest'), input: minutes(rest) },
    ],
    submit: t('manage.save'),
    send: (values) =>
      changeSettings({
        timeZone: values['timeZone'] ?? null,
        opens: values['opens'] ?? '',
        closes: values['closes'] ?? '',
        changeover: Number(values['changeover']),
        rest: Number(values['rest']),
      }),
  });
}
