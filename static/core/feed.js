/**
 * A watcher of one match: its summary and its history without a gap, however often the connection goes.
 *
 * @typedef {import('./types.js').Match} Match
 * @typedef {import('./types.js').Entry} Entry
 * @typedef {{match: Match|null, entries: Entry[], link: import('./socket.js').Link}} Watched
 */
import { api, request } from './api.js';
import { followUndo } from './history.js';
import { CLOSED, LiveSocket } from './socket.js';
import { onceAFrame } from './store.js';

/** After so long without an event a page asks if anybody keeps the score. */
const QUIET_MS = 25_000;

export class MatchFeed {
  #id;
  #socket;
  #changed;
  /** @type {Match|null} */
  #match = null;
  /** @type {Map<number, Entry>} */
  #entries = new Map();
  /** When nothing has come for a while. */
  #quiet = 0;
  /** The last `seq` up to which the history is complete. */
  #seq = 0;

  /** @param {string} id @param {(watched: Watched) => void} onChange */
  constructor(id, onChange) {
    this.#id = id;
    this.#changed = onceAFrame(() => {
      const entries = this.#inOrder();
      onChange({ match: this.#match && withClock(this.#match, entries), entries, link: this.#socket.link });
    });
    this.#socket = new LiveSocket({
      path: () =>
        `/watch?${new URLSearchParams({ matchID: id, ...(this.#seq > 0 ? { after: String(this.#seq) } : {}) })}`,
      onFrame: (frame) => this.#receive(frame),
      onLink: this.#changed,
      whyRefused: () => this.#whyRefused(),
    });
  }

  open() {
    this.#socket.open();
  }

  retryNow() {
    this.#socket.retryNow();
  }

  #inOrder() {
    return [...this.#entries.values()].sort((a, b) => a.seq - b.seq);
  }

  /** @param {import('./types.js').Frame} frame */
  #receive(frame) {
    if (frame.type === 'welcome') this.#welcome(frame);
    else if (frame.type === 'event') this.#event(/** @type {Entry & {type: string}} */ (frame));
    else if (frame.type === 'resync') this.#resync(frame);
    this.#changed();
  }

  /** @param {import('./types.js').Frame} frame */
  #welcome({ match, seq, state }) {
    this.#match = { ...match, seq, state };
    this.#lookLater();
    if (seq >= this.#seq) return;
    // The server knows less than this page: a backup was restored. Its history is the truth.
    this.#seq = 0;
    this.#entries.clear();
    this.#socket.reconnect();
  }

  /** @param {Entry} entry */
  #event({ seq, at, event, state }) {
    this.#entries.set(seq, { seq, at, event, ...(state ? { state } : {}) });
    if (seq === this.#seq + 1) this.#seq = seq;
    // What is replayed is older than the welcome, and must not show old scores as the present one.
    if (this.#match && state && seq >= this.#match.seq) this.#know(seq, state, true);
  }

  /** @param {import('./types.js').Frame} frame */
  async #resync({ seq, state }) {
    this.#know(seq, state, false);
    const missed = await api.events(this.#id, this.#seq).catch(() => null);
    if (!missed) return this.#socket.reconnect();
    for (const entry of missed) if (!this.#entries.has(entry.seq)) this.#entries.set(entry.seq, entry);
    while (this.#entries.has(this.#seq + 1)) this.#seq += 1;
    this.#changed();
  }

  /** @param {number} seq @param {import('./types.js').State} state @param {boolean} attended an event came, so somebody scores */
  #know(seq, state, attended) {
    if (!this.#match) return;
    const news = seq > this.#match.seq;
    const scored = attended && news;
    this.#match = {
      ...this.#match,
      seq,
      state,
      live: this.#match.live || scored,
      attended: this.#match.attended || scored,
    };
    this.#lookLater();
  }

  /** Frames say what is scored, and not that nobody scores: this is asked for when nothing has come for a while. */
  #lookLater() {
    clearTimeout(this.#quiet);
    if (this.#match?.state.status !== 'live') return;
    this.#quiet = setTimeout(async () => {
      const { live, attended } = (await api.match(this.#id).catch(() => null)) ?? this.#match ?? {};
      if (this.#match && live !== undefined && attended !== undefined) {
        this.#match = { ...this.#match, live, attended };
        this.#changed();
      }
      this.#lookLater();
    }, QUIET_MS);
  }

  /** A failed handshake tells a page nothing; plain HTTP says if the match is not there, or left aside. */
  async #whyRefused() {
    const { status, code } = await request('GET', `/watch?matchID=${encodeURIComponent(this.#id)}`).then(
      () => ({ status: 0, code: '' }),
      (error) => error,
    );
    if (code === 'left_aside') return 'aside';
    return status === 404 || code === 'bad_id' ? CLOSED.DELETED : null;
  }
}

/**
 * The frames of a match say what its clock showed; when that was stands in its history.
 *
 * @param {Match} match
 * @param {Entry[]} entries
 * @returns {Match}
 */
function withClock(match, entries) {
  if (!match.state.clock?.running) return match;
  const touched = [...followUndo(entries).counting].reverse().find(({ event }) => event.type === 'clock');
  return touched ? { ...match, clockAt: touched.at } : match;
}
