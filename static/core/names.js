/** The cells of what an organiser pastes or saves from a spreadsheet, and names in them. */

import { tidyName } from './tidy-name.js';

const SEPARATORS = ['\t', ';', ','];

/**
 * The cells of a table, each line a row. Quotes hold what they hold: separators, lines and doubled quotes.
 *
 * @param {string} text
 * @param {string} separator
 */
function cellsOf(text, separator) {
  /** @type {string[][]} */
  const rows = [];
  /** @type {string[]} */
  let row = [];
  let cell = '';
  let quoted = false;
  const endCell = () => {
    row.push(cell.trim());
    cell = '';
  };
  const endRow = () => {
    endCell();
    rows.push(row);
    row = [];
  };
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    if (quoted && letter === '"' && text[at + 1] === '"') cell += text[++at];
    else if (letter === '"' && (quoted || cell.trim() === '')) quoted = !quoted;
    else if (!quoted && letter === separator) endCell();
    else if (!quoted && letter === '\n') endRow();
    else cell += letter;
  }
  endRow();
  return rows.filter((cells) => cells.some((cell) => cell !== ''));
}

/** The separator that cuts most lines alike. @param {string} text */
function separatorOf(text) {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  /** @param {string} separator */
  const share = (separator) => lines.filter((line) => line.includes(separator)).length;
  const [best = '\t'] = [...SEPARATORS].sort((a, b) => share(b) - share(a));
  // One comma in one name makes no table.
  return share(best) > lines.length / 2 ? best : '\t';
}

/** The cells of what was pasted, whatever separates them. @param {string} text */
export function rowsOf(text) {
  const clean = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  return cellsOf(clean, separatorOf(clean));
}

/** What the server makes of it; nothing where it would refuse. @param {string} cell */
export function tidy(cell) {
  const name = tidyName(cell);
  return /[\p{L}\p{N}]/u.test(name) ? name : '';
}

/** Lists are often numbered. @param {string[][]} rows */
export function firstColumnOfNames(rows) {
  const width = Math.max(0, ...rows.map((cells) => cells.length));
  for (let column = 0; column < width; column++)
    if (rows.some((cells) => /\p{L}/u.test(cells[column] ?? ''))) return column;
  return 0;
}

/**
 * A file as a spreadsheet saves it: UTF-8, what Excel calls Unicode text, or what Windows wrote before.
 * @param {ArrayBuffer} bytes
 */
export function textOf(bytes) {
  const [first, second] = new Uint8Array(bytes);
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
