/**
 * Effects of a correction or a decision on other matches: shown, decided and sent in one go. Nothing that was played is
 * thrown away unless the organiser says so.
 *
 * @typedef {import('../core/types.js').Accept} Accept
 * @typedef {import('../core/types.js').Choice} Choice
 * @typedef {import('../core/types.js').Effect} Effect
 * @typedef {import('../core/types.js').MatchSide} MatchSide
 */
import './ready.js';
import { ApiError } from '../core/api.js';
import { elementId, h } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { isolated } from '../core/isolate.js';
import { sideName } from '../core/sides.js';
import { openDialog } from '../components/dialog.js';

/** @type {Choice[]} */
const CHOICES = ['keep', 'replay'];

/**
 * Sends something, and again with what the organiser has decided where something follows from it.
 *
 * @template R
 * @param {(accept?: Accept) => Promise<R>} send
 * @returns {Promise<R|null>} null where the organiser left it
 */
export async function withEffects(send) {
  /** @type {Accept|undefined} */
  let accept;
  let changed = false;
  for (;;) {
    try {
      return await send(accept);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.code === 'has_consequences') {
        const told = /** @type {{effects: Effect[], token: string}} */ (/** @type {unknown} */ (error.answer));
        const chosen = await askAboutEffects(told, changed);
        if (!chosen) return null;
        accept = chosen;
      } else if (error.code === 'stale' && accept) {
        // Somebody has scored or decided meanwhile: what follows now is asked for anew.
        accept = undefined;
        changed = true;
      } else throw error;
    }
  }
}

/** @param {Record<'A'|'B', MatchSide>} sides */
const versus = ({ A, B }) => t('match.versus', { a: sideName(A), b: sideName(B) });

/** @param {Effect} effect */
const whatChanges = ({ before, after }) =>
  h(
    'p',
    { class: 'effect-sides' },
    h('span', {}, t('effects.before'), ' ', h('s', {}, versus(before))),
    h('span', {}, t('effects.after'), ' ', h('strong', {}, versus(after))),
  );

/** @param {Effect} effect */
const heading = ({ key, cause, state }) =>
  h('h4', {}, isolated(key), ' ', h('small', {}, t('effects.because', { cause }), ' · ', t(`status.${state}`)));

/**
 * @param {{effects: Effect[], token: string}} told
 * @param {boolean} changed whether these are others than those that were shown before
 * @returns {Promise<Accept|null>}
 */
function askAboutEffects({ effects, token }, changed) {
  const played = effects.filter(({ choices }) => choices);
  const replaced = effects.filter(({ choices }) => !choices);
  /** @type {Map<string, {row: HTMLElement, effect: Effect, choice: () => Choice}>} */
  const rows = new Map();
  /** Says if an effect counts: one that follows from a replay alone does only with it. */
  const counts = (/** @type {Effect} */ { if: needed }) =>
    needed === undefined || rows.get(needed)?.choice() === 'replay';
  const look = () => {
    for (const { row, effect } of rows.values()) row.hidden = !counts(effect);
    for (const { row, effect } of silent) row.hidden = !counts(effect);
  };
  for (const effect of played) rows.set(effect.key, playedRow(effect, look));
  const silent = replaced.map((effect) => ({ effect, row: h('li', {}, heading(effect), whatChanges(effect)) }));
  look();
  return new Promise((resolve) => {
    const go = h('button', { type: 'button', class: 'button primary' }, t('effects.go'));
    const leave = h('button', { type: 'button', class: 'button quiet', autofocus: true }, t('effects.leave'));
    const group = (/** @type {string} */ title, /** @type {string} */ text, /** @type {HTMLElement[]} */ items) =>
      items.length > 0 &&
      h(
        'section',
        { class: 'effects' },
        h('h3', {}, title),
        h('p', { class: 'field-hint' }, text),
        h('ul', {}, ...items),
      );
    const dialog = openDialog(
      t('effects.title'),
      changed && h('p', { class: 'form-error', role: 'alert' }, t('effects.changed')),
      group(
        t('effects.played'),
        t('effects.playedText'),
        [...rows.values()].map(({ row }) => row),
      ),
      group(
        t('effects.replaced'),
        t('effects.replacedText'),
        silent.map(({ row }) => row),
      ),
      h('div', { class: 'dialog-actions' }, leave, go),
    );
    leave.onclick = () => dialog.close();
    go.onclick = () => dialog.close('go');
    dialog.addEventListener('close', () => {
      if (dialog.returnValue !== 'go') return resolve(null);
      const chosen = [...rows.values()].filter(({ effect }) => counts(effect));
      resolve({ token, choices: Object.fromEntries(chosen.map(({ effect, choice }) => [effect.key, choice()])) });
    });
  });
}

/** @param {Effect} effect @param {() => void} onChange */
function playedRow(effect, onChange) {
  const name = elementId();
  const inputs = CHOICES.filter((choice) => effect.choices?.includes(choice)).map((choice) => {
    const input = h('input', { type: 'radio', name, value: choice, onchange: onChange });
    input.checked = choice === 'keep';
    return { choice, input };
  });
  const running = effect.state === 'live' || effect.state === 'suspended';
  const words = { keep: t('effects.keep'), replay: t(running ? 'effects.stop' : 'effects.replay') };
  const options = inputs.map(({ choice, input }) =>
    h('label', { class: 'choice' }, input, h('span', {}, words[choice])),
  );
  const row = h(
    'li',
    {},
    heading(effect),
    whatChanges(effect),
    h('fieldset', { class: 'choices' }, h('legend', { class: 'visually-hidden' }, effect.key), ...options),
  );
  return { row, effect, choice: () => inputs.find(({ input }) => input.checked)?.choice ?? 'keep' };
}
