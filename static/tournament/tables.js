/**
 * The tables of the groups. A tap on a row opens why it stands there.
 *
 * @typedef {import('../core/types.js').Table} Table
 * @typedef {import('../core/types.js').TableRow} TableRow
 */
import { elementId, h } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { icon } from '../core/icons.js';
import { isolated } from '../core/isolate.js';
import { Part } from '../core/part.js';
import { teamPath } from '../core/team.js';
import { reasons } from './why.js';

/** @typedef {'played'|'wins'|'draws'|'losses'|'scored'|'difference'|'points'} Column */
/** The columns; a phone has no room for the wide ones. @type {{name: Column, wide: boolean}[]} */
const COLUMNS = [
  { name: 'played', wide: false },
  { name: 'wins', wide: true },
  { name: 'draws', wide: true },
  { name: 'losses', wide: true },
  { name: 'scored', wide: true },
  { name: 'difference', wide: false },
  { name: 'points', wide: false },
];

/** @param {TableRow} row @param {Column} column */
function cell(row, column) {
  if (column === 'scored') return `${row.scored}–${row.conceded}`;
  if (column === 'difference')
    return row.difference > 0 ? `+${row.difference}` : String(row.difference).replace('-', '−');
  return String(row[column]);
}

/** Says what a team that shares its rank waits for. @param {TableRow} row @param {Table} table */
function levelWords({ teamID }, { playOffs = [] }) {
  const keys = playOffs.filter(({ teams }) => teams.includes(teamID)).map(({ key }) => key);
  return keys.length > 0 ? t('table.playOff', { n: keys.length, keys: keys.join(', ') }) : t('table.level');
}

/** @extends {Part<{tables: Table[]}>} */
export class GroupTables extends Part {
  /** The rows whose reasons are open, so that news do not close them. @type {Set<string>} */
  #open = new Set();
  #shown = '';
  /** The tables of the last look: every point of a match calls. @type {Table[]|null} */
  #seen = null;

  build() {
    this.#shown = '';
    this.#seen = null;
  }

  /** @param {{tables: Table[]}} data */
  update({ tables }) {
    if (tables === this.#seen) return;
    this.#seen = tables;
    const now = JSON.stringify(tables);
    if (now === this.#shown) return;
    this.#shown = now;
    const focused =
      document.activeElement instanceof HTMLElement && this.contains(document.activeElement)
        ? document.activeElement.dataset['row']
        : undefined;
    this.replaceChildren(...tables.map((table) => this.#table(table, tables.length > 1)));
    if (focused)
      this.querySelector(`[data-row="${CSS.escape(focused)}"]`)
        ?.querySelector('button')
        ?.focus();
  }

  /** @param {Table} table @param {boolean} several */
  #table(table, several) {
    const title = table.group && several ? t('table.group', { group: table.group }) : t('table.title');
    const head = h(
      'tr',
      {},
      h(
        'th',
        { scope: 'col' },
        h('span', { class: 'visually-hidden' }, t('table.rank')),
        h('span', { 'aria-hidden': 'true' }, '#'),
      ),
      h('th', { scope: 'col', class: 'table-team' }, t('table.team')),
      ...COLUMNS.map(({ name, wide }) =>
        h(
          'th',
          { scope: 'col', class: wide ? 'wide' : '' },
          h('abbr', { title: t(`column.${name}`), 'aria-label': t(`column.${name}`) }, t(`columnShort.${name}`)),
        ),
      ),
    );
    return h(
      'section',
      { class: 'table-part' },
      h('h3', {}, title, ' ', table.provisional && h('small', { class: 'provisional' }, t('table.provisional'))),
      h(
        'table',
        { class: 'table' },
        h('caption', { class: 'visually-hidden' }, title),
        h('thead', {}, head),
        ...table.rows.map((row) => this.#row(row, table)),
      ),
    );
  }

  /** @param {TableRow} row @param {Table} table */
  #row(row, table) {
    const key = `${table.stage}/${table.group}/${row.teamID}`;
    const id = elementId();
    const why = h(
      'tr',
      { class: 'table-why', id, hidden: !this.#open.has(key) },
      h(
        'td',
        { colspan: COLUMNS.length + 2 },
        h('ul', {}, ...reasons(row, table).map((words) => h('li', {}, words))),
        h('a', { href: teamPath(row.teamID) }, t('day.open', { team: row.name })),
      ),
    );
    const button = h('button', {
      type: 'button',
      class: 'table-name',
      'data-row': key,
      'aria-expanded': String(this.#open.has(key)),
      'aria-controls': id,
    });
    button.append(
      h('span', {}, isolated(row.name)),
      h('span', { class: 'table-more' }, icon('help'), h('span', { class: 'visually-hidden' }, t('table.why'))),
    );
    button.onclick = () => {
      why.hidden = this.#open.has(key);
      if (why.hidden) this.#open.delete(key);
      else this.#open.add(key);
      button.setAttribute('aria-expanded', String(!why.hidden));
    };
    const note = (/** @type {string} */ words, kind = '') => h('small', { class: `table-note ${kind}` }, words);
    const cells = COLUMNS.map(({ name, wide }) =>
      h('td', { class: `${wide ? 'wide' : ''}${name === 'points' ? ' table-points' : ''}` }, cell(row, name)),
    );
    return h(
      'tbody',
      {},
      h(
        'tr',
        { class: row.withdrawn ? 'gone' : '' },
        h('td', { class: 'table-rank' }, String(row.rank)),
        h(
          'th',
          { scope: 'row', class: 'table-team' },
          button,
          row.level && note(levelWords(row, table), 'level'),
          row.withdrawn && note(t('table.withdrawn')),
        ),
        ...cells,
      ),
      why,
    );
  }
}

customElements.define('group-tables', GroupTables);
