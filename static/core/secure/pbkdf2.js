/** Makes a short secret slow to guess: PBKDF2-HMAC-SHA256 (RFC 8018). */
import { W, at, compress, hmac, keyed } from './sha256.js';

/**
 * 32 bytes.
 *
 * @param {Uint8Array} password
 * @param {Uint8Array} salt
 * @param {number} rounds
 */
export function pbkdf2(password, salt, rounds) {
  const [inner, outer] = /** @type {[Int32Array, Int32Array]} */ (keyed(password));
  const first = hmac(password, salt, Uint8Array.of(0, 0, 0, 1));
  const state = new Int32Array(8);
  const view = new DataView(first.buffer);
  for (let i = 0; i < 8; i++) state[i] = view.getInt32(i * 4);
  const sum = state.slice();
  /** One hash of 32 bytes after a keyed block: always the same padding. @param {Int32Array} from */
  const round = (from) => {
    W.set(state);
    W.fill(0, 8, 15);
    W[8] = 0x80000000 | 0;
    W[15] = 96 * 8;
    state.set(from);
    compress(state);
  };
  for (let i = 1; i < rounds; i++) {
    round(inner);
    round(outer);
    for (let word = 0; word < 8; word++) sum[word] = at(sum, word) ^ at(state, word);
  }
  const key = new Uint8Array(32);
  sum.forEach((word, i) => new DataView(key.buffer).setInt32(i * 4, word));
  return key;
}
