/**
 * The sides that a referee saw. No tap that was made for some teams may count for others, and whoever scores is told when
 * others play.
 *
 * @typedef {import('./sides.js').Sides} Sides
 * @typedef {{before: Sides, now: Sides}} Change
 */
import { playTheSame } from './sides.js';

/** So long the pad says that other teams play. */
const TOLD_MS = 12_000;

export class SeenSides {
  /** The last change, for some seconds. @type {Change|null} */
  changed = null;
  #timer = 0;
  #onChange;

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  /** Notes the sides of now. @param {Sides|undefined} before @param {Sides} now */
  see(before, now) {
    if (!before || playTheSame(before, now)) return;
    this.changed = { before, now };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.changed = null;
      this.#onChange();
    }, TOLD_MS);
  }
}

/**
 * The taps that were made for other teams than play now.
 *
 * @param {import('./outbox.js').Tap[]} taps
 * @param {Sides|undefined} now
 */
export const madeForOthers = (taps, now) =>
  taps.filter(({ sides }) => sides && now !== undefined && !playTheSame(sides, now));
