/**
 * The draw by rounds, the list of all matches, and who has finished where.
 *
 * @typedef {import('../core/types.js').Fixture} Fixture
 * @typedef {import('../core/types.js').Tree} Tree
 * @typedef {import('../core/types.js').Match} Match
 * @typedef {import('../core/types.js').Ranked} Ranked
 */
import { h } from '../core/dom.js';
import { lanesOf, placeWords, roundWords } from '../core/fixtures.js';
import { currentLanguage, t } from '../core/i18n.js';
import { isolated } from '../core/isolate.js';
import { Part } from '../core/part.js';
import { hallZone } from '../core/programme.js';
import { fixtureLine } from './score.js';

/** Picks what a list shows of running matches. @param {Fixture[]} fixtures @param {Map<string, Match>} matches */
const liveKey = (fixtures, matches) =>
  fixtures.map(({ matchID }) => {
    const match = matches.get(matchID ?? '');
    return match && [match.state.status, match.state.score, match.state.reason, match.courtName, match.plannedAt, match.expectedAt];
  });

/** Draws only what has changed: a page may have 200 fixtures. @template T @extends {Part<T>} */
class Redrawn extends Part {
  #shown = '';
  #live = '';
  /** The data of before: that it is the same is known without looking into it. @type {unknown} */
  #seen = null;

  build() {
    this.#shown = '';
  }

  /** @param {unknown} what as it was read @param {unknown} live as the feed tells it @param {() => Node[]} make */
  redraw(what, live, make) {
    const liveNow = JSON.stringify([currentLanguage(), hallZone(), live]);
    if (what === this.#seen && liveNow === this.#live && this.#shown !== '') return;
    this.#seen = what;
    const now = JSON.stringify(what);
    if (now === this.#shown && liveNow === this.#live) return;
    this.#shown = now;
    this.#live = liveNow;
    const at = document.activeElement?.closest('[data-key]')?.getAttribute('data-key');
    const hadFocus = at && this.contains(document.activeElement);
    this.replaceChildren(...make());
    if (hadFocus) /** @type {HTMLElement|null} */ (this.querySelector(`[data-key="${CSS.escape(at)}"] a`))?.focus();
  }
}

/** @extends {Redrawn<{trees: Tree[], matches: Map<string, Match>}>} */
export class TournamentTree extends Redrawn {
  /** @param {{trees: Tree[], matches: Map<string, Match>}} data */
  update({ trees, matches }) {
    this.redraw(
      trees,
      trees.map(({ fixtures }) => liveKey(fixtures, matches)),
      () => trees.map((tree) => treePart(tree, trees.length > 1, matches)),
    );
  }
}

/** @param {Tree} tree @param {boolean} several @param {Map<string, Match>} matches */
function treePart({ key, kind, fixtures }, several, matches) {
  const lanes = lanesOf(fixtures);
  /** @type {['h3'|'h4', 'h4'|'h5']} */
  const [laneHead, roundHead] = several ? ['h4', 'h5'] : ['h3', 'h4'];
  const parts = lanes.map(({ words, rounds }) =>
    h(
      'section',
      { class: 'lane' },
      lanes.length > 1 && h(laneHead, { class: 'lane-name' }, isolated(words)),
      h(
        'div',
        {
          class: 'tree-rounds',
          tabindex: '0',
          role: 'group',
          'aria-label': lanes.length > 1 ? words : t('tournament.bracket'),
        },
        ...rounds.map((round) => roundPart(round, lanes.length > 1 ? roundHead : laneHead, matches)),
      ),
    ),
  );
  return h(
    'section',
    { class: 'tree', 'data-kind': kind },
    several && h('h3', { class: 'tree-name' }, isolated(key)),
    ...parts,
  );
}

/** @param {{words: string, fixtures: Fixture[]}} round @param {'h3'|'h4'|'h5'} head @param {Map<string, Match>} matches */
function roundPart({ words, fixtures }, head, matches) {
  const placeOf = (/** @type {Fixture} */ fixture) => (roundWords(fixture) === words ? '' : roundWords(fixture));
  const lines = fixtures.map((fixture) => fixtureLine(fixture, matches, placeOf(fixture)));
  return h(
    'section',
    { class: 'round' },
    h(head, { class: 'round-name' }, words),
    h('ol', { class: 'lines' }, ...lines),
  );
}

/** @extends {Redrawn<{fixtures: Fixture[], trees: Tree[], matches: Map<string, Match>}>} */
export class FixtureList extends Redrawn {
  /** @param {{fixtures: Fixture[], trees: Tree[], matches: Map<string, Match>}} data */
  update({ fixtures, trees, matches }) {
    this.redraw(fixtures, liveKey(fixtures, matches), () => {
      const inTree = new Set(trees.map(({ key }) => key));
      const played = fixtures.filter(({ stand }) => stand !== 'no_match' && stand !== 'not_needed');
      const placeOf = (/** @type {Fixture} */ fixture) =>
        inTree.has(fixture.stage) ? roundWords(fixture) : placeWords(fixture);
      return [
        h('ol', { class: 'lines many' }, ...played.map((fixture) => fixtureLine(fixture, matches, placeOf(fixture)))),
      ];
    });
  }
}

/** @extends {Redrawn<{ranking: Ranked[]}>} */
export class FinalRanking extends Redrawn {
  /** @param {{ranking: Ranked[]}} data */
  update({ ranking }) {
    this.redraw(ranking, null, () => [
      h(
        'ol',
        { class: 'ranking' },
        ...ranking.map(({ rank, name, club }) =>
          h(
            'li',
            { 'data-rank': rank },
            h(
              'strong',
              { class: 'ranking-rank' },
              h('span', { class: 'visually-hidden' }, `${t('table.rank')} `),
              String(rank),
            ),
            h('span', { class: 'ranking-name' }, isolated(name), club && h('small', {}, isolated(club))),
          ),
        ),
      ),
    ]);
  }
}

customElements.define('tournament-tree', TournamentTree);
customElements.define('fixture-list', FixtureList);
customElements.define('final-ranking', FinalRanking);
