/** The REST interface: JSON in, JSON out, every failure an `ApiError` with a code that the texts know. */
import { lookUp, t } from './i18n.js';
import { recall, remember } from './storage.js';

export class ApiError extends Error {
  /**
   * @param {string} code the server's, or `unreachable`
   * @param {{message?: string, field?: string, about?: Record<string, string|number>, status?: number, retryAfter_s?: number, answer?: Record<string, any>}} [detail]
   */
  constructor(code, { message = '', field, about = {}, status = 0, retryAfter_s = 0, answer = {} } = {}) {
    super(message);
    this.code = code;
    this.field = field;
    /** The names that the message speaks of. */
    this.about = about;
    this.status = status;
    this.retryAfter_s = retryAfter_s;
    /** All that the server said, such as what would follow. */
    this.answer = answer;
  }

  /** What happened, in the reader's language where its code is known, else in the server's words. */
  get words() {
    const named = Object.keys(this.about).length > 0 ? lookUp(`named.${this.code}`, this.about) : null;
    const known = named ?? lookUp(`error.${this.code}`, { n: this.retryAfter_s });
    return known ?? (this.message || t('error.internal'));
  }
}

/**
 * How far this device's clock is ahead of the server's, in milliseconds. A Pi without a network has no right time,
 * so what it stamps is shifted to the reader's clock before it is shown.
 */
let ahead_ms = 0;

/** @param {string} at the server's stamp @returns {number} milliseconds since 1970, by this device's clock */
export const localTime = (at) => Math.min(Date.parse(at) + ahead_ms, Date.now());

/** @param {string} at a moment by the server's clock @returns {number} the milliseconds until then */
export const timeUntil = (at) => Date.parse(at) + ahead_ms - Date.now();

/**
 * How a request travels: as it is, signed, or sealed.
 *
 * @typedef {object} Outgoing
 * @property {string} method
 * @property {string} target path and query
 * @property {string} [body]
 * @property {AbortSignal} [signal]
 * @property {Record<string, string>} [headers]
 *
 * @typedef {(outgoing: Outgoing) => Promise<{response: Response, text: string}>} Way
 *
 * @typedef {object} How
 * @property {number} [timeout_ms]
 * @property {Way} [way]
 * @property {number} [seen] the revision that this page shows: what somebody else has changed since is not overwritten
 *
 * @typedef {{id: string, revision?: number}} Seen something that can be changed, as this page shows it
 */

/** @param {number|undefined} revision @returns {How} */
const since = (revision) => (revision === undefined ? {} : { seen: revision });

/** @param {string} target @param {RequestInit} init */
export async function sent(target, init) {
  const response = await fetch(target, { cache: 'no-store', ...init });
  noteClock(response);
  return response;
}

/** @param {Outgoing} outgoing @param {RequestInit} [more] */
async function asItIs({ method, target, body, signal, headers = {} }, more = {}) {
  /** @type {RequestInit} */
  const init = { ...more, method, headers };
  if (signal) init.signal = signal;
  if (body !== undefined) {
    init.body = body;
    init.headers = { ...headers, 'content-type': 'application/json' };
  }
  const response = await sent(target, init);
  return { response, text: await response.text() };
}

/** @type {Way} */
export const plain = (outgoing) => asItIs(outgoing);

/** The browser keeps the answer, and asks each time whether it still holds. @type {Way} */
export const revalidated = (outgoing) => asItIs(outgoing, { cache: 'no-cache' });

/** Where the log-in of this browser is kept, which other ports of this host cannot read. */
export const LOGIN = 'login';
export const isLoggedIn = () => recall(LOGIN, null) !== null;

/** What not everybody may read. The rest need not be sealed. */
const PRIVATE_READS = /^\/api\/(session|sessions|referee-tokens|venue|desk|screens|plan)\b/;

/** Where somebody has logged in, what needs his rights is sealed. @param {string} method @param {string} path @returns {Promise<Way>} */
async function usualWay(method, path) {
  if (!isLoggedIn() || (method === 'GET' && !PRIVATE_READS.test(path))) return plain;
  return (await import('./secure/organiser.js')).asOrganiser;
}

/**
 * @param {'GET'|'POST'|'PUT'|'PATCH'|'DELETE'} method
 * @param {string} path
 * @param {unknown} [body]
 * @param {How} [how]
 * @returns {Promise<string>} the answer's text
 */
