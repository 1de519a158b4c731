/**
 * The lead through the match as a picture: above the line the first side leads, below it the second.
 *
 * @typedef {import('../core/types.js').Match} Match
 * @typedef {import('../core/types.js').Entry} Entry
 * @typedef {import('../core/flow.js').Flow} Flow
 */
import { elementId, h, setText } from '../core/dom.js';
import { flowOf } from '../core/flow.js';
import { followUndo } from '../core/history.js';
import { t } from '../core/i18n.js';
import { isolated } from '../core/isolate.js';
import { SIDES } from '../core/match.js';
import { Part } from '../core/part.js';
import { inSets, periodName } from '../core/sport.js';

const WORTH_FROM = 2;
/** The picture's own units; it is stretched to its place. */
const [WIDTH, HEIGHT] = [1000, 200];
const SVG = 'http://www.w3.org/2000/svg';

/** @param {string} name @param {Record<string, string>} attributes @param {...SVGElement} children */
function svg(name, attributes, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** @param {Flow} flow */
function geometry({ stretches, steps, most }) {
  const highest = Math.max(most.A, most.B, 1);
  const middle = HEIGHT / 2;
  const x = (/** @type {number} */ step) => ((step * WIDTH) / steps).toFixed(1);
  const y = (/** @type {number} */ lead) => (middle - (lead / highest) * (middle - 4)).toFixed(1);
  let [step, line] = [0, `M0 ${middle}`];
  /** @type {number[]} */
  const ends = [];
  for (const { leads } of stretches) {
    for (const lead of leads) line += `V${y(lead)}H${x(++step)}`;
    ends.push(step / steps);
  }
  return { line, area: `${line}V${middle}H0Z`, ends };
}

/** @extends {Part<{match: Match, entries: Entry[]}>} */
export class ScoreFlow extends Part {
  #heading = h('h2');
  #line = svg('path', { class: 'flow-line' });
  #areas = { A: svg('path', { class: 'flow-area', 'data-side': 'A' }), B: svg('path', { class: 'flow-area', 'data-side': 'B' }) };
  #marks = svg('g', { class: 'flow-marks' });
  #names = { A: h('span', { class: 'flow-name', 'data-side': 'A' }), B: h('span', { class: 'flow-name', 'data-side': 'B' }) };
  #plot = h('div', { class: 'flow-plot', role: 'img' });
  #sets = h('ol', { class: 'flow-sets' });
  #told = h('p', { class: 'flow-told' });

  connectedCallback() {
    const [above, below] = [elementId(), elementId()];
    const half = (/** @type {string} */ id, /** @type {number} */ y) =>
      svg('clipPath', { id }, svg('rect', { x: '0', y: String(y), width: String(WIDTH), height: String(HEIGHT / 2) }));
    this.#areas.A.setAttribute('clip-path', `url(#${above})`);
    this.#areas.B.setAttribute('clip-path', `url(#${below})`);
    const axis = svg('path', { class: 'flow-axis', d: `M0 ${HEIGHT / 2}H${WIDTH}` });
    this.#plot.replaceChildren(
      this.#names.A,
      svg(
        'svg',
        { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' },
        svg('defs', {}, half(above, 0), half(below, HEIGHT / 2)),
        this.#areas.A,
        this.#areas.B,
        axis,
        this.#marks,
        this.#line,
      ),
      this.#names.B,
    );
    this.replaceChildren(this.#heading, this.#plot, this.#sets, this.#told);
    super.connectedCallback();
  }

  build() {
    setText(this.#heading, t('flow.title'));
  }

  /** @param {{match: Match, entries: Entry[]}} data */
  update({ match, entries }) {
    const flow = flowOf(entries, followUndo(entries).struck, inSets(match));
    this.hidden = flow.steps < WORTH_FROM;
    if (this.hidden) return;
    const { line, area, ends } = geometry(flow);
    this.#line.setAttribute('d', line);
    for (const side of SIDES) {
      this.#areas[side].setAttribute('d', area);
      setText(this.#names[side], match.sides[side].name);
    }
    const marks = ends.slice(0, -1).map((end) => svg('path', { d: `M${end * WIDTH} 0V${HEIGHT}` }));
    this.#marks.replaceChildren(...marks);
    this.#showSets(match, flow, ends);
    const told = this.#inWords(match, flow);
    setText(this.#told, told);
    this.#plot.setAttribute('aria-label', `${t('flow.title')}. ${told}`);
  }

  /** Under the picture, each as wide as its part of it. @param {Match} match @param {Flow} flow @param {number[]} ends */
  #showSets(match, { stretches }, ends) {
    this.#sets.hidden = stretches.length < 2;
    const items = stretches.map(({ score }, index) => {
      const name = h('span', { class: 'flow-set-name' }, periodName(match, index + 1));
      const item = h('li', {}, name, ' ', h('strong', {}, `${score.A}–${score.B}`));
      item.style.flexGrow = String((ends[index] ?? 0) - (ends[index - 1] ?? 0));
      return item;
    });
    this.#sets.replaceChildren(...items);
  }

  /** @param {Match} match @param {Flow} flow */
  #inWords({ sides }, { most, changes }) {
    const leads = SIDES.filter((side) => most[side] > 0).map((side) => `${isolated(sides[side].name)} +${most[side]}`);
    const told = leads.length > 0 ? [t('flow.most', { leads: leads.join(', ') })] : [t('flow.level')];
    if (changes > 0) told.push(t('flow.changes', { n: changes }));
    return told.join(' · ');
  }
}

customElements.define('score-flow', ScoreFlow);
