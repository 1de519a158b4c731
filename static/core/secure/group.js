/** The group in which page and server agree on keys (RFC 5054, 2,048 bits), and the PIN's exchange in it (SRP-6a). */
import { pbkdf2 } from './pbkdf2.js';
import { bytesOf, fromHex, hmac, randomBytes, sha256, toHex } from './sha256.js';

const N = BigInt(
  '0xac6bdb41324a9a9bf166de5e1389582faf72b6651987ee07fc3192943db56050a37329cbb4a099ed8193e0757767a13dd52312ab4b03310d' +
    'cd7f48a9da04fd50e8083969edb767b0cf6095179a163ab3661a05fbd5faaae82918a9962f0b93b855f97993ec975eeaa80d740adbf4ff747359d' +
    '041d5c33ea71d281e446b14773bca97b43a23fb801676bd207a436c6481f1d2b9078717461a5b9d32e688f87748544523b524b0d57d5ea77a2775' +
    'd2ecfa032cfbdbf52fb3786160279004e57ae6af874e7303ce53299ccc041c7bc308d82a5698f3a8d0c38271ae35f8e9dbfbb694b5c803d89f7ae' +
    '435de236d525f54759b65e372fcd68ef20fa7111f9e4aff73',
);
const G = 2n;

/** @param {Uint8Array} bytes */
const number = (bytes) => BigInt(`0x${toHex(bytes)}`);
/** @param {bigint} element */
const hexOf = (element) => element.toString(16).padStart(512, '0');
/** @param {bigint} element */
const bytes = (element) => fromHex(hexOf(element));

/** @param {bigint} base @param {bigint} exponent */
function power(base, exponent) {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % N;
    if (bit === '1') result = (result * base) % N;
  }
  return result;
}

/** An element that the server sent. @param {string} hex */
function elementOf(hex) {
  const element = BigInt(`0x${hex}`);
  // With these anybody would know the key.
  if (element <= 1n || element >= N - 1n) throw new Error('the server sent no element of the group');
  return element;
}

/**
 * One side of an agreement with whoever answers: it keeps listeners out.
 *
 * @returns {{A: string, agree: (B: string) => Uint8Array}}
 */
export function agreement() {
  const a = number(randomBytes(32));
  return { A: hexOf(power(G, a)), agree: (B) => sha256(bytes(power(elementOf(B), a))) };
}

/** @typedef {{M1: string, M2: string, key: Uint8Array}} PinProof what to send, what must be answered, the session's key */

/**
 * The page's side of SRP-6a; the formulas stand in `src/http/secure/srp.rs`.
 *
 * @param {string} pin
 * @param {Uint8Array} [secret] for tests
 * @returns {{A: string, prove: (told: {salt: string, rounds: number, B: string}) => PinProof}}
 */
export function pinExchange(pin, secret = randomBytes(32)) {
  const a = number(secret);
  const A = power(G, a);
  return {
    A: hexOf(A),
    prove({ salt, rounds, B: hex }) {
      const B = elementOf(hex);
      const x = number(pbkdf2(bytesOf(pin.replace(/\D/g, '')), fromHex(salt), rounds));
      const k = number(sha256(bytes(N), bytes(G)));
      const u = number(sha256(bytes(A), bytes(B)));
      const base = (((B - k * power(G, x)) % N) + N) % N;
      const shared = sha256(bytes(power(base, a + u * x)));
      /** @param {string} label */
      const told = (label) => toHex(hmac(shared, bytesOf(label), bytes(A), bytes(B), fromHex(salt)));
      return {
        M1: told('courtside client'),
        M2: told('courtside server'),
        key: hmac(shared, bytesOf('courtside session')),
      };
    },
  };
}
