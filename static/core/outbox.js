/**
 * Taps that the server has not acknowledged, in the order in which they were made. Each is a record of its own in
 * IndexedDB, and leaves it only by an `ack`, or by a refusal that the referee has read.
 *
 * @typedef {import('./types.js').MatchEvent & {id: string}} OwnEvent
 * @typedef {import('./types.js').State} State
 * @typedef {import('./sides.js').Sides} Sides
 * @typedef {{code: string, message: string, server: State|null}} Refusal `server`: the state there
 *
 * @typedef {object} Tap
 * @property {string} matchID
 * @property {OwnEvent} event
 * @property {Sides|null} [sides] who played when it was made, as its referee saw it
 * @property {number} tappedAt milliseconds since 1970, by this phone's clock; later than all taps before it
 * @property {State|null} here what the pad showed right after it
 * @property {Refusal} [refusal]
 */

const DATABASE = 'courtside';
const TAPS = 'taps';
/** Some browsers never answer. The referee must not wait for them. */
const OPEN_TIMEOUT_MS = 3_000;

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
const answered = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** @param {IDBTransaction} transaction @returns {Promise<void>} */
const committed = (transaction) =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });

/** @returns {Promise<IDBDatabase>} */
async function openDatabase() {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () =>
    opening.result.createObjectStore(TAPS, { keyPath: 'event.id' }).createIndex('match', 'matchID');
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error('no answer')), OPEN_TIMEOUT_MS));
  return Promise.race([answered(opening), late]);
}

export class Outbox {
  /** False where this browser stores nothing: then taps live as long as the page. */
  kept = true;

  /** @type {Tap[]} */
  #taps = [];
  #matchID;
  #onChange;
  /** @type {IDBDatabase|null} */
  #database = null;
  /** Not yet known to be stored. @type {Set<Tap>} */
  #unstored = new Set();
  /** What left the outbox, and may still be found by a look that began before. @type {Set<string>} */
  #gone = new Set();
  #otherTabs;

  /** @param {string} matchID @param {() => void} onChange */
  constructor(matchID, onChange) {
    this.#matchID = matchID;
    this.#onChange = onChange;
    // The same match may be open in two tabs of this phone.
    this.#otherTabs = 'BroadcastChannel' in globalThis ? new BroadcastChannel(`courtside:outbox:${matchID}`) : null;
    this.#otherTabs?.addEventListener('message', () => this.#load());
  }

  /** Finds what earlier visits left. */
  async open() {
    try {
      this.#database = await openDatabase();
    } catch {
      this.kept = false;
    }
    await this.#load();
  }

  /** @returns {Tap[]} */
  get pending() {
    return this.#taps.filter(({ refusal }) => !refusal);
  }

  /** @returns {Tap[]} */
  get refused() {
    return this.#taps.filter(({ refusal }) => refusal);
  }

  /**
   * @param {OwnEvent} event
   * @param {Sides|null} sides who plays, as the pad shows it
   * @param {() => State|null} shown what the pad shows once the tap is in
   */
  add(event, sides, shown) {
    /** @type {Tap} */
    const tap = { matchID: this.#matchID, event, sides, tappedAt: this.#now(), here: null };
    this.#taps.push(tap);
    tap.here = shown();
    this.#keep(tap);
    this.#onChange();
  }

  /** @param {string} id */
  acknowledge(id) {
    this.#remove(this.pending.filter(({ event }) => event.id === id));
  }

  /** @param {string} id @param {Refusal} refusal */
  refuse(id, refusal) {
    const tap = this.pending.find(({ event }) => event.id === id);
    if (!tap) return;
    tap.refusal = refusal;
    this.#keep(tap);
    this.#onChange();
  }

  forgetRefused() {
    this.#remove(this.refused);
  }

  /** @param {Tap[]} taps that their referee does not want any more */
  discard(taps) {
    this.#remove(taps);
  }

  /** @param {Tap[]} taps @param {Sides} sides for whom their referee says that they were */
  dedicate(taps, sides) {
    for (const tap of taps) {
      tap.sides = sides;
      this.#keep(tap);
    }
    this.#onChange();
  }

  /** The order of the taps must survive a phone whose clock is set meanwhile. */
  #now() {
    return Math.max(Date.now(), 1 + Math.max(0, ...this.#taps.map(({ tappedAt }) => tappedAt)));
  }

  /** @param {Tap[]} gone */
  #remove(gone) {
    if (gone.length === 0) return;
    this.#taps = this.#taps.filter((tap) => !gone.includes(tap));
    for (const { event } of gone) this.#gone.add(event.id);
    this.#onChange();
    this.#change((taps) => gone.forEach(({ event }) => taps.delete(event.id)));
  }

  /** @param {Tap} tap */
  #keep(tap) {
    this.#unstored.add(tap);
    this.#change((taps) => taps.put(tap)).then((stored) => stored && this.#unstored.delete(tap));
  }

  /**
   * Hands it to the browser at once, without waiting for what was written before: the next moment may be this page's
   * last. The browser keeps the order.
   *
   * @param {(taps: IDBObjectStore) => void} action
   * @returns {Promise<boolean>} whether it is on the disk
   */
  async #change(action) {
    try {
      // A phone whose battery ends must not have the taps in a cache only.
      const transaction = this.#database?.transaction(TAPS, 'readwrite', { durability: 'strict' });
      if (!transaction) return false;
      action(transaction.objectStore(TAPS));
      transaction.commit?.();
      await committed(transaction);
      this.#otherTabs?.postMessage(null);
      return true;
    } catch {
      this.kept = false;
      return false;
    } finally {
      this.#onChange();
    }
  }

  /** Brings together what is stored and what was tapped meanwhile. */
  async #load() {
    if (!this.#database) return;
    try {
      const stored = this.#database.transaction(TAPS).objectStore(TAPS).index('match').getAll(this.#matchID);
      /** @type {Tap[]} */
      const found = await answered(stored);
      const unknown = [...this.#unstored].filter(({ event }) => !found.some((tap) => tap.event.id === event.id));
      this.#taps = [...found, ...unknown]
        .filter(({ event }) => !this.#gone.has(event.id))
        .sort((a, b) => a.tappedAt - b.tappedAt);
    } catch {
      this.kept = false;
    }
    this.#onChange();
  }
}
