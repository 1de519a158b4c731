/**
 * One websocket that keeps itself alive: reconnects with jitter, so that a hall full of phones does not return as one,
 * notices a connection that only looks open, and always knows how old its data is.
 *
 * @typedef {object} Link what a page may claim about the data it shows
 * @property {'connecting'|'live'|'waiting'|'idle'|'aside'|'stopped'} phase `waiting` has lost the server and will try again;
 *   `idle` was let go because nobody scores; `aside`: the server left the match aside, until an organiser opens it; `stopped` will not try again
 * @property {number|null} freshAt when the server was last heard, by this device's clock
 * @property {number|null} code why it stopped
 *
 * @typedef {{path: string, wrap: (text: string) => string}} Way where to connect, and what is done to each message there
 */
import { ApiError, api } from './api.js';

/** The close codes to which the server gives a meaning. */
export const CLOSED = { RESTART: 1012, IDLE: 4001, REVOKED: 4003, DELETED: 4004, POLICY: 4008 };

const WELCOME_TIMEOUT_MS = 8_000;
const QUIET_MS = 25_000;
const TICK_MS = 5_000;
const LONGEST_WAIT_MS = 15_000;
const IDLE_WAIT_MS = 30_000;

/** @param {Link} link */
export const triesAgain = ({ phase }) => phase === 'waiting' || phase === 'idle' || phase === 'aside';

/** @param {number} ms @returns {number} between half of it and all of it */
const jitter = (ms) => ms * (0.5 + Math.random() / 2);

export class LiveSocket {
  /** @type {Link} */
  link = { phase: 'connecting', freshAt: null, code: null };

  /** @type {WebSocket|null} */
  #socket = null;
  #failures = 0;
  /** Counts the tries to connect: an older one has nothing to say any more. */
  #attempt = 0;
  #retryTimer = 0;
  #welcomeTimer = 0;
  #probing = false;
  #lastTick = Date.now();
  #path;
  /** @type {Way['wrap']} */
  #wrap = (text) => text;
  #onFrame;
  #onLink;
  #whyRefused;

  /**
   * @param {object} options
   * @param {() => string|Promise<Way>} options.path where to connect; asked at each try, so that it can resume after the
   *   last `seq`
   * @param {(frame: import('./types.js').Frame) => void} options.onFrame
   * @param {(link: Link) => void} options.onLink
   * @param {() => Promise<number|'aside'|null>} [options.whyRefused] a handshake does not say why it failed: this finds out,
   *   and gives the close code with which to stop or (`IDLE`) to try again much later, `aside` for a match that was left
   *   aside, or null to try again
   */
  constructor({ path, onFrame, onLink, whyRefused = async () => null }) {
    this.#path = path;
    this.#onFrame = onFrame;
    this.#onLink = onLink;
    this.#whyRefused = whyRefused;
  }

