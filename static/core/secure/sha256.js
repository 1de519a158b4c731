/**
 * SHA-256 (FIPS 180-4) and HMAC (RFC 2104). Browsers offer them as `crypto.subtle` in secure contexts only, which a page
 * over plain http is not.
 */

/** The fractional parts of the cube roots of the first 64 primes, and of the square roots of the first 8. */
const [K, START] = (() => {
  /** @type {number[]} */
  const primes = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime)) primes.push(n);
  /** @param {number} root */
  const fraction = (root) => (root - Math.floor(root)) * 2 ** 32;
  return [Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime))), Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)))];
})();

/** The words that are mixed in. */
export const W = new Int32Array(64);

/** A place that is there. @param {Int32Array|Uint8Array} list @param {number} place */
export const at = (list, place) => /** @type {number} */ (list[place]);

/** Mixes 16 words at the start of `W` into a state. @param {Int32Array} state */
export function compress(state) {
  for (let i = 16; i < 64; i++) {
    const x = at(W, i - 15);
    const y = at(W, i - 2);
    const low = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const high = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    W[i] = (at(W, i - 16) + low + at(W, i - 7) + high) | 0;
  }
  // One by one: taking an array apart would cost more than the rounds.
  let a = at(state, 0);
  let b = at(state, 1);
  let c = at(state, 2);
  let d = at(state, 3);
  let e = at(state, 4);
  let f = at(state, 5);
  let g = at(state, 6);
  let h = at(state, 7);
  for (let i = 0; i < 64; i++) {
    const one = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t = (h + one + ((e & f) ^ (~e & g)) + at(K, i) + at(W, i)) | 0;
    const zero = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const u = (zero + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t) | 0;
    d = c;
    c = b;
    b = a;
    a = (t + u) | 0;
  }
  state[0] = at(state, 0) + a;
  state[1] = at(state, 1) + b;
  state[2] = at(state, 2) + c;
  state[3] = at(state, 3) + d;
  state[4] = at(state, 4) + e;
  state[5] = at(state, 5) + f;
  state[6] = at(state, 6) + g;
  state[7] = at(state, 7) + h;
}

/** @param {Int32Array} state @param {Uint8Array} bytes @param {number} from */
function absorb(state, bytes, from) {
  for (let i = 0; i < 16; i++, from += 4) {
    W[i] = (at(bytes, from) << 24) | (at(bytes, from + 1) << 16) | (at(bytes, from + 2) << 8) | at(bytes, from + 3);
  }
  compress(state);
}

/**
 * @param {Int32Array} state before these bytes
 * @param {number} before how many bytes it has seen, a multiple of 64
 * @param {Uint8Array} bytes
 */
function finish(state, before, bytes) {
  const padded = new Uint8Array(((bytes.length + 72) >> 6) << 6);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const bits = (before + bytes.length) * 8;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, bits / 2 ** 32);
  view.setUint32(padded.length - 4, bits);
  for (let from = 0; from < padded.length; from += 64) absorb(state, padded, from);
  const hash = new Uint8Array(32);
  state.forEach((word, i) => new DataView(hash.buffer).setInt32(i * 4, word));
  return hash;
}

/** @param {...Uint8Array} parts */
export function concat(...parts) {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let end = 0;
  for (const part of parts) {
    all.set(part, end);
    end += part.length;
  }
  return all;
}

/** @param {...Uint8Array} parts */
export const sha256 = (...parts) => finish(START.slice(), 0, concat(...parts));

/** The two states that a key of HMAC begins with. @param {Uint8Array} key */
export function keyed(key) {
  const block = new Uint8Array(64);
  block.set(key.length > 64 ? sha256(key) : key);
  return [0x36, 0x5c].map((pad) => {
    const state = START.slice();
    absorb(state, block.map((byte) => byte ^ pad), 0);
    return state;
  });
}

/** @param {Uint8Array} key @param {...Uint8Array} parts */
export function hmac(key, ...parts) {
  const [inner, outer] = /** @type {[Int32Array, Int32Array]} */ (keyed(key));
  return finish(outer, 64, finish(inner, 64, concat(...parts)));
}

/** @param {string} text */
export const bytesOf = (text) => new TextEncoder().encode(text);

/** @param {Uint8Array} bytes */
export const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** @param {string} text an even number of hexadecimal digits */
export const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (digits) => parseInt(digits, 16));

/** @param {number} length */
export const randomBytes = (length) => crypto.getRandomValues(new Uint8Array(length));
