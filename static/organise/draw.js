/**
 * The draw: proposed by rank, by lot or by hand, looked at, put right by swapping, and made so.
 *
 * @typedef {import('./requests.js').DrawProposal} DrawProposal
 */
import './ready.js';
import { ApiError } from '../core/api.js';
import { elementId, h, setText } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { icon } from '../core/icons.js';
import { openDialog } from '../components/dialog.js';
import { Panel } from './panel.js';
import { acceptDraw, proposeDraw } from './requests.js';
import { SwapList } from './swap-list.js';
import { aboutTeam } from './teams.js';
import { violationWords } from './words.js';

const TREES = new Set(['knockout', 'double_elimination', 'placement', 'consolation']);

/** @param {HTMLElement} element @param {import('./requests.js').Violation[]} violations */
export function showViolations(element, violations) {
  element.hidden = violations.length === 0;
  element.replaceChildren(
    ...violations.map((violation) => h('li', {}, icon('broken'), h('span', {}, violationWords(violation)))),
  );
}

export class DrawPanel extends Panel {
  #lead = h('p', { class: 'panel-lead' });
  #apart = h('input', { type: 'checkbox', id: elementId() });
  #lots = h('input', { type: 'text', inputmode: 'numeric', autocomplete: 'off', id: elementId() });
  #about = h('p', { class: 'field-hint' });
  #violations = h('ul', { class: 'violations', hidden: true, 'aria-label': t('draw.violations') });
  #swaps = new SwapList((first, second) => this.#swap(first, second));
  #accept = this.button(t('draw.accept'), () => this.#makeSo(), 'primary');
  #proposed = h(
    'div',
    { hidden: true, class: 'proposed' },
    this.#about,
    h('div', { role: 'status' }, this.#violations),
    this.#swaps.element,
    h('div', { class: 'dialog-actions' }, this.#accept),
  );
  /** @type {DrawProposal|null} */
  #proposal = null;
  /** The answer to what becomes of absent teams, once somebody has given it. @type {'leave_out'|'keep'|undefined} */
  #absent;

  /** @param {import('./panel.js').DeskPart} desk */
  constructor(desk) {
    super(desk);
    this.#apart.checked = true;
    this.element.append(
      this.#lead,
      h('label', { class: 'switch' }, this.#apart, h('span', {}, t('draw.apart'))),
      h(
        'div',
        { class: 'field narrow' },
        h('label', { for: this.#lots.id }, t('draw.lotsNumber')),
        h('p', { class: 'field-hint' }, t('draw.lotsHint')),
        this.#lots,
      ),
      h(
        'div',
        { class: 'panel-actions' },
        this.button(t('draw.byRank'), () => this.#propose('ranks')),
        this.button(t('draw.byLot'), () => this.#propose('lots')),
        this.button(t('draw.byHand'), () => this.#byHand()),
      ),
      this.notes,
      this.#proposed,
    );
  }

  update() {
    const { format, teams } = this.desk.known();
    const lead =
      format.stages.length === 0
        ? t('draw.noFormat')
        : t(format.drawn ? 'draw.again' : 'draw.lead', { n: teams.length });
    setText(this.#lead, lead);
    const hasClubs = teams.some(({ club }) => club);
    /** @type {HTMLElement} */ (this.#apart.parentElement).hidden = !hasClubs;
  }

  /** @param {'ranks'|'lots'|'manual'} mode @param {(string|null)[]} [lines] */
  #propose(mode, lines) {
    return this.attempt(async () => {
      const lots = this.#lots.value.replace(/\D/g, '');
      const hasClubs = this.desk.known().teams.some(({ club }) => club);
      const how = {
        mode,
        ...(mode === 'lots' && lots ? { lots: Number(lots) } : {}),
        ...(lines ? { lines } : {}),
        ...(this.#apart.checked && hasClubs ? { keep_apart: /** @type {const} */ ('club') } : {}),
      };
      const proposal = await this.#withAbsent((absent) =>
        proposeDraw(this.desk.known().id, { ...how, ...(absent ? { absent } : {}) }),
      );
      if (proposal) this.#show(proposal);
      return null;
    });
  }

  /**
   * Asks what becomes of the absent teams where the server wants to know.
   *
   * @template R
   * @param {(absent?: 'leave_out'|'keep') => Promise<R>} send
   */
  async #withAbsent(send) {
    try {
      return await send(this.#absent);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'absent_teams') throw error;
      const absent = this.desk.known().teams.filter(({ presence }) => presence === 'absent');
      const chosen = await askAboutAbsent(absent.map(({ name }) => name));
      if (!chosen) return null;
      this.#absent = chosen;
      return send(chosen);
    }
  }

  /** Begins a draw by hand with the lines by rank: whoever wants others swaps them. */
  #byHand() {
    return this.#proposal ? this.#propose('manual', this.#proposal.lines) : this.#propose('ranks');
  }

  /** @param {DrawProposal} proposal */
  #show(proposal) {
    this.#proposal = proposal;
    this.#proposed.hidden = false;
    setText(
      this.#about,
      proposal.lots === null ? t(`drawWas.${proposal.mode}`) : t('draw.wasLotsOf', { n: String(proposal.lots) }),
    );
    showViolations(this.#violations, proposal.violations);
    this.#swaps.show(this.#groups(proposal));
  }

  /** The lines as they belong together: group by group, or the two that meet first. @param {DrawProposal} proposal */
  #groups({ lines, groups }) {
    const { teams, format } = this.desk.known();
    const placeOf = (/** @type {string|null} */ id) => {
      const team = teams.find((team) => team.id === id);
      return team ? { words: team.name, note: aboutTeam(team) } : { words: t('source.bye') };
    };
    if (groups.length > 0) {
      let from = 0;
      return groups.map(({ group, teams }) => {
        const places = lines.slice(from, (from += teams.length)).map(placeOf);
        return { title: groups.length > 1 ? t('table.group', { group }) : '', places };
      });
    }
    if (!TREES.has(format.stages[0]?.kind ?? '')) return [{ title: '', places: lines.map(placeOf) }];
    const pairs = Math.ceil(lines.length / 2);
    return Array.from({ length: pairs }, (_, at) => ({
      title: t('draw.match', { n: at + 1 }),
      places: lines.slice(2 * at, 2 * at + 2).map(placeOf),
    }));
  }

  /** @param {number} first @param {number} second */
  #swap(first, second) {
    if (!this.#proposal) return;
    const lines = [...this.#proposal.lines];
    [lines[first], lines[second]] = [lines[second] ?? null, lines[first] ?? null];
    this.#propose('manual', lines);
  }

  #makeSo() {
    const proposal = this.#proposal;
    if (!proposal) return;
    this.change(async () => {
      await acceptDraw(this.desk.known().id, proposal.token);
      this.#proposal = null;
      this.#proposed.hidden = true;
    }, t('draw.made'));
  }
}

/** @param {string[]} names @returns {Promise<'leave_out'|'keep'|null>} */
function askAboutAbsent(names) {
  return new Promise((resolve) => {
    const button = (/** @type {string} */ what, /** @type {string} */ words, /** @type {string} */ look) =>
      h('button', { type: 'button', class: `button ${look}`, onclick: () => dialog.close(what) }, words);
    const dialog = openDialog(
      t('draw.absentTitle'),
      h('p', { class: 'dialog-text' }, t('draw.absentText', { names: names.join(', ') })),
      h(
        'div',
        { class: 'dialog-actions' },
        button('keep', t('draw.absentKeep'), 'quiet'),
        button('leave_out', t('draw.absentOut'), 'primary'),
      ),
    );
    dialog.addEventListener('close', () =>
      resolve(dialog.returnValue === 'keep' || dialog.returnValue === 'leave_out' ? dialog.returnValue : null),
    );
  });
}