export async function ask(method, path, body, { timeout_ms = 10_000, way, seen } = {}) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), timeout_ms);
  try {
    const send = way ?? (await usualWay(method, path));
    /** @type {Outgoing} */
    const outgoing = { method, target: path, signal: abort.signal };
    if (body !== undefined) outgoing.body = JSON.stringify(body);
    if (seen !== undefined) outgoing.headers = { 'if-match': `"${seen}"` };
    const { response, text } = await send(outgoing);
    if (!response.ok) throw refusal(response, text);
    return text;
  } catch (error) {
    throw error instanceof ApiError ? error : new ApiError('unreachable');
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Like `ask`, for answers in JSON.
 *
 * @param {'GET'|'POST'|'PUT'|'PATCH'|'DELETE'} method
 * @param {string} path
 * @param {unknown} [body]
 * @param {How} [how]
 * @returns {Promise<any>} the answer, or null where it has no content
 */
export async function request(method, path, body, how) {
  const text = await ask(method, path, body, how);
  return text ? JSON.parse(text) : null;
}

/** @param {Response} response */
function noteClock(response) {
  const date = Date.parse(response.headers.get('date') ?? '');
  const difference_ms = Date.now() - date;
  // The header counts whole seconds and the answer took its time: less than this is no difference.
  if (!Number.isNaN(date)) ahead_ms = Math.abs(difference_ms) < 5_000 ? 0 : difference_ms;
}

/** @param {Response} response @param {string} text */
function refusal(response, text) {
  const retryAfter_s = Number(response.headers.get('retry-after') ?? 0);
  /** @type {Record<string, any>} */
  let answer = {};
  try {
    answer = JSON.parse(text) ?? {};
  } catch {
    // Not ours: a proxy or a captive portal answered.
  }
  const { code = 'internal', message, field, about } = answer['error'] ?? {};
  return new ApiError(code, { message, field, about, answer, status: response.status, retryAfter_s });
}

export const api = {
  /** @returns {Promise<import('./types.js').Session>} */
  async session() {
    try {
      return await request('GET', '/api/session');
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      // The log-in that this device remembers has ended.
      remember(LOGIN, undefined);
      return request('GET', '/api/session', undefined, { way: plain });
    }
  },
  /** @param {string} pin */
  logIn: async (pin) => (await import('./secure/organiser.js')).logIn(pin),
  /** @param {boolean} everywhere on every device that is logged in */
  async logOut(everywhere) {
    await request('DELETE', `/api/session${everywhere ? '?everywhere=1' : ''}`);
    remember(LOGIN, undefined);
  },
  /** @returns {Promise<import('./types.js').LoggedInDevice[]>} */
  sessions: () => request('GET', '/api/sessions'),
  /** @param {string} id */
  endSession: (id) => request('DELETE', `/api/sessions/${encodeURIComponent(id)}`),
  /** @returns {Promise<import('./types.js').HeldToken[]>} */
  heldTokens: () => request('GET', '/api/referee-tokens'),
  /** @param {string} id */
  endRefereeToken: (id) => request('DELETE', `/api/referee-tokens/${encodeURIComponent(id)}`),
  /** @returns {Promise<import('./types.js').Venue>} */
  venue: () => request('GET', '/api/venue', undefined, { timeout_ms: 5_000 }),
  /** Sets the venue's clock by this device's. */
  setClock: () => request('PUT', '/api/venue/clock', { now: new Date().toISOString() }),
  /** Refuses secrets that others can read, or takes them again. @param {boolean} on */
  setSignedOnly: (on) => request('PUT', '/api/venue/signed-only', { on }),
  /** @returns {Promise<import('./types.js').Sport[]>} */
  sports: () => request('GET', '/api/sports'),
  /** @returns {Promise<import('./types.js').Tournament[]>} */
  tournaments: () => request('GET', '/api/tournaments'),
  /**
   * @param {{name: string, sport: string, variant?: string}} tournament
   * @returns {Promise<import('./types.js').Tournament>}
   */
  createTournament: (tournament) => request('POST', '/api/tournaments', tournament),
  /** @param {Seen} of @param {object} change @returns {Promise<import('./types.js').Tournament>} */
  amendTournament: ({ id, revision }, change) =>
    request('PATCH', `/api/tournaments/${encodeURIComponent(id)}`, change, since(revision)),
  /** @param {Seen} of */
  deleteTournament: ({ id, revision }) =>
    request('DELETE', `/api/tournaments/${encodeURIComponent(id)}`, undefined, since(revision)),
  /** @param {string} tournamentID @returns {Promise<import('./types.js').Team[]>} */
  teams: (tournamentID) => request('GET', `/api/teams?${new URLSearchParams({ tournamentID })}`),
  /** @param {Seen} of */
  deleteTeam: ({ id, revision }) =>
    request('DELETE', `/api/teams/${encodeURIComponent(id)}`, undefined, since(revision)),
  /**
   * A TV says that it is there, and learns what to show.
   * @param {string} id 32 hexadecimal digits of its own
   * @returns {Promise<{code: string, name: string|null, shows: string|null}>}
   */
  screen: (id) => request('POST', '/api/screens', { id }),
  /** @returns {Promise<import('./types.js').Screen[]>} */
  screens: () => request('GET', '/api/screens'),
  /** @param {string} code @param {{shows?: string, name?: string|null}} orders @returns {Promise<import('./types.js').Screen>} */
  directScreen: (code, orders) => request('PATCH', `/api/screens/${encodeURIComponent(code)}`, orders),
  /** @param {string} code */
  releaseScreen: (code) => request('DELETE', `/api/screens/${encodeURIComponent(code)}`),
  /**
   * @param {{tournamentID: string, courtID?: string, confirm?: true, sides: {A: {name: string}, B: {name: string}}}} match
   * @returns {Promise<import('./types.js').Match & {refereeToken: string, refereeCode: string}>}
   */
  createMatch: (match) => request('POST', '/api/matches', match),
  /** @param {string} id @returns {Promise<import('./types.js').Match>} */
  match: (id) => request('GET', `/api/matches/${encodeURIComponent(id)}`),
  /** @param {string} id @param {number} after @returns {Promise<import('./types.js').Entry[]>} */
  events: (id, after) => request('GET', `/api/matches/${encodeURIComponent(id)}/events?after=${after}`),
  /**
   * @param {string} id
   * @param {import('./types.js').MatchEvent & {accept?: import('./types.js').Accept}} event
   * @returns {Promise<import('./types.js').Frame>}
   */
  correct: (id, event) => request('POST', `/api/matches/${encodeURIComponent(id)}/events?correction=1`, event),
  /**
   * @param {Seen} of
   * @param {{courtID?: string|null, confirm?: true, sides?: Partial<Record<'A'|'B', {teamID: string}|{name: string}>>}} change
   * @returns {Promise<import('./types.js').Match>}
   */
  amendMatch: ({ id, revision }, change) =>
    request('PATCH', `/api/matches/${encodeURIComponent(id)}`, change, since(revision)),
  /**
   * @param {string} id
   * @param {import('./types.js').Match['call']} state
   * @param {string} [courtID] another court than the planned one
   * @returns {Promise<import('./types.js').Match>}
   */
  callMatch: (id, state, courtID) =>
    request('POST', `/api/matches/${encodeURIComponent(id)}/call`, { state, ...(courtID ? { courtID } : {}) }),
  /** @param {string} id one that was left aside @returns {Promise<import('./types.js').Match>} */
  openMatch: (id) => request('POST', `/api/matches/${encodeURIComponent(id)}/open`),
  /** @param {Seen} of */
  deleteMatch: ({ id, revision }) =>
    request('DELETE', `/api/matches/${encodeURIComponent(id)}`, undefined, since(revision)),
  /** @returns {Promise<import('./types.js').DeskLine[]>} */
  desk: () => request('GET', '/api/desk'),
  /** @returns {Promise<import('./types.js').Court[]>} */
  courts: () => request('GET', '/api/courts'),
  /** @param {string} name */
  createCourt: (name) => request('POST', '/api/courts', { name }),
  /** @param {Seen} of @param {string} name @returns {Promise<import('./types.js').Court>} */
  renameCourt: ({ id, revision }, name) =>
    request('PATCH', `/api/courts/${encodeURIComponent(id)}`, { name }, since(revision)),
  /** @param {Seen} of */
  deleteCourt: ({ id, revision }) =>
    request('DELETE', `/api/courts/${encodeURIComponent(id)}`, undefined, since(revision)),
  /** @param {string} id @returns {Promise<{refereeToken: string, refereeCode: string}>} */
  newCourtToken: (id) => request('POST', `/api/courts/${encodeURIComponent(id)}/referee-token`),
  /** @param {string} id @returns {Promise<import('./types.js').Court>} */
  court: (id) => request('GET', `/api/courts/${encodeURIComponent(id)}`),
  /**
   * @param {string} code as it was typed
   * @returns {Promise<{refereeToken: string, matchID: string|null, courtID: string}>}
   */
  redeemCode: async (code) => (await import('./secure/sealed.js')).whisper('/api/referee-code', { code }),
  /** @param {string} id @returns {Promise<{refereeToken: string, refereeCode: string}>} */
  newRefereeToken: (id) => request('POST', `/api/matches/${encodeURIComponent(id)}/referee-token`),
};
