/**
 * Taps that the server has not acknowledged, in the order in which they were made. Each is a record of its own in
 * IndexedDB, and leaves it only by an `ack`, or by a refusal that the referee has read.
 *
 * @typedef {import('./types.js').MatchEvent & {id: string}} OwnEvent
 * @typedef {import('./types.js').State} State
 * @typedef {{code: string, message: string, server: State|null}} Refusal `server`: the state there
 *
 * @typedef {object} Tap
 * @property {number} [n] its place in the order of all taps of this phone; missing until it is stored
 * @property {string} matchID
 * @property {OwnEvent} event
 * @property {number} tappedAt milliseconds since 1970, by this phone's clock
 * @property {State|null} here what the pad showed right after it
 * @property {Refusal} [refusal]
 */

const DATABASE = 'courtside';
const TAPS = 'taps';

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
function openDatabase() {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () =>
    opening.result.createObjectStore(TAPS, { keyPath: 'n', autoIncrement: true }).createIndex('match', 'matchID');
  return answered(opening);
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
  /** What is written is written one after the other. @type {Promise<unknown>} */
  #work = Promise.resolve();
  #otherTabs;

  /** @param {string} matchID @param {() => void} onChange */
  constructor(matchID, onChange) {
    this.#matchID = matchID;
    this.#onChange = onChange;
    // The same match may be open in two tabs of this phone.
    this.#otherTabs = new BroadcastChannel(`courtside:outbox:${matchID}`);
    this.#otherTabs.onmessage = () => this.#do(async (database) => this.#load(database));
  }

  /** Finds what earlier visits left. */
  async open() {
    try {
      this.#database = await openDatabase();
    } catch {
      this.kept = false;
    }
    await this.#do(async (database) => this.#load(database));
  }

  /** @returns {Tap[]} */
  get pending() {
    return this.#taps.filter(({ refusal }) => !refusal);
  }

  /** @returns {Tap[]} */
  get refused() {
    return this.#taps.filter(({ refusal }) => refusal);
  }

  /** @param {OwnEvent} event @param {() => State|null} shown what the pad shows once the tap is in */
  add(event, shown) {
    /** @type {Tap} */
    const tap = { matchID: this.#matchID, event, tappedAt: Date.now(), here: null };
    this.#taps.push(tap);
    tap.here = shown();
    this.#change((taps) => this.#put(taps, tap));
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
    this.#change((taps) => this.#put(taps, tap));
  }

  forgetRefused() {
    this.#remove(this.refused);
  }

  /** @param {Tap[]} gone */
  #remove(gone) {
    if (gone.length === 0) return;
    this.#taps = this.#taps.filter((tap) => !gone.includes(tap));
    this.#change((taps) => gone.forEach(({ n }) => n !== undefined && taps.delete(n)));
  }

  /** @param {IDBObjectStore} taps @param {Tap} tap */
  #put(taps, tap) {
    const request = taps.put(tap);
    request.onsuccess = () => (tap.n = Number(request.result));
  }

  /** @param {(taps: IDBObjectStore) => void} action */
  #change(action) {
    this.#onChange();
    this.#do(async (database) => {
      // A phone whose battery ends must not have the taps in a cache only.
      const transaction = database.transaction(TAPS, 'readwrite', { durability: 'strict' });
      action(transaction.objectStore(TAPS));
      await committed(transaction);
      this.#otherTabs.postMessage(null);
    });
  }

  /** @param {IDBDatabase} database */
  async #load(database) {
    const stored = database.transaction(TAPS).objectStore(TAPS).index('match').getAll(this.#matchID);
    /** @type {Tap[]} */
    const found = await answered(stored);
    this.#taps = [...found, ...this.#taps.filter(({ n }) => n === undefined)];
    this.#onChange();
  }

  /** @param {(database: IDBDatabase) => Promise<void>} action @returns {Promise<unknown>} when all before it is done, too */
  #do(action) {
    const work = async () => {
      if (this.#database) await action(this.#database);
    };
    this.#work = this.#work.then(work).catch(() => {
      this.kept = false;
      this.#onChange();
    });
    return this.#work;
  }
}
