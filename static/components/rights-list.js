/**
 * Who holds a right, one a line, each with a button that ends it.
 *
 * @typedef {object} Holder
 * @property {string} id
 * @property {string} name
 * @property {string} says what else is known
 * @property {boolean} [own] this very device: it is left by logging out
 */
import { ApiError, api, localTime } from '../core/api.js';
import { h, setText } from '../core/dom.js';
import { ago, t } from '../core/i18n.js';

/**
 * @param {object} options
 * @param {string} options.title
 * @param {string} options.text what ending one means
 * @param {'h2'|'h3'} [options.heading]
 * @param {() => Promise<Holder[]>} options.holders
 * @param {(id: string) => Promise<unknown>} options.end
 * @returns {{element: HTMLElement, look: () => Promise<void>}} nothing is shown while nobody holds one
 */
function rightsList({ title, text, heading = 'h3', holders, end }) {
  const list = h('ul', { class: 'rights' });
  const failed = h('p', { class: 'form-error', role: 'alert' });
  const element = h('section', { class: 'rights-part' }, h(heading, {}, title), h('p', { class: 'field-hint' }, text), list, failed);
  element.hidden = true;

  /** @param {Holder} holder */
  const rowOf = ({ id, name, says, own = false }) => {
    const button = h('button', { type: 'button', class: 'button quiet', 'aria-label': t('rights.endOf', { name }) }, t('rights.end'));
    button.onclick = async () => {
      button.disabled = true;
      try {
        await end(id);
        setText(failed, '');
        await look();
      } catch (error) {
        button.disabled = false;
        if (!(error instanceof ApiError)) throw error;
        setText(failed, error.words);
      }
    };
    const known = h('span', {}, says);
    return { row: h('li', {}, h('p', {}, h('strong', {}, name), known), own ? null : button), known };
  };
  /** Rows stay while their holder does: a button is not taken from under the finger. @type {Map<string, ReturnType<typeof rowOf>>} */
  let rows = new Map();
  const look = async () => {
    const found = await holders();
    element.hidden = found.length === 0;
    const before = [...rows.keys()].join();
    rows = new Map(found.map((holder) => [holder.id, rows.get(holder.id) ?? rowOf(holder)]));
    for (const { id, says } of found) setText(/** @type {HTMLElement} */ (rows.get(id)?.known), says);
    if ([...rows.keys()].join() !== before) list.replaceChildren(...[...rows.values()].map(({ row }) => row));
  };
  return { element, look };
}

/** @param {(string|false)[]} parts */
const joined = (parts) => parts.filter(Boolean).join(' · ');

/** The devices on which an organiser is logged in. */
export const loggedInDevices = () =>
  rightsList({
    title: t('devices.title'),
    text: t('devices.text'),
    end: (id) => api.endSession(id),
    holders: async () =>
      (await api.sessions()).map(({ id, device, address, usedAt, current }) => ({
        id,
        name: device || t('devices.unknown'),
        says: joined([current && t('devices.own'), address, !current && t('devices.seen', { ago: ago(localTime(usedAt)) })]),
        own: current,
      })),
  });

/**
 * The phones that may score.
 * @param {(line: import('../core/types.js').HeldToken) => string} placeOf the match or the court that it is for
 */
export const phonesThatScore = (placeOf) =>
  rightsList({
    title: t('phones.title'),
    heading: 'h2',
    text: t('phones.text'),
    end: (id) => api.endRefereeToken(id),
    holders: async () =>
      (await api.heldTokens()).map((line) => {
        const used = line.usedAt ? t('devices.seen', { ago: ago(localTime(line.usedAt)) }) : t('phones.unused');
        return {
          id: line.id,
          name: placeOf(line),
          says: joined([
            line.device === null ? t('phones.byQr') : line.device || t('devices.unknown'),
            line.connected ? t('phones.connected') : used,
          ]),
        };
      }),
  });
