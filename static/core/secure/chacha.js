/** ChaCha20-Poly1305 (RFC 8439), with the tag apart from the text. */
import { concat } from './sha256.js';

/** @param {Int32Array} s @param {number} a @param {number} b @param {number} c @param {number} d places in the state */
function quarter(s, a, b, c, d) {
  let [p, q, r, t] = [s[a] ?? 0, s[b] ?? 0, s[c] ?? 0, s[d] ?? 0];
  p = (p + q) | 0;
  t ^= p;
  t = (t << 16) | (t >>> 16);
  r = (r + t) | 0;
  q ^= r;
  q = (q << 12) | (q >>> 20);
  p = (p + q) | 0;
  t ^= p;
  t = (t << 8) | (t >>> 24);
  r = (r + t) | 0;
  q ^= r;
  q = (q << 7) | (q >>> 25);
  s[a] = p;
  s[b] = q;
  s[c] = r;
  s[d] = t;
}

/** The places that a double round mixes: the columns, then the diagonals. */
const ROUND = [0, 1, 2, 3].map((i) => [i, i + 4, i + 8, i + 12]).concat([0, 1, 2, 3].map((i) => [i, 4 + ((i + 1) % 4), 8 + ((i + 2) % 4), 12 + ((i + 3) % 4)]));

/** @param {Uint8Array} bytes */
const words = (bytes) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / 4 }, (_, i) => view.getUint32(i * 4, true));
};

/** "expand 32-byte k" */
const CONSTANTS = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574];

/** Encrypts, and decrypts. @param {Uint8Array} key @param {Uint8Array} nonce @param {number} count @param {Uint8Array} text */
function chacha20(key, nonce, count, text) {
  const start = Int32Array.from([...CONSTANTS, ...words(key), count, ...words(nonce)]);
  const out = new Uint8Array(text.length);
  const block = new Uint8Array(64);
  const view = new DataView(block.buffer);
  for (let at = 0; at < text.length; at += 64) {
    const s = start.slice();
    for (let round = 0; round < 10; round++) {
      for (const [a = 0, b = 0, c = 0, d = 0] of ROUND) quarter(s, a, b, c, d);
    }
    for (let i = 0; i < 16; i++) view.setInt32(i * 4, (s[i] ?? 0) + (start[i] ?? 0), true);
    for (let i = 0; i < 64 && at + i < text.length; i++) out[at + i] = /** @type {number} */ (text[at + i]) ^ /** @type {number} */ (block[i]);
    start[12] = (start[12] ?? 0) + 1;
  }
  return out;
}

/** @param {Uint8Array} bytes the least significant first */
const number = (bytes) => bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

const PRIME = (1n << 130n) - 5n;

/** @param {Uint8Array} key @param {Uint8Array} text */
function poly1305(key, text) {
  const r = number(key.subarray(0, 16)) & 0x0ffffffc0ffffffc0ffffffc0fffffffn;
  const view = new DataView(text.buffer, text.byteOffset, text.byteLength);
  let sum = 0n;
  // The text is padded to whole blocks.
  for (let at = 0; at < text.length; at += 16) {
    const block = view.getBigUint64(at, true) | (view.getBigUint64(at + 8, true) << 64n) | (1n << 128n);
    sum = ((sum + block) * r) % PRIME;
  }
  sum += number(key.subarray(16));
  return Uint8Array.from({ length: 16 }, (_, i) => Number((sum >> BigInt(8 * i)) & 255n));
}

/** @param {Uint8Array} key @param {Uint8Array} nonce @param {Uint8Array} about @param {Uint8Array} sealed */
function tagOf(key, nonce, about, sealed) {
  const lengths = new DataView(new ArrayBuffer(16));
  lengths.setUint32(0, about.length, true);
  lengths.setUint32(8, sealed.length, true);
  /** @param {Uint8Array} text */
  const padding = (text) => new Uint8Array((16 - (text.length % 16)) % 16);
  const once = chacha20(key, nonce, 0, new Uint8Array(32));
  return poly1305(once, concat(about, padding(about), sealed, padding(sealed), new Uint8Array(lengths.buffer)));
}

/** @param {Uint8Array} key @param {Uint8Array} nonce @param {Uint8Array} about what is bound to it @param {Uint8Array} text */
export function seal(key, nonce, about, text) {
  const sealed = chacha20(key, nonce, 1, text);
  return { sealed, tag: tagOf(key, nonce, about, sealed) };
}

/**
 * @param {Uint8Array} key
 * @param {Uint8Array} nonce
 * @param {Uint8Array} about
 * @param {Uint8Array} sealed
 * @param {Uint8Array} tag
 * @returns {Uint8Array|null} null for what was not sealed so, or was changed since
 */
export function unseal(key, nonce, about, sealed, tag) {
  const right = tagOf(key, nonce, about, sealed);
  const differs = right.reduce((bits, byte, i) => bits | (byte ^ (tag[i] ?? 256)), tag.length - right.length);
  return differs ? null : chacha20(key, nonce, 1, sealed);
}
