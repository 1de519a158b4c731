/**
 * The fixtures of a draw, changed by hand: added, removed, with other sides, two sides swapped, a group split. The server
 * refuses what contradicts a match that has begun, and says why.
 *
 * @typedef {import('../core/types.js').Fixture} Fixture
 */
import './ready.js';
import { elementId, h, setText } from '../core/dom.js';
import { placeWords, roundWords, standOf } from '../core/fixtures.js';
import { t } from '../core/i18n.js';
import { isolated } from '../core/isolate.js';
import { sideName } from '../core/sides.js';
import { confirmed } from '../components/confirmed.js';
import { ask, openDialog, openForm } from '../components/dialog.js';
import { groupsOf, Panel } from './panel.js';
import { changeFixtures } from './requests.js';
import { sideChoice, specOf } from './side-choice.js';
import { SwapList } from './swap-list.js';

/** Stages whose fixtures count in the table of a group. */
const HAS_GROUPS = new Set(['groups', 'round_robin']);

/** @param {Fixture} fixture */
const hasBegun = ({ status, stand }) =>
  (status !== null && status !== undefined && status !== 'scheduled') || stand === 'no_match';

/** @param {Fixture} fixture */
const versus = ({ a, b }) => t('match.versus', { a: sideName(a), b: sideName(b) });

/** Changes fixtures; asks first where the server doubts it. @param {string} id @param {Record<string, unknown>} change */
const changeIfMeant = (id, change) => confirmed((more) => changeFixtures(id, { ...change, ...more }));

/**
 * A stage by its kind; with its key where two are of one kind.
 *
 * @param {import('../core/types.js').Stage} stage
 * @param {import('../core/types.js').Stage[]} stages
 */
function stageWords({ key, kind }, stages) {
  const words = t(`kind.${kind}`);
  return stages.filter((other) => other.kind === kind).length > 1 ? `${words} (${isolated(key)})` : words;
}

export class FixturesPanel extends Panel {
  #lead = h('p', { class: 'panel-lead' });
  #list = h('ul', { class: 'rows fixture-rows' });
  #swaps = new SwapList((first, second) => this.#swap(first, second));
  #swapPart = h('details', { class: 'own-format' }, h('summary', {}, t('fixtures.swap')), this.#swaps.element);
  #split = this.button(t('fixtures.split'), () => this.#openSplit());
  #shown = '';

  /** @param {import('./panel.js').DeskPart} desk */
  constructor(desk) {
    super(desk);
    this.element.append(
      this.#lead,
      h(
        'div',
        { class: 'panel-actions' },
        this.button(t('fixtures.add'), () => this.#openAdd()),
        this.#split,
      ),
      this.notes,
      this.#swapPart,
      this.#list,
    );
  }

  /** The fixtures that can still be changed. */
  get #open() {
    return this.desk.known().fixtures.filter((fixture) => !hasBegun(fixture));
  }

