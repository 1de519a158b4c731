/**
 * Finds a team, a sport, a court or a tournament among all matches, and lets this phone follow teams.
 *
 * @typedef {import('../core/types.js').Match} Match
 * @typedef {import('../core/listing.js').Filter} Filter
 */
import { elementId, h, setText } from '../core/dom.js';
import { currentLanguage, t } from '../core/i18n.js';
import { icon } from '../core/icons.js';
import { EVERYTHING, isNarrow, namesWith } from '../core/listing.js';
import { Part } from '../core/part.js';
import { sportName } from '../core/sport.js';

/**
 * @typedef {{matches: Match[], filter: Filter, followed: ReadonlySet<string>, found: number, sports: unknown}} Search
 * @typedef {'sport'|'courtID'|'tournamentID'} Choice
 */

/** A short list needs no search. */
const WORTH_FROM = 6;
const OFFERED = 8;
/** @type {Choice[]} */
const CHOICES = ['sport', 'courtID', 'tournamentID'];

/** @param {Choice} choice @param {Match} match @returns {string} */
function wordsOf(choice, match) {
  if (choice === 'sport') return sportName(match.sport);
  return (choice === 'courtID' ? match.courtName : match.tournamentName) ?? '';
}

/** @param {Choice} choice @param {Match[]} matches @returns {[string, string][]} ids with their names, by name */
function optionsOf(choice, matches) {
  /** @type {Map<string, string>} */
  const found = new Map();
  for (const match of matches) {
    const id = match[choice];
    if (id && !found.has(id)) found.set(id, wordsOf(choice, match));
  }
  return [...found].sort(([, a], [, b]) => a.localeCompare(b, currentLanguage(), { numeric: true }));
}

/** @extends {Part<Search>} */
export class MatchFilter extends Part {
  #text = h('input', { type: 'search', id: elementId(), autocomplete: 'off', enterkeyhint: 'search' });
  #label = h('label', { for: this.#text.id, class: 'visually-hidden' });
  #selects = { sport: h('select'), courtID: h('select'), tournamentID: h('select') };
  #clear = h('button', { type: 'button', class: 'button quiet small' });
  #names = h('div', { class: 'follow', role: 'group' });
  #said = h('p', { class: 'filter-said', role: 'status' });

  connectedCallback() {
    this.#text.oninput = () => this.#tell({ text: this.#text.value });
    for (const choice of CHOICES)
      this.#selects[choice].onchange = () => this.#tell({ [choice]: this.#selects[choice].value });
    this.#clear.onclick = () => {
      this.#text.value = '';
      this.#tell(EVERYTHING);
      this.#text.focus();
    };
    const selects = CHOICES.map((choice) => this.#selects[choice]);
    const form = h('form', { class: 'filter', role: 'search' }, this.#label, this.#text, ...selects, this.#clear);
    form.onsubmit = (event) => event.preventDefault();
    this.replaceChildren(form, this.#names, this.#said);
    super.connectedCallback();
  }

  build() {
    setText(this.#label, t('filter.text'));
    this.#text.placeholder = t('filter.text');
    this.#selects.sport.setAttribute('aria-label', t('tournament.sport'));
    this.#selects.courtID.setAttribute('aria-label', t('matchForm.court'));
    this.#selects.tournamentID.setAttribute('aria-label', t('matchForm.tournament'));
    setText(this.#clear, t('filter.clear'));
    this.#names.setAttribute('aria-label', t('filter.follow'));
    for (const choice of CHOICES) this.#selects[choice].replaceChildren();
  }

  /** @param {Search} search */
  update({ matches, filter, followed, found }) {
    this.hidden = matches.length < WORTH_FROM && !isNarrow(filter) && followed.size === 0;
    if (document.activeElement !== this.#text) this.#text.value = filter.text;
    for (const choice of CHOICES) this.#offer(choice, matches, filter[choice]);
    this.#clear.hidden = !isNarrow(filter);
    this.#offerNames(matches, filter.text, followed);
    setText(this.#said, isNarrow(filter) ? t(found > 0 ? 'filter.found' : 'filter.none', { n: found }) : '');
  }

  /** @param {Choice} choice @param {Match[]} matches @param {string} chosen */
  #offer(choice, matches, chosen) {
    const select = this.#selects[choice];
    const options = optionsOf(choice, matches);
    // Most matches of a hall may wait for their court, but every match has a sport.
    select.hidden = options.length < (choice === 'courtID' ? 1 : 2) && chosen === '';
    const known = [...select.options].slice(1).map(({ value, text }) => value + text);
    if (select.options.length === 0 || known.join() !== options.map(([id, name]) => id + name).join())
      select.replaceChildren(
        h('option', { value: '' }, t(`filter.${choice}`)),
        ...options.map(([value, name]) => h('option', { value }, name)),
      );
    select.value = chosen;
  }

  /** @param {Match[]} matches @param {string} text @param {ReadonlySet<string>} followed */
  #offerNames(matches, text, followed) {
    const typed = text.trim().length > 1 ? namesWith(matches, text, OFFERED) : [];
    const names = [...new Set([...followed, ...typed])];
    const state = names.map((name) => `${name}${followed.has(name)}`).join('\n') + currentLanguage();
    if (this.#names.dataset['state'] === state) return;
    this.#names.dataset['state'] = state;
    this.#names.hidden = names.length === 0;
    const focused = document.activeElement?.getAttribute('data-name');
    this.#names.replaceChildren(...names.map((name) => this.#nameButton(name, followed.has(name))));
    for (const button of this.#names.children)
      if (focused && button instanceof HTMLElement && button.dataset['name'] === focused) button.focus();
  }

  /** @param {string} name @param {boolean} pressed */
  #nameButton(name, pressed) {
    const onclick = () => this.dispatchEvent(new CustomEvent('follow', { detail: name }));
    const label = t('filter.followName', { name });
    return h(
      'button',
      { type: 'button', class: 'follow-name', 'aria-pressed': String(pressed), 'aria-label': label, 'data-name': name, onclick },
      icon(pressed ? 'followed' : 'follow'),
      h('span', {}, name),
    );
  }

  /** @param {Partial<Filter>} change */
  #tell(change) {
    this.dispatchEvent(new CustomEvent('filter', { detail: { ...(this.data?.filter ?? EVERYTHING), ...change } }));
  }
}

customElements.define('match-filter', MatchFilter);
