/** A text as people type it when they look for it: without accents, in small letters. */

/** @param {string} text */
export const plain = (text) =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .trim()
    .toLowerCase();
