/** Reading the day of a team. Everybody may. */
import { request, revalidated } from './api.js';

/** @param {string} id */
export const teamPath = (id) => `/team?id=${encodeURIComponent(id)}`;

/** @param {string} id @returns {Promise<import('./types.js').TeamDay>} */
export const readTeamDay = (id) =>
  request('GET', `/api/teams/${encodeURIComponent(id)}/day`, undefined, { way: revalidated });
