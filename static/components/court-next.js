/** What happens on the court of a match now or next, so that nobody goes home too early. */
import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { matchPath, versus } from '../core/match.js';
import { Part } from '../core/part.js';

/** @typedef {import('../core/types.js').Match} Match */

const EVERY_MS = 30_000;

/** @extends {Part<Match>} */
export class CourtNext extends Part {
  #timer = 0;
  #asked = '';

  connectedCallback() {
    super.connectedCallback();
    this.#timer = setInterval(() => !document.hidden && this.#look(), EVERY_MS);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
    super.disconnectedCallback();
  }

  build() {
    this.#asked = '';
  }

  /** @param {Match} match */
  update({ courtID, state }) {
    const asked = `${courtID} ${state.status}`;
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.#look();
  }

  async #look() {
    const match = this.data;
    if (!match?.courtID) return (this.hidden = true);
    try {
      const { name, currentMatchID, nextMatchIDs } = await api.court(match.courtID);
      const wanted = [currentMatchID, ...nextMatchIDs].find((id) => id && id !== match.id);
      const other = wanted ? await api.match(wanted) : null;
      this.#show(name, other);
    } catch {
      // Without the server, what was said before stays.
    }
    return undefined;
  }

  /** @param {string} court @param {Match|null} other */
  #show(court, other) {
    this.hidden = !other;
    if (!other) return;
    const playing = other.state.status === 'live' || other.state.status === 'suspended';
    const link = h('a', { href: matchPath(other) }, versus(other));
    this.replaceChildren(h('p', {}, t(playing ? 'onCourt.now' : 'onCourt.next', { court }), ' ', link));
  }
}

customElements.define('court-next', CourtNext);
