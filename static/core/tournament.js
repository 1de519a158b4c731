/**
 * Reading a tournament: its tables, its draw, its matches. Everybody may.
 *
 * @typedef {import('./types.js').Fixture} Fixture
 * @typedef {import('./types.js').Standings} Standings
 * @typedef {import('./types.js').Tree} Tree
 */
import { request, revalidated } from './api.js';

/** Reads what is mostly known: an answer that has not changed is not sent again. @param {string} path */
const read = (path) => request('GET', path, undefined, { way: revalidated });

/** @param {string} id */
const at = (id) => `/api/tournaments/${encodeURIComponent(id)}`;

/** @param {string} id @returns {Promise<import('./types.js').Tournament>} */
export const readTournament = (id) => read(at(id));
/** @param {string} id @returns {Promise<Standings>} with the matches that are being played */
export const readStandings = (id) => read(`${at(id)}/standings?live=1`);
/** @param {string} id @returns {Promise<{stages: Tree[]}>} */
export const readBracket = (id) => read(`${at(id)}/bracket`);
/** @param {string} id @returns {Promise<{fixtures: Fixture[]}>} */
export const readFixtures = (id) => read(`${at(id)}/fixtures`);
/** @returns {Promise<import('./types.js').Clubs>} */
export const readClubs = () => read('/api/clubs');