  update() {
    const { fixtures, trees } = this.desk.known();
    this.#split.hidden = groupsOf(this.desk.known()).length === 0;
    const now = JSON.stringify(fixtures);
    if (now === this.#shown) return;
    this.#shown = now;
    setText(this.#lead, t('fixtures.lead', { n: fixtures.length, open: this.#open.length }));
    const inTree = new Set(trees.map(({ key }) => key));
    this.#swapPart.hidden = this.#open.length < 2;
    this.#swaps.show(
      this.#open.map((fixture) => ({
        title: fixture.key,
        places: [fixture.a, fixture.b].map((side) => ({ words: sideName(side) })),
      })),
    );
    this.#list.replaceChildren(...fixtures.map((fixture) => this.#row(fixture, inTree.has(fixture.stage))));
  }

  /** @param {Fixture} fixture @param {boolean} inTree */
  #row(fixture, inTree) {
    const place = inTree ? roundWords(fixture) : placeWords(fixture);
    const begun = hasBegun(fixture);
    const of = `${fixture.key}, ${versus(fixture)}`;
    return h(
      'li',
      {},
      h(
        'span',
        { class: 'row-name' },
        h('strong', {}, isolated(fixture.key)),
        ' ',
        versus(fixture),
        h('small', {}, `${place} · ${standOf(fixture).words}`),
      ),
      !begun &&
        h(
          'span',
          { class: 'row-buttons' },
          this.button(
            t('fixtures.change'),
            () => this.#openChange(fixture),
            'small quiet',
            `${t('fixtures.change')}: ${of}`,
          ),
          this.button(
            t('fixtures.remove'),
            () => this.#remove(fixture),
            'small quiet',
            `${t('fixtures.remove')}: ${of}`,
          ),
        ),
    );
  }

  /** @param {number} first @param {number} second */
  #swap(first, second) {
    const open = this.#open;
    const placeAt = (/** @type {number} */ at) => ({
      key: open[Math.floor(at / 2)]?.key ?? '',
      side: at % 2 === 0 ? 'A' : 'B',
    });
    this.change(
      () => changeIfMeant(this.desk.known().id, { kind: 'swap', first: placeAt(first), second: placeAt(second) }),
      t('fixtures.swapped'),
    );
  }

  /** @param {Fixture} fixture */
  #remove(fixture) {
    this.change(async () => {
      const sure = await ask({
        title: t('fixtures.removeTitle', { key: fixture.key }),
        text: versus(fixture),
        yes: t('fixtures.remove'),
        no: t('app.keep'),
      });
      return sure ? changeFixtures(this.desk.known().id, { kind: 'remove', key: fixture.key }) : null;
    });
  }

  /** @param {Fixture} fixture */
  #openChange(fixture) {
    const known = this.desk.known();
    this.change(() =>
      openForm({
        title: t('fixtures.changeTitle', { key: fixture.key }),
        fields: [
          { name: 'a', label: t('matchForm.sideA'), input: sideChoice(known, fixture.a) },
          { name: 'b', label: t('matchForm.sideB'), input: sideChoice(known, fixture.b) },
        ],
        submit: t('manage.save'),
        send: ({ a = '', b = '' }) =>
          changeIfMeant(known.id, { kind: 'change', key: fixture.key, a: specOf(a), b: specOf(b) }),
      }),
    );
  }

  #openAdd() {
    const known = this.desk.known();
    const { stages } = known.format;
    const stage = h('select', {}, ...stages.map((each) => h('option', { value: each.key }, stageWords(each, stages))));
    const group = h('select', {});
    const groups = () => {
      const of = stages.find(({ key }) => key === stage.value) ?? stages[0];
      return of && HAS_GROUPS.has(of.kind) ? groupsOf(known, of.key) : [];
    };
    const offer = () => group.replaceChildren(...groups().map((name) => h('option', { value: name }, name)));
    stage.onchange = offer;
    offer();
    const round = h('input', { type: 'number', min: 1, max: 99, inputmode: 'numeric' });
    const [a, b] = [sideChoice(known), sideChoice(known)];
    b.selectedIndex = Math.min(1, b.length - 1);
    this.change(() =>
      openForm({
        title: t('fixtures.add'),
        fields: [
          { name: 'stage', label: t('fixtures.stage'), input: stage, shown: () => stages.length > 1 },
          { name: 'group', label: t('fixtures.group'), input: group, shown: () => groups().length > 1 },
          { name: 'round', label: t('fixtures.round'), input: round, optional: true },
          { name: 'a', label: t('matchForm.sideA'), input: a },
          { name: 'b', label: t('matchForm.sideB'), input: b },
        ],
        submit: t('fixtures.add'),
        send: ({ stage = '', group = '', round = '', a = '', b = '' }) =>
          changeIfMeant(known.id, {
            kind: 'add',
            stage: stage || stages[0]?.key,
            // A stage with one group alone has no choice to show.
            group: group || groups()[0],
            ...(round ? { round: Number(round) } : {}),
            a: specOf(a),
            b: specOf(b),
          }),
      }),
    );
  }

  /** Makes two groups out of one: whoever is ticked goes to the second. */
  #openSplit() {
    const { standings, id } = this.desk.known();
    const tables = standings.tables.filter(({ group }) => group);
    const group = h(
      'select',
      { id: elementId() },
      ...tables.map((table) => h('option', { value: table.group ?? '' }, table.group ?? '')),
    );
    const boxes = h('ul', { class: 'choices' });
    const rows = () => tables.find((table) => table.group === group.value)?.rows ?? [];
    const offer = () =>
      boxes.replaceChildren(
        ...rows().map(({ teamID, name }) =>
          h(
            'li',
            {},
            h(
              'label',
              { class: 'choice' },
              h('input', { type: 'checkbox', value: teamID }),
              h('span', {}, isolated(name)),
            ),
          ),
        ),
      );
    group.onchange = offer;
    offer();
    const go = h('button', { type: 'button', class: 'button primary' }, t('fixtures.split'));
    const dialog = openDialog(
      t('fixtures.split'),
      h('div', { class: 'field' }, h('label', { for: group.id }, t('fixtures.group')), group),
      h('p', { class: 'field-hint' }, t('fixtures.splitHint')),
      boxes,
      h('div', { class: 'dialog-actions' }, go),
    );
    go.onclick = () => {
      const second = [...boxes.querySelectorAll('input')].filter(({ checked }) => checked).map(({ value }) => value);
      const first = rows()
        .map(({ teamID }) => teamID)
        .filter((team) => !second.includes(team));
      dialog.close();
      this.change(() => changeFixtures(id, { kind: 'split', group: group.value, into: [first, second] }));
    };
  }
}
