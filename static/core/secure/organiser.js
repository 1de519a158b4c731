/** An organiser's log-in and everything that is sent as one. Loaded by those only who log in, or have. */
import { ApiError, LOGIN, plain, request } from '../api.js';
import { recall, remember } from '../storage.js';
import { Channel, openWith } from './channel.js';
import { pinExchange } from './group.js';
import { sealed, whisper } from './sealed.js';
import { fromHex, toHex } from './sha256.js';

/** The server reads 4 KB of somebody who has proven nothing on his channel yet: so many letters, whatever they are. */
const UNPROVEN_BODY = 1_000;

/** @typedef {{id: string, key: string}} KeptSession the key in hexadecimal; it never travels */

/** @type {{of: string, send: import('../api.js').Way}|null} */
let current = null;

/** @param {KeptSession} session @returns {import('../api.js').Way} */
function wayOf({ id, key }) {
  let proven = false;
  const channel = new Channel(() => {
    proven = false;
    return openWith(fromHex(key));
  }, id);
  const send = sealed(channel);
  return async (outgoing) => {
    if (!proven && (outgoing.body?.length ?? 0) > UNPROVEN_BODY) await send({ method: 'GET', target: '/api/session' });
    const answer = await send(outgoing);
    proven = true;
    return answer;
  };
}

/** How an organiser's requests travel. @type {import('../api.js').Way} */
export function asOrganiser(outgoing) {
  const session = recall(LOGIN, /** @type {KeptSession|null} */ (null));
  if (!session) return plain(outgoing);
  const ours = current?.of === session.id ? current : { of: session.id, send: wayOf(session) };
  current = ours;
  return ours.send(outgoing);
}

/** Proves the PIN without sending it. @param {string} pin */
export async function logIn(pin) {
  const exchange = pinExchange(pin);
  const begin = () => request('POST', '/api/session/srp', { A: exchange.A }, { way: plain });
  const told = await begin().catch(async (error) => {
    if (!(error instanceof ApiError) || error.code !== 'no_verifier') throw error;
    // A database from before this kind of log-in: its PIN must be told once, which nobody who listens can read.
    await whisper('/api/session/verifier', { pin });
    return begin();
  });
  const { M1, M2, key } = exchange.prove(told);
  const path = `/api/session/srp/${encodeURIComponent(told.attempt)}`;
  const answer = await request('POST', path, { M1 }, { way: plain });
  if (answer.M2 !== M2) throw new ApiError('not_this_box');
  remember(LOGIN, { id: answer.session, key: toHex(key) });
}
