/**
 * The plan of the day as a whole: which day, made, put right when it runs late, published, taken back.
 *
 * @typedef {import('./requests.js').Plan} Plan
 */
import { elementId, h, setText } from '../../core/dom.js';
import { t } from '../../core/i18n.js';

/** @typedef {'plan'|'late'|'publish'|'undo'|'settings'} Tool */

export class Tools {
  #day = h('input', { type: 'date' });
  #dayWords = h('span');
  #list = h('div', { class: 'desk-tools-list', id: elementId() });
  #toggle = h('button', { type: 'button', class: 'button small desk-tools-toggle', 'aria-controls': this.#list.id, 'aria-expanded': 'false' });
  #said = h('p', { class: 'desk-small', role: 'status' });
  /** @type {Record<Tool, HTMLButtonElement>} */
  #buttons;
  element = h('section', { class: 'desk-tools' }, this.#toggle, this.#list, this.#said);

  /**
   * @param {(tool: Tool) => unknown} use
   * @param {() => unknown} look the day was changed
   */
  constructor(use, look) {
    const button = (/** @type {Tool} */ tool) => h('button', { type: 'button', class: 'button small', onclick: () => use(tool) });
    this.#buttons = {
      plan: button('plan'),
      late: button('late'),
      publish: button('publish'),
      undo: button('undo'),
      settings: button('settings'),
    };
    this.#day.onchange = () => look();
    this.#toggle.onclick = () => this.#open(this.#toggle.getAttribute('aria-expanded') !== 'true');
    this.#list.append(h('label', { class: 'desk-day' }, this.#dayWords, ' ', this.#day), ...Object.values(this.#buttons));
  }

  /** The day that is shown; empty until one is known. */
  get day() {
    return this.#day.value;
  }

  /** Shows the tools on a phone, where they stand aside. @param {boolean} open */
  #open(open) {
    this.#toggle.setAttribute('aria-expanded', String(open));
    this.#list.toggleAttribute('data-open', open);
  }

  /** @param {Plan} plan @param {(at: string) => string} timeOf */
  update({ day, settings, matches, unplannedIDs, clockIsSet, endsAt }, timeOf) {
    const isFirst = !this.#day.value;
    if (document.activeElement !== this.#day) this.#day.value = day;
    if (isFirst && (matches.length === 0 || !settings.timeZone)) this.#open(true);
    const { plan, late, publish, undo, settings: set } = this.#buttons;
    const isDraft = matches.some(({ published }) => !published);
    const hasZone = settings.timeZone !== null;
    const hasTimes = settings.calling !== 'next_free_court';
    for (const button of [plan, late, publish]) button.hidden = !hasZone || !hasTimes;
    plan.classList.toggle('primary', matches.length === 0);
    publish.classList.toggle('primary', isDraft);
    set.classList.toggle('primary', !hasZone);
    setText(this.#dayWords, t('control.day'));
    setText(this.#toggle, t('desk.tools'));
    setText(plan, t('control.plan'));
    setText(late, t('control.late'));
    setText(publish, t('control.publish'));
    setText(undo, t('control.undo'));
    setText(set, t('control.settings'));
    const says = [
      !hasZone && t('control.zoneFirst'),
      !clockIsSet && t('control.clock'),
      endsAt && t('control.ends', { time: timeOf(endsAt) }),
      hasTimes && unplannedIDs.length > 0 && t('control.unplanned', { n: unplannedIDs.length }),
      isDraft && t('control.draft'),
    ];
    setText(this.#said, says.filter(Boolean).join(' · '));
  }
}
