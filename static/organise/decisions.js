/**
 * Decisions that no result can make: the order of level teams, withdrawals, walkovers, what becomes of a contested match.
 *
 * @typedef {import('../core/types.js').Todo} Todo
 * @typedef {import('../components/dialog.js').Field} Field
 */
import './ready.js';
import { h } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { icon } from '../core/icons.js';
import { isolated } from '../core/isolate.js';
import { sideName } from '../core/sides.js';
import { openForm } from '../components/dialog.js';
import { withEffects } from './effects.js';
import { levelCard } from './level.js';
import { groupsOf, Panel } from './panel.js';
import { decide } from './requests.js';

const TEXT_MAX_CHARS = 200;

/** @param {{id: string, name: string}[]} named */
const select = (named) => h('select', {}, ...named.map(({ id, name }) => h('option', { value: id }, isolated(name))));

const text = () => h('input', { type: 'text', maxlength: TEXT_MAX_CHARS, autocomplete: 'off' });

/** @param {string} reason */
const because = (reason) => (reason ? { reason } : {});

export class DecisionsPanel extends Panel {
  #open = h('div', { class: 'decisions' });
  #shown = '';

  /** @param {import('./panel.js').DeskPart} desk */
  constructor(desk) {
    super(desk);
    const forms = /** @type {const} */ (['withdrawal', 'lateEntry', 'walkover', 'points']);
    const open = {
      withdrawal: () => this.#withdrawal(),
      lateEntry: () => this.#lateEntry(),
      walkover: () => this.#walkover(),
      points: () => this.#points(),
    };
    this.element.append(
      this.#open,
      this.notes,
      h('h3', {}, t('decision.other')),
      h('div', { class: 'panel-actions' }, ...forms.map((form) => this.button(t(`decision.${form}`), open[form]))),
    );
  }

  update() {
    const { todo } = this.desk.known().standings;
    const now = JSON.stringify(todo);
    if (now === this.#shown) return;
    this.#shown = now;
    const cards = todo.flatMap((each) => this.#card(each) ?? []);
    this.#open.replaceChildren(...(cards.length > 0 ? cards : [h('p', { class: 'panel-lead' }, t('decision.none'))]));
  }

  /** @param {Todo} todo */
  #card(todo) {
    if (todo.what === 'level') return levelCard(todo, (decision) => this.#decide(decision));
    if (todo.what === 'contested') return this.#contested(todo);
    if (todo.what === 'no_result') return this.#noResult(todo);
    return null;
  }

  /** @param {Todo} todo */
  #contested({ key = '', matchID }) {
    const fixture = this.desk.known().fixtures.find((fixture) => fixture.key === key);
    const sides = fixture ? t('match.versus', { a: sideName(fixture.a), b: sideName(fixture.b) }) : '';
    const reason = text();
    reason.setAttribute('aria-label', t('decision.reason'));
    reason.placeholder = t('decision.reason');
    return h(
      'section',
      { class: 'decision' },
      h('h3', {}, icon('broken'), t('decision.contested', { key })),
      h(
        'p',
        { class: 'field-hint' },
        t('decision.contestedText', { sides }),
        ' ',
        matchID && h('a', { href: `/match?id=${encodeURIComponent(matchID)}` }, t('decision.look')),
      ),
      h('div', { class: 'field' }, reason),
      h(
        'div',
        { class: 'panel-actions' },
        this.button(
          t('effects.keep'),
          () => this.#decide({ kind: 'keep', key, ...because(reason.value.trim()) }),
          'primary',
          `${t('effects.keep')}: ${key}`,
        ),
        this.button(
          t('effects.replay'),
          () => this.#decide({ kind: 'replay', key }),
          '',
          `${t('effects.replay')}: ${key}`,
        ),
      ),
    );
  }

  /** @param {Todo} todo */
  #noResult({ key = '' }) {
    const fixture = this.desk.known().fixtures.find((fixture) => fixture.key === key);
    return h(
      'section',
      { class: 'decision' },
      h('h3', {}, t('todo.no_result', { key })),
      h('p', { class: 'field-hint' }, t('decision.noResultText')),
      h(
        'div',
        { class: 'panel-actions' },
        this.button(t('decision.walkover'), () => this.#walkover(key)),
        fixture?.matchID &&
          h('a', { class: 'button', href: `/match?id=${encodeURIComponent(fixture.matchID)}` }, t('decision.look')),
      ),
    );
  }

  /** @param {Record<string, unknown>} decision */
  #decide(decision) {
    return this.change(() => withEffects((accept) => decide(this.desk.known().id, decision, accept)));
  }

