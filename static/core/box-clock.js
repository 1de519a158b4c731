/** Says if a box without a clock of its own tells the wrong time. */

/** A box whose clock is this far off tells wrong times. */
const CLOCK_OFF_MS = 60_000;

/** @param {import('./types.js').Box} box */
export const isClockOff = ({ now }) => Math.abs(Date.now() - Date.parse(now)) > CLOCK_OFF_MS;