  open() {
    setInterval(() => this.#tick(), TICK_MS);
    document.addEventListener('visibilitychange', () => this.#tick());
    addEventListener('pageshow', (event) => event.persisted && this.reconnect());
    addEventListener('online', () => this.retryNow());
    addEventListener('offline', () => this.#probe());
    this.#connect();
  }

  /** Tries at once instead of waiting for the next turn. */
  retryNow() {
    if (triesAgain(this.link)) this.#connect();
  }

  /** Starts anew even if the connection is good: the path says something new. */
  reconnect() {
    this.#say(this.link.freshAt ? 'waiting' : 'connecting');
    this.#connect();
  }

  /**
   * @param {unknown} message
   * @returns {boolean} whether it went out; what matters must wait for its `ack`
   */
  send(message) {
    if (this.link.phase !== 'live' || this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(this.#wrap(JSON.stringify(message)));
    return true;
  }

  async #connect() {
    this.#drop();
    const attempt = ++this.#attempt;
    // Until there is a socket, a wait that takes too long is an attempt that failed.
    this.#welcomeTimer = setTimeout(() => this.#lost(this.#socket, 0), WELCOME_TIMEOUT_MS);
    try {
      const asked = this.#path();
      const way = typeof asked === 'string' ? { path: asked, wrap: this.#wrap } : await asked;
      if (this.#attempt === attempt) this.#connectTo(way);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (this.#attempt === attempt) this.#lost(null, 0);
    }
  }

  /** @param {Way} way */
  #connectTo({ path, wrap }) {
    this.#wrap = wrap;
    const url = new URL(path, location.href);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    url.hash = '';
    const socket = new WebSocket(url);
    this.#socket = socket;
    socket.onmessage = (message) => {
      if (this.#socket === socket) this.#receive(message.data);
    };
    socket.onclose = (event) => this.#lost(socket, event.code);
  }

  /** @param {string} text */
  #receive(text) {
    /** @type {import('./types.js').Frame} */
    const frame = JSON.parse(text);
    this.link.freshAt = Date.now();
    if (frame.type === 'welcome') {
      clearTimeout(this.#welcomeTimer);
      this.#failures = 0;
      this.#say('live');
    }
    this.#onFrame(frame);
  }

  /** @param {WebSocket|null} socket @param {number} code */
  async #lost(socket, code) {
    if (this.#socket !== socket) return;
    const welcomed = this.link.phase === 'live';
    this.#drop();
    if (code === CLOSED.REVOKED || code === CLOSED.DELETED) return this.#say('stopped', code);
    if (code === CLOSED.IDLE) return this.#retryIn(jitter(IDLE_WAIT_MS), 'idle');
    if (code === CLOSED.RESTART) return this.#retryIn(300 + Math.random() * 2_000, 'waiting');
    if (code === CLOSED.POLICY) this.#failures = Math.max(this.#failures, 4);
    this.#retryIn(jitter(Math.min(LONGEST_WAIT_MS, 500 * 2 ** this.#failures++)), 'waiting');
    if (welcomed) return;
    const attempt = this.#attempt;
    const reason = await this.#whyRefused();
    if (reason === null || this.#attempt !== attempt) return;
    clearTimeout(this.#retryTimer);
    if (reason === CLOSED.IDLE) this.#retryIn(jitter(IDLE_WAIT_MS), 'idle');
    else if (reason === 'aside') this.#retryIn(jitter(IDLE_WAIT_MS), 'aside');
    else this.#say('stopped', reason);
  }

  /** @param {number} delay_ms @param {'waiting'|'idle'|'aside'} phase */
  #retryIn(delay_ms, phase) {
    this.#retryTimer = setTimeout(() => this.#connect(), delay_ms);
    this.#say(phase);
  }

  #drop() {
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#welcomeTimer);
    this.#attempt += 1;
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #tick() {
    const slept_ms = Date.now() - this.#lastTick - TICK_MS;
    this.#lastTick = Date.now();
    if (document.hidden) return;
    // After a sleep the connection may be gone without a word. Resuming costs less than finding out.
    if (slept_ms > QUIET_MS && this.link.phase === 'live') this.reconnect();
    else if (slept_ms > QUIET_MS) this.retryNow();
    else if (Date.now() - (this.link.freshAt ?? 0) > QUIET_MS) this.#probe();
  }

  /** A quiet match and a dead network look the same from here, so ask. */
  async #probe() {
    const socket = this.#socket;
    if (this.link.phase !== 'live' || !socket || this.#probing) return;
    this.#probing = true;
    const heard = await api.venue().then(
      () => true,
      (error) => error.status > 0,
    );
    this.#probing = false;
    if (this.#socket !== socket) return;
    if (!heard) return this.#lost(socket, 0);
    this.link.freshAt = Date.now();
    this.#say('live');
  }

  /** @param {Link['phase']} phase @param {number|null} [code] */
  #say(phase, code = null) {
    this.link = { phase, freshAt: this.link.freshAt, code };
    this.#onLink(this.link);
  }
}
