/**
 * Teams that stay level: put in order by hand, by lots, or by a play-off.
 *
 * @typedef {import('../core/types.js').Todo} Todo
 * @typedef {import('../core/types.js').Named} Named
 */
import './ready.js';
import { elementId, h } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { icon } from '../core/icons.js';
import { isolated } from '../core/isolate.js';

/**
 * @param {Todo} todo
 * @param {(decision: Record<string, unknown>) => unknown} decide
 */
export function levelCard({ stage, group, teams = [], playOffs = [] }, decide) {
  let order = [...teams];
  const list = h('ol', { class: 'level-order' });
  const where = { ...(stage ? { stage } : {}), ...(group ? { group } : {}) };
  const reason = h('input', { type: 'text', id: elementId(), maxlength: 200, autocomplete: 'off' });
  const show = () => list.replaceChildren(...order.map((team, at) => row(team, at)));
  /** @param {number} at @param {number} to */
  const move = (at, to) => {
    const moved = [...order];
    moved.splice(to, 0, ...moved.splice(at, 1));
    order = moved;
    show();
    // The key that was pressed moves with its team.
    const button = list.children[to]?.querySelectorAll('button')[to < at ? 0 : 1];
    /** @type {HTMLButtonElement|undefined} */ (button)?.focus();
  };
  /** @param {Named} team @param {number} at */
  const row = (team, at) => {
    const arrow = (/** @type {'up'|'down'} */ way, /** @type {number} */ to) =>
      h(
        'button',
        {
          type: 'button',
          class: 'icon-button',
          'aria-label': t(`level.${way}`, { name: team.name }),
          disabled: to < 0 || to >= order.length,
          onclick: () => move(at, to),
        },
        icon(way),
      );
    return h(
      'li',
      {},
      h('span', { class: 'row-name' }, isolated(team.name)),
      arrow('up', at - 1),
      arrow('down', at + 1),
    );
  };
  const ids = () => order.map(({ teamID }) => teamID);
  const button = (/** @type {string} */ words, /** @type {() => Record<string, unknown>} */ decision, look = '') =>
    h('button', { type: 'button', class: `button ${look}`, onclick: () => decide({ ...decision(), ...where }) }, words);
  show();
  return h(
    'section',
    { class: 'decision' },
    h('h3', {}, group ? t('level.titleGroup', { group }) : t('level.title')),
    h('p', { class: 'field-hint' }, t('level.text')),
    playOffs.length > 0 &&
      h('p', { class: 'field-hint' }, t('table.playOff', { n: playOffs.length, keys: playOffs.join(', ') })),
    list,
    h('div', { class: 'field' }, h('label', { for: reason.id }, t('decision.reason')), reason),
    h(
      'div',
      { class: 'panel-actions' },
      button(
        t('level.order'),
        () => ({
          kind: 'order',
          teams: ids(),
          by: 'decision',
          ...(reason.value.trim() ? { reason: reason.value.trim() } : {}),
        }),
        'primary',
      ),
      button(t('level.drawn'), () => ({ kind: 'order', teams: ids(), by: 'lots' })),
      button(t('level.lots'), () => ({ kind: 'lots', teams: ids() })),
      playOffs.length === 0 && button(t('level.playOff'), () => ({ kind: 'play_off', teams: ids() })),
    ),
  );
}
