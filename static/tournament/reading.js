/**
 * The data of a tournament's page. The venue feed tells when something has happened; then all of it is read anew, by each
 * page a little later than by the others, so that a hall full of phones does not ask at once.
 *
 * @typedef {import('../core/types.js').Match} Match
 * @typedef {import('../core/types.js').Fixture} Fixture
 *
 * @typedef {object} TournamentData
 * @property {import('../core/types.js').Tournament} tournament
 * @property {import('../core/types.js').Standings} standings
 * @property {import('../core/types.js').Tree[]} trees
 * @property {Fixture[]} fixtures
 */
import { ApiError } from '../core/api.js';
import { LiveSocket } from '../core/socket.js';
import { readBracket, readFixtures, readStandings, readTournament } from '../core/tournament.js';

const SHORTEST_WAIT_MS = 150;
const LONGEST_WAIT_MS = 1_000;
const RETRY_MS = 5_000;
/** The interval for what no frame tells: some decisions change no match. */
const AGAIN_MS = 60_000;

/** Picks what the tables and the draw depend on. @param {Match|undefined} match */
const signature = (match) =>
  match &&
  JSON.stringify([
    match.state.status,
    match.sides,
    match.contested ?? false,
    match.courtName,
    match.state.status === 'finished' ? [match.state.winner, match.state.score, match.state.periods] : null,
  ]);

export class TournamentReading {
  /** @type {TournamentData|null} */
  data = null;
  /** @type {Map<string, Match>} */
  matches = new Map();
  /** The code of the failure that ended it, such as `not_found`; `deleted` where it was there before. @type {string|null} */
  failure = null;
  #id;
  #onChange;
  #socket;
  #timer = 0;
  /** @type {Promise<void>|null} */
  #running = null;

  /** @param {string} id @param {() => void} onChange */
  constructor(id, onChange) {
    this.#id = id;
    this.#onChange = onChange;
    this.#socket = new LiveSocket({
      path: () => `/watch?${new URLSearchParams({ tournamentID: id })}`,
      onFrame: (frame) => this.#receive(frame),
      onLink: onChange,
    });
  }

  get link() {
    return this.#socket.link;
  }

  open() {
    this.#socket.open();
    this.refresh();
    setInterval(() => !document.hidden && this.#refreshSoon(), AGAIN_MS);
  }

  retryNow() {
    this.#socket.retryNow();
  }

  /** Reads everything, once more if something has changed meanwhile. @returns {Promise<void>} */
  async refresh() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    await this.#running;
    this.#running ??= this.#read().finally(() => (this.#running = null));
    return this.#running;
  }

  #refreshSoon() {
    this.#timer ||= setTimeout(
      () => this.refresh(),
      SHORTEST_WAIT_MS + Math.random() * (LONGEST_WAIT_MS - SHORTEST_WAIT_MS),
    );
  }

  async #read() {
    try {
      const [tournament, standings, bracket, fixtures] = await Promise.all(
        /** @type {const} */ ([readTournament, readStandings, readBracket, readFixtures]).map((read) => read(this.#id)),
      );
      this.data = /** @type {TournamentData} */ ({
        tournament,
        standings,
        trees: /** @type {any} */ (bracket).stages,
        fixtures: /** @type {any} */ (fixtures).fixtures,
      });
      this.failure = null;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const isGone = error.status === 404 || error.code === 'bad_id';
      const wasThere = this.data !== null || this.failure === 'deleted';
      this.failure = isGone ? (wasThere ? 'deleted' : 'not_found') : error.code;
      if (isGone) this.data = null;
      // What was read before stays, with the age that the page tells.
      else this.#timer ||= setTimeout(() => this.refresh(), RETRY_MS);
    }
    this.#onChange();
  }

  /** @param {import('../core/types.js').Frame} frame */
  #receive(frame) {
    if (frame.type === 'welcome') {
      this.matches = new Map(frame['matches'].map((/** @type {Match} */ match) => [match.id, match]));
      if (this.data) this.#refreshSoon();
    } else if (frame.type === 'match') {
      const match = frame['match'];
      const before = signature(this.matches.get(match.id));
      this.matches.set(match.id, match);
      if (before !== signature(match)) this.#refreshSoon();
    } else if (frame.type === 'match_deleted') {
      this.matches.delete(frame['matchID']);
      this.#refreshSoon();
    } else if (frame.type === 'tournament') this.#refreshSoon();
    this.#onChange();
  }
}
