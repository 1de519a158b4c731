/** Changes that the server wants confirmed: a team on both sides, or in two matches at once. */
import { ApiError } from '../core/api.js';
import { lookUp, t } from '../core/i18n.js';
import { ask } from './dialog.js';

/**
 * Sends a change, and once more if the organiser says that it is meant.
 *
 * @template T
 * @param {(more: {confirm?: true}) => Promise<T>} send
 * @returns {Promise<T>}
 */
export async function confirmed(send) {
  try {
    return await send({});
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'unconfirmed') throw error;
    const text = lookUp(`unconfirmed.${error.about['clash'] ?? error.field}`, error.about) ?? error.message;
    const isMeant = await ask({ title: t('unconfirmed.title'), text, yes: t('unconfirmed.yes'), no: t('unconfirmed.no') });
    if (!isMeant) throw error;
    return send({ confirm: true });
  }
}
