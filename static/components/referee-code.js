/**
 * The referee's QR code of a match. The server keeps only a hash of it, so a code can be shown again only on the
 * device that made it; anywhere else a new one must replace it.
 *
 * @typedef {import('../core/types.js').Match} Match
 */
import { h, secretQrCode, setText } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { api, ApiError } from '../core/api.js';
import { isolated } from '../core/isolate.js';
import { refereePath, versus } from '../core/match.js';
import { sideName } from '../core/sides.js';
import { recall, remember } from '../core/storage.js';
import { openDialog } from './dialog.js';

const KEY = 'referee-handouts';

/** @typedef {{token: string, code: string}} Handout what the QR code holds, and what is typed instead */

/** @returns {Record<string, Handout>} */
const codes = () => recall(KEY, {});

/** @param {string} matchID @param {{refereeToken: string, refereeCode: string}} made */
export const keepCode = (matchID, { refereeToken: token, refereeCode: code }) =>
  remember(KEY, { ...codes(), [matchID]: { token, code } });

export const forgetCodes = () => remember(KEY, undefined);

/** @param {Match} match */
export function openRefereeCode(match) {
  const code = h('div', { class: 'code' });
  const said = h('p', { class: 'dialog-note', role: 'status' });
  const failed = h('p', { class: 'form-error', role: 'alert' });
  const renew = h('button', { type: 'button', class: 'button' }, t('referee.new'));
  const here = h('a', { class: 'button primary' }, t('referee.here'));
  const show = () => {
    const { token, code: typed } = codes()[match.id] ?? { token: '', code: '' };
    const path = token ? refereePath(match.id, token) : '';
    here.hidden = !token;
    here.href = path;
    renew.classList.toggle('primary', !token);
    code.replaceChildren(
      ...(token
        ? [
            secretQrCode(path, t('referee.qr', { a: sideName(match.sides.A), b: sideName(match.sides.B) })),
            h('p', { class: 'dialog-text' }, t('referee.scan')),
            h('p', { class: 'dialog-text' }, t('referee.type', { address: `${location.host}/score` })),
            h('p', { class: 'code-typed' }, typed),
          ]
        : [h('p', { class: 'dialog-text' }, t('referee.unknown'))]),
    );
  };
  renew.onclick = async () => {
    renew.disabled = true;
    setText(failed, '');
    try {
      const replaced = match.id in codes();
      keepCode(match.id, await api.newRefereeToken(match.id));
      show();
      setText(said, replaced ? t('referee.replaced') : '');
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setText(failed, error.words);
    } finally {
      renew.disabled = false;
    }
  };
  show();
  openDialog(
    t('referee.title'),
    h('p', { class: 'dialog-match' }, versus(match)),
    match.referee && h('p', { class: 'dialog-text' }, t('day.referee', { name: isolated(match.referee.name) })),
    code,
    said,
    failed,
    h('div', { class: 'dialog-actions' }, renew, here),
    h('p', { class: 'dialog-note' }, t('referee.newHint')),
  );
}
