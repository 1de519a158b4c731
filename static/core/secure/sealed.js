/** Requests whose body and answer nobody on the way can read. */
import { ApiError, plain, request, sent } from '../api.js';
import { seal, unseal } from './chacha.js';
import { Channel, renewing } from './channel.js';
import { agreement } from './group.js';
import { keysOf, nextNumber } from './keys.js';
import { bytesOf, fromHex, randomBytes, toHex } from './sha256.js';

/** @typedef {import('../api.js').Way} Way */

/** @param {0|1} direction of a request, of an answer @param {number} number */
function nonce(direction, number) {
  const bytes = new Uint8Array(12);
  bytes[0] = direction;
  new DataView(bytes.buffer).setBigUint64(4, BigInt(number));
  return bytes;
}

/** @param {Channel} channel @returns {Way} */
export const sealed = (channel) =>
  renewing(channel, async ({ method, target, body, signal, headers: others }) => {
    const keys = await channel.keys();
    const number = nextNumber(keys);
    const { sealed, tag } = seal(keys.sealing, nonce(0, number), bytesOf(`${method}\n${target}`), bytesOf(body ?? ''));
    const headers = { ...others, 'courtside-seal': channel.claim(keys, number, toHex(tag)) };
    const response = await sent(target, { method, headers, ...(signal ? { signal } : {}), ...(body === undefined ? {} : { body: sealed }) });
    const answerTag = response.headers.get('courtside-seal');
    if (answerTag === null) {
      // Refused before it was opened. Nothing else may come readable.
      if (response.ok) throw new ApiError('not_sealed');
      return { response, text: await response.text() };
    }
    const answer = new Uint8Array(await response.arrayBuffer());
    const opened = unseal(keys.sealing, nonce(1, number), bytesOf(String(response.status)), answer, fromHex(answerTag));
    if (!opened) throw new ApiError('not_sealed');
    return { response, text: new TextDecoder().decode(opened) };
  });

/** Opens a channel with what both sides agree on for this once: it proves nobody, and keeps listeners out. */
async function agree() {
  const page = randomBytes(16);
  const { A, agree } = agreement();
  const { channel, B } = await request('POST', '/api/channel', { page: toHex(page), A }, { way: plain });
  return keysOf(agree(B), channel, page);
}

/**
 * Sends a secret to the server of which nothing else is known.
 *
 * @param {string} path
 * @param {unknown} body
 */
export const whisper = (path, body) => request('POST', path, body, { way: sealed(new Channel(agree)) });
