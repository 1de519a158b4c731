/**
 * The organiser's hand on one match: corrects its score, takes back, reopens, enters a result from paper, ends it without
 * play, changes who plays and where, deletes it. Every correction is an event, so that nothing is lost.
 *
 * @typedef {import('../core/types.js').Match} Match
 * @typedef {import('../core/types.js').MatchEvent} MatchEvent
 * @typedef {import('../core/types.js').Entry} Entry
 * @typedef {import('../core/types.js').Side} Side
 */
import { api, ApiError } from '../core/api.js';
import { h, setText, uuid } from '../core/dom.js';
import { lookUp, t } from '../core/i18n.js';
import { icon } from '../core/icons.js';
import { isolated } from '../core/isolate.js';
import { followUndo, inWords, withoutState } from '../core/history.js';
import { SIDES, besideScore, matchPath, periodsLine, scoreLine, tournamentPath, versus } from '../core/match.js';
import { sideName } from '../core/sides.js';
import { withEffects } from '../organise/effects.js';
import { confirmed } from './confirmed.js';
import { ask, openDialog, openForm } from './dialog.js';
import { confirmEnd, disqualified } from './pad-more.js';
import { openResult } from './result-form.js';
import { openRefereeCode } from './referee-code.js';

const NAME_MAX_CHARS = 200;
const EVERY_MS = 1_000;
/** What the server gives at once. */
const PAGE = 1_000;
/** A finish and its confirmation, a result typed over it: more than this end no match. */
const ENDINGS = 5;

/** @param {string} id @returns {Promise<Entry[]>} the whole history */
async function historyOf(id) {
  /** @type {Entry[]} */
  const entries = [];
  for (;;) {
    const page = await api.events(id, entries[entries.length - 1]?.seq ?? 0);
    entries.push(...page);
    if (page.length < PAGE) return entries;
  }
}

/** @param {string} id @returns {Promise<Entry|undefined>} what the next undo takes back */
const lastOf = async (id) => followUndo(await historyOf(id)).counting.pop();

/**
 * Sends a correction. What follows from it for other matches is shown first, and decided.
 *
 * @param {Match} match
 * @param {MatchEvent} event
 * @returns {Promise<import('../core/types.js').Frame|null>} null where the organiser left it
 */
async function send(match, event) {
  const named = { id: uuid(), ...event };
  const answer = await withEffects((accept) => api.correct(match.id, { ...named, ...(accept ? { accept } : {}) }));
  if (answer?.type === 'refused') {
    const why = lookUp(`refused.${answer['code']}`) ?? answer['message'];
    throw new ApiError('refused', { message: t('manage.refused', { why }) });
  }
  return answer;
}

/** Takes back what ended the match, and what was said after it. @param {Match} match */
async function reopen(match) {
  for (let undone = 0; undone < ENDINGS; undone++) {
    const last = await lastOf(match.id);
    if (!last) return;
    const answer = await send(match, { type: 'undo', detail: { seq: last.seq } });
    if (answer?.['state'].status !== 'finished') return;
  }
}

/** @param {string} id @param {() => Map<string, Match>} matches those of the feed, as they now stand */
export async function openMatch(id, matches) {
  const [whole, courts] = await Promise.all([api.match(id), api.courts()]);
  const score = h('div', { class: 'manage-score', role: 'status' });
  const contested = h('p', { class: 'manage-contested' }, icon('broken'), t('match.contestedWhat'), ' ');
  if (whole.tournamentID) contested.append(h('a', { href: tournamentPath(whole.tournamentID) }, t('match.decide')));
  const failed = h('p', { class: 'form-error', role: 'alert' });
  const undo = h('button', { type: 'button', class: 'button' });
  const again = h('button', { type: 'button', class: 'button' }, t('manage.reopen'));
  const finish = h('button', { type: 'button', class: 'button' }, t('pad.finishYes'));
  const sides = h('div', { class: 'more-sides' });
  /** @returns {Match} */
  const match = () => ({ ...(matches().get(id) ?? whole), rules: /** @type {any} */ (whole.rules) });

  /** @param {() => Promise<unknown>} action */
  const attempt = async (action) => {
    setText(failed, '');
    try {
      await action();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setText(failed, error.words);
    }
    await show();
  };
  /** @param {string} words @param {() => Promise<unknown>} action @param {string} [label] */
  const button = (words, action, label) =>
    h('button', { type: 'button', class: 'button', 'aria-label': label, onclick: () => attempt(action) }, words);
  /** @param {Side} side */
  const ofSide = (side) => {
    const name = isolated(sideName(match().sides[side]));
    const point = (/** @type {number} */ value) => () => send(match(), { type: 'point', side, value });
    return h(
      'section',
      { class: 'more-side', 'data-side': side, 'aria-label': name },
      h('h3', {}, name),
      button(t('manage.more'), point(1), `${t('manage.more')}: ${name}`),
      button(t('manage.less'), point(-1), `${t('manage.less')}: ${name}`),
      ...endings(side).map(([words, event]) => {
        const ending = button(words, () => endBy(match(), side, words, event), `${words}: ${name}`);
        ending.dataset['ending'] = event.type;
        return ending;
      }),
    );
  };
  /** Which match is shown as it stands: its score may move meanwhile. */
  let shownSeq = -1;
  const show = async () => {
    const now = match();
    showCall();
    if (now.seq === shownSeq) return;
    shownSeq = now.seq;
    showScore(score, now);
    contested.hidden = !now.contested;
    const { status } = now.state;
    again.hidden = status !== 'finished';
    sides.hidden = status === 'finished';
    finish.hidden = status !== 'live' && status !== 'suspended';
    for (const ending of sides.querySelectorAll('[data-ending]')) {
      const before = /** @type {HTMLElement} */ (ending).dataset['ending'] === 'walkover';
      ending.toggleAttribute('hidden', before !== (status === 'scheduled'));
    }
    const last = await lastOf(id).catch(() => undefined);
    undo.hidden = !last;
    if (last) setText(undo, t('pad.undoWhat', { what: inWords(last.event, withoutState(now)) }));
  };
  // One press for the next step; back by the way of “planned”.
  const call = h('button', { type: 'button', class: 'button' });
  const uncall = h('button', { type: 'button', class: 'button' }, t('manage.uncall'));
  call.onclick = () => attempt(() => api.callMatch(id, nextCall(match())));
  uncall.onclick = () => attempt(() => api.callMatch(id, 'planned'));
  const showCall = () => {
    const now = match();
    const waits = now.state.status === 'scheduled';
    call.hidden = !waits || now.call === 'on_court';
    uncall.hidden = !waits || now.call === 'planned';
    setText(call, t(`callStep.${nextCall(now)}`));
  };
  undo.onclick = () => attempt(() => send(match(), { type: 'undo' }));
  again.onclick = () => attempt(() => reopen(match()));
  finish.onclick = () => attempt(async () => (await confirmEnd(match())) && send(match(), { type: 'finish' }));
  sides.append(...SIDES.map(ofSide));
  await show();
  const dialog = openDialog(
    versus(whole),
    score,
    contested,
    sides,
    h(
      'div',
      { class: 'more-match' },
      undo,
      again,
      finish,
      call,
      uncall,
      button(t('manage.paper'), () => openResult(match(), (event) => attempt(() => send(match(), event)))),
      button(t('referee.open'), async () => openRefereeCode(match())),
      button(t('manage.edit'), async () => (await openEdit(match(), courts)) && dialog.close()),
      h('a', { class: 'button', href: matchPath(whole) }, t('pad.watch')),
      button(t('manage.delete'), async () => {
        if (!(await askToDelete(match()))) return;
        await api.deleteMatch(match());
        dialog.close();
      }),
    ),
    failed,
  );
  const timer = setInterval(show, EVERY_MS);
  dialog.addEventListener('close', () => clearInterval(timer));
}

