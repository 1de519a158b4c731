/**
 * Taps that the server has not acknowledged. They are on this phone's storage before they are sent, and leave it only
 * by an `ack`, or by a refusal that the referee has read.
 *
 * @typedef {import('./types.js').MatchEvent & {id: string}} OwnEvent
 * @typedef {{event: OwnEvent, code: string, message: string}} Refusal
 */
import { onRemembered, recall, remember } from './storage.js';

export class Outbox {
  /** @type {OwnEvent[]} */
  pending = [];
  /** @type {Refusal[]} */
  refused = [];

  #key;
  #onChange;

  /** @param {string} matchID @param {() => void} onChange */
  constructor(matchID, onChange) {
    this.#key = `outbox:${matchID}`;
    this.#onChange = onChange;
    this.#load();
    // The same match may be open in two tabs of this phone.
    onRemembered(this.#key, () => {
      this.#load();
      onChange();
    });
  }

  /** @param {OwnEvent} event */
  add(event) {
    this.#change(() => this.pending.push(event));
  }

  /** @param {string} id */
  acknowledge(id) {
    this.#change(() => (this.pending = this.pending.filter((event) => event.id !== id)));
  }

  /** @param {string} id @param {string} code @param {string} message */
  refuse(id, code, message) {
    this.#change(() => {
      const event = this.pending.find((pending) => pending.id === id);
      if (event) this.refused.push({ event, code, message });
      this.pending = this.pending.filter((pending) => pending.id !== id);
    });
  }

  forgetRefused() {
    this.#change(() => (this.refused = []));
  }

  #load() {
    const { pending, refused } = recall(this.#key, { pending: [], refused: [] });
    this.pending = pending;
    this.refused = refused;
  }

  /** @param {() => void} action */
  #change(action) {
    this.#load();
    action();
    const empty = this.pending.length + this.refused.length === 0;
    remember(this.#key, empty ? undefined : { pending: this.pending, refused: this.refused });
    this.#onChange();
  }
}
