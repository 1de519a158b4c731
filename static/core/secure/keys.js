/** The keys of a channel and what is signed with them; the scheme stands in `src/http/secure/keys.rs`. */
import { bytesOf, fromHex, hmac, toHex } from './sha256.js';

/**
 * @typedef {object} Keys
 * @property {string} channel its name
 * @property {Uint8Array} signing
 * @property {Uint8Array} sealing
 * @property {number} last the number of what was sent last
 */

/**
 * @param {Uint8Array} root what both sides know
 * @param {string} channel
 * @param {Uint8Array} page this page's random part
 * @returns {Keys}
 */
export function keysOf(root, channel, page) {
  const key = hmac(root, bytesOf('courtside channel'), fromHex(channel), page);
  return { channel, signing: hmac(key, bytesOf('sign')), sealing: hmac(key, bytesOf('seal')), last: 0 };
}

/** None is used twice: it goes with the keys. @param {Keys} keys */
export function nextNumber(keys) {
  keys.last += 1;
  return keys.last;
}

/**
 * @param {Keys} keys
 * @param {number} number
 * @param {string} method
 * @param {string} target path and query
 * @param {string} body
 */
export const signature = ({ signing }, number, method, target, body) =>
  toHex(hmac(signing, bytesOf(`${number}\n${method}\n${target}\n`), bytesOf(body)));

/**
 * @param {Uint8Array} root
 * @returns {Promise<Keys>} of a new channel
 */