/** The next step of a call. @param {Match} match @returns {Exclude<Match['call'], 'planned'>} */
const nextCall = ({ call }) => (call === 'planned' ? 'soon' : call === 'soon' ? 'called' : 'on_court');

/** How a side can end a match without playing it to its end. @param {Side} side @returns {[string, MatchEvent][]} */
const endings = (side) => [
  [t('pad.walkover'), { type: 'walkover', side }],
  [t('pad.retires'), { type: 'retire', side }],
  [t('pad.disqualified'), disqualified(side)],
];

/** @param {Match} match @param {Side} side @param {string} words @param {MatchEvent} event */
async function endBy(match, side, words, event) {
  if (await confirmEnd(match, words, side)) await send(match, event);
}

/** The score in figures, as it stands on every board. @param {HTMLElement} element @param {Match} match */
function showScore(element, match) {
  const { A, B } = match.sides;
  const beside = besideScore(match);
  const points = beside?.kind === 'points' ? `${beside.label}: ${beside.points.A} – ${beside.points.B}` : '';
  const periods = [periodsLine(match), points].filter(Boolean).join(' · ');
  const key = [sideName(A), scoreLine(match), sideName(B), periods].join('|');
  if (element.dataset['key'] === key) return;
  element.dataset['key'] = key;
  element.replaceChildren(
    h('p', { class: 'manage-figures' }, isolated(sideName(A)), ' ', h('strong', {}, scoreLine(match)), ' ', isolated(sideName(B))),
    h('p', { class: 'manage-periods', hidden: periods === '' }, periods),
  );
}

/** @param {Match} match @param {import('../core/types.js').Court[]} courts */
function openEdit(match, courts) {
  const input = (/** @type {Side} */ side) => {
    const text = h('input', { type: 'text', maxlength: NAME_MAX_CHARS, autocomplete: 'off', required: true });
    text.value = sideName(match.sides[side]);
    return text;
  };
  const places = [{ id: '', name: t('matchForm.noCourt') }, ...courts];
  const court = h('select', {}, ...places.map(({ id, name }) => h('option', { value: id }, name)));
  court.value = match.courtID ?? '';
  return openForm({
    title: t('manage.edit'),
    fields: [
      { name: 'sides.A.name', label: t('matchForm.sideA'), input: input('A') },
      { name: 'sides.B.name', label: t('matchForm.sideB'), input: input('B') },
      { name: 'courtID', label: t('matchForm.court'), input: court, optional: true },
    ],
    submit: t('manage.save'),
    send: async (values) => {
      const teams = match.tournamentID ? await api.teams(match.tournamentID) : [];
      /** @type {Partial<Record<'A'|'B', {teamID: string}|{name: string}>>} */
      const sides = {};
      for (const side of /** @type {const} */ (['A', 'B'])) {
        const name = (values[`sides.${side}.name`] ?? '').trim();
        if (name === sideName(match.sides[side])) continue;
        const team = teams.find((team) => team.name === name);
        sides[side] = team ? { teamID: team.id } : { name };
      }
      const change = { courtID: values['courtID'] || null, sides };
      return confirmed((more) => api.amendMatch(match, { ...change, ...more }));
    },
  });
}

/** @param {Match} match */
export const askToDelete = (match) =>
  ask({
    title: t('manage.deleteTitle'),
    text: t('manage.deleteText', { match: versus(match), n: match.seq }),
    yes: t('app.delete'),
    no: t('app.keep'),
  });
