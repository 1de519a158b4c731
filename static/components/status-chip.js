/** A match's status as sign and word. */
import { h } from '../core/dom.js';
import { icon } from '../core/icons.js';
import { statusOf } from '../core/match.js';

/** Replaces the chip's content only when its words change.
 * @param {HTMLElement} chip
 * @param {import('../core/types.js').Match} match
 * @param {import('../core/socket.js').Link} link
 */
export function showStatus(chip, match, link) {
  const status = statusOf(match, link);
  const same = chip.dataset['kind'] === status.kind && chip.textContent === status.words;
  chip.dataset['kind'] = status.kind;
  if (!same) chip.replaceChildren(icon(status.icon), h('span', {}, status.words));
}
