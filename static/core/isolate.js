/**
 * Texts of people amid ours. A name that is written from right to left would pull digits and signs beside it to its other
 * side; isolated, it turns nothing but itself.
 */

const FROM_RIGHT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** Text that holds no direction mark which it does not end. @param {string} text */
export const apart = (text) => (FROM_RIGHT.test(text) ? `\u2068${text}\u2069` : text);

/** Any text at all: its own direction marks are left out. @param {string} text */
export const isolated = (text) => apart(text.replace(/\p{Bidi_Control}/gu, ''));
