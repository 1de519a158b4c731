/** The teams that this phone follows: their names, kept on it and told to nobody. */
import { recall, remember } from './storage.js';

const KEY = 'followed';

/** @returns {Set<string>} */
export const followed = () => new Set(recall(KEY, /** @type {string[]} */ ([])));

/**
 * @param {string} name
 * @returns {Set<string>} those that are followed now
 */
export function toggleFollowed(name) {
  const names = followed();
  if (!names.delete(name)) names.add(name);
  remember(KEY, [...names]);
  return names;
}
