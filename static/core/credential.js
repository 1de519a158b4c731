/** What gives this phone the right to score: a referee's token, or an organiser's log-in. Neither ever travels. */
import { LOGIN } from './api.js';
import { recall } from './storage.js';
import { Channel, openWith, signed } from './secure/channel.js';
import { bytesOf, fromHex, sha256 } from './secure/sha256.js';

/** @typedef {{root: Uint8Array, session: string}} Credential what the server knows, too, and whose session's key it is */

/** @param {string} token a referee's, or nothing @returns {Credential|null} */
export function credentialOf(token) {
  if (token) return { root: sha256(bytesOf(token)), session: '' };
  const session = recall(LOGIN, /** @type {import('./secure/organiser.js').KeptSession|null} */ (null));
  return session && { root: fromHex(session.key), session: session.id };
}

/** @param {Credential|null} credential @returns {import('./api.js').Way|undefined} how its requests travel */
export const wayOf = (credential) =>
  credential ? signed(new Channel(() => openWith(credential.root), credential.session)) : undefined;
