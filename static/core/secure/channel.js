/**
 * A channel to the server: what is sent over it is numbered and proven with keys that never travel, so that a listener on the
 * Wi-Fi can neither say it again nor anything else. The scheme stands in `src/http/secure/mod.rs`.
 */
import { plain, request } from '../api.js';
import { keysOf, nextNumber, signature } from './keys.js';
import { randomBytes, toHex } from './sha256.js';

/**
 * @typedef {import('../api.js').Way} Way
 * @typedef {import('./keys.js').Keys} Keys
 */

/** A channel that is opened when it is needed, and again when the server has forgotten it: after a restart, for example. */
export class Channel {
  #open;
  #session;
  /** @type {Promise<Keys>|null} */
  #keys = null;

  /**
   * @param {() => Promise<Keys>} open
   * @param {string} [session] whose key it is opened with, where it is a session's
   */
  constructor(open, session = '') {
    this.#open = open;
    this.#session = session;
  }

  /** @returns {Promise<Keys>} */
  keys() {
    this.#keys ??= this.#open();
    this.#keys.catch(() => this.forget());
    return this.#keys;
  }

  forget() {
    this.#keys = null;
  }

  /** What the header says. @param {Keys} keys @param {number} number @param {string} proof */
  claim({ channel }, number, proof) {
    return [channel, number, proof, this.#session].join(' ').trim();
  }
}

/**
 * Opens a channel with what both sides know.
 *
 * @param {Uint8Array} root
 * @returns {Promise<Keys>}
 */
export async function openWith(root) {
  const page = randomBytes(16);
  const { channel } = await request('POST', '/api/channel', { page: toHex(page) }, { way: plain });
  return keysOf(root, channel, page);
}

/**
 * Sends once more over a new channel what the server refuses because it has forgotten this one.
 *
 * @param {Channel} channel
 * @param {Way} send
 * @returns {Way}
 */
export const renewing = (channel, send) => async (...message) => {
  const answer = await send(...message);
  if (answer.response.status !== 409 || !answer.text.includes('"stale_channel"')) return answer;
  channel.forget();
  return send(...message);
};

/**
 * Signs requests: they stay readable, and are good for once.
 *
 * @param {Channel} channel
 * @returns {Way}
 */
export const signed = (channel) =>
  renewing(channel, async (outgoing) => {
    const { method, target, body = '' } = outgoing;
    const keys = await channel.keys();
    const number = nextNumber(keys);
    const proof = signature(keys, number, method, target, body);
    return plain({ ...outgoing, headers: { ...outgoing.headers, 'courtside-sign': channel.claim(keys, number, proof) } });
  });
