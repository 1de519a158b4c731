/**
 * Reasons why a team stands where it stands, in sentences.
 *
 * @typedef {import('../core/types.js').Table} Table
 * @typedef {import('../core/types.js').TableRow} TableRow
 * @typedef {import('../core/types.js').Why} Why
 */
import { currentLanguage, lookUp, t } from '../core/i18n.js';
import { isolated } from '../core/isolate.js';

/** Says a word of an order as people do: `tied.points` are the points among those who are level. @param {string} word */
export function wordOf(word) {
  const [, scope = '', key = ''] = word.match(/^(?:(tied|two)\.)?(.*)$/) ?? [];
  const words = lookUp(`word.${key}`) ?? key;
  if (scope === 'tied') return t('why.tied', { word: words });
  return scope === 'two' ? t('why.two', { word: words }) : words;
}

/** @param {string[]} names */
const listOf = (names) => new Intl.ListFormat(currentLanguage(), { type: 'conjunction' }).format(names);

/** @param {Why} why */
const said = ({ word, scope }) => wordOf(scope === 'all' || word.includes('.') ? word : `${scope}.${word}`);

/**
 * @param {TableRow} row
 * @param {Table} table
 * @returns {string[]} a sentence each
 */
export function reasons(row, table) {
  const nameOf = (/** @type {string} */ id) => isolated(table.rows.find(({ teamID }) => teamID === id)?.name ?? '');
  const told = row.why.map((why) => {
    const values = why.among.map((id, at) => `${nameOf(id)} ${why.values[at] ?? ''}`.trim());
    return t('why.compared', { what: said(why), values: listOf(values) });
  });
  if (row.level) told.push(t('why.level', { tried: listOf((row.tried ?? []).map(wordOf)) || t('why.nothing') }));
  if (row.withdrawn) told.push(t('why.withdrawn'));
  if (row.provisional) told.push(t('why.provisional'));
  return told.length > 0 ? told : [t('why.none')];
}