  /**
   * Asks for what a decision needs. Its consequences come after the form, and what the server refuses stands in it.
   *
   * @param {string} title
   * @param {Field[]} fields
   * @param {(values: Record<string, string>) => Record<string, unknown>} decision
   * @param {string} [hint]
   */
  #form(title, fields, decision, hint = '') {
    return this.change(() =>
      openForm({
        title,
        text: hint,
        fields,
        submit: t('decision.go'),
        send: (values) => withEffects((accept) => decide(this.desk.known().id, decision(values), accept)),
      }),
    );
  }

  #teams() {
    const { teams } = this.desk.known();
    return select(teams.filter(({ withdrawn }) => !withdrawn).sort((a, b) => a.name.localeCompare(b.name)));
  }

  #groups() {
    return select(groupsOf(this.desk.known()).map((group) => ({ id: group, name: group })));
  }

  #withdrawal() {
    const fields = [
      { name: 'teamID', label: t('table.team'), input: this.#teams() },
      { name: 'reason', label: t('decision.reason'), input: text(), optional: true },
    ];
    this.#form(
      t('decision.withdrawal'),
      fields,
      ({ teamID, reason = '' }) => ({ kind: 'withdrawal', teamID, ...because(reason) }),
      t('decision.withdrawalText'),
    );
  }

  #lateEntry() {
    const { standings, teams, fixtures } = this.desk.known();
    const placed = new Set(standings.tables.flatMap(({ rows }) => rows.map(({ teamID }) => teamID)));
    for (const { a, b } of fixtures) for (const side of [a, b]) if (side.teamID) placed.add(side.teamID);
    const free = teams.filter(({ id, withdrawn }) => !placed.has(id) && !withdrawn);
    if (free.length === 0) return this.complain(t('decision.lateEntryNobody'));
    const fields = [
      { name: 'teamID', label: t('table.team'), input: select(free) },
      { name: 'group', label: t('fixtures.group'), input: this.#groups() },
    ];
    return void this.#form(
      t('decision.lateEntry'),
      fields,
      ({ teamID, group }) => ({ kind: 'late_entry', teamID, group }),
      t('decision.lateEntryText'),
    );
  }

  /** @param {string} [chosen] the key of a fixture */
  #walkover(chosen) {
    const open = this.desk
      .known()
      .fixtures.filter(({ stand, a, b }) => stand !== 'no_match' && stand !== 'not_needed' && a.teamID && b.teamID);
    const fixture = select(
      open.map(({ key, a, b }) => ({
        id: key,
        name: `${key}: ${t('match.versus', { a: sideName(a), b: sideName(b) })}`,
      })),
    );
    if (chosen) fixture.value = chosen;
    const winner = h('select');
    const offer = () => {
      const { a, b } = open.find(({ key }) => key === fixture.value) ?? {};
      winner.replaceChildren(
        h('option', { value: 'A' }, isolated(a ? sideName(a) : 'A')),
        h('option', { value: 'B' }, isolated(b ? sideName(b) : 'B')),
      );
    };
    fixture.onchange = offer;
    offer();
    const fields = [
      { name: 'key', label: t('decision.match'), input: fixture },
      { name: 'winner', label: t('match.winner'), input: winner },
    ];
    this.#form(t('decision.walkover'), fields, ({ key, winner }) => ({ kind: 'walkover', key, winner }));
  }

  #points() {
    const points = h('input', { type: 'number', min: 1, max: 999, inputmode: 'numeric' });
    const placed = this.desk
      .known()
      .standings.tables.flatMap(({ group, rows }) =>
        rows.map(({ teamID, name }) => ({
          id: JSON.stringify({ teamID, group }),
          name: group ? `${name} (${t('table.group', { group })})` : name,
        })),
      );
    const fields = [
      { name: 'team', label: t('table.team'), input: select(placed) },
      { name: 'points', label: t('decision.pointsOff'), input: points },
      { name: 'reason', label: t('decision.reason'), input: text() },
    ];
    this.#form(t('decision.points'), fields, ({ team = '', points = '', reason }) => ({
      kind: 'points',
      ...JSON.parse(team),
      points: Number(points),
      reason,
    }));
  }
}
