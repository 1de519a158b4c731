/**
 * A plan that is proposed: looked at with its difference, then taken or left.
 *
 * @typedef {import('../../core/types.js').Match} Match
 * @typedef {import('./requests.js').Plan} Plan
 */
import { ApiError } from '../../core/api.js';
import { h, setText } from '../../core/dom.js';
import { t, timeOfDay } from '../../core/i18n.js';
import { isolated } from '../../core/isolate.js';
import { versus } from '../../core/match.js';
import { openDialog } from '../../components/dialog.js';
import { refusalWords } from '../panel.js';
import { acceptPlan, proposeLate, proposePlan } from './requests.js';

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
