/**
 * Which events still count, and what an event says in words.
 *
 * @typedef {import('./types.js').MatchEvent} MatchEvent
 * @typedef {import('./types.js').Match} Match
 */
import { lookUp, t } from './i18n.js';

/** The types that the rules know and an undo can take back; it passes over notes and messages of other kinds. */
const UNDOABLE = new Set(
  `start point foul card timeout period_start period_end serve ends clock substitution suspend resume walkover retire
  finish confirm result`.split(/\s+/),
);

/**
 * Follows undo and redo through a history.
 *
 * @template {{seq?: number, event: MatchEvent}} E
 * @param {Iterable<E>} entries in order
 * @returns {{struck: Set<E>, targets: Map<E, E>, counting: E[]}} `targets` maps an undo or redo to what it is about;
 *   the last of `counting` is what the next undo takes back
 */
export function followUndo(entries) {
  /** @type {Set<E>} */
  const struck = new Set();
  /** @type {Map<E, E>} */
  const targets = new Map();
  /** @type {E[]} */
  let counting = [];
  for (const entry of entries) {
    const { type, detail } = entry.event;
    if (type === 'undo' || type === 'redo') {
      const [from, to] = type === 'undo' ? [counting, struck] : [[...struck], null];
      const target = detail?.['seq'] == null ? from[from.length - 1] : from.find(({ seq }) => seq === detail['seq']);
      if (!target) continue;
      targets.set(entry, target);
      if (to) {
        struck.add(target);
        counting = counting.filter((other) => other !== target);
      } else {
        struck.delete(target);
        counting.push(target);
      }
    } else if (UNDOABLE.has(type)) {
      counting.push(entry);
    }
  }
  return { struck, targets, counting };
}

/**
 * @param {MatchEvent} event
 * @param {Match['sides']} sides
 * @param {MatchEvent} [target] what an undo or redo is about
 * @returns {string}
 */
export function inWords(event, sides, target) {
  const name = event.side ? (sides[event.side]?.name ?? t('event.someone')) : t('event.someone');
  const value = event.value ?? 1;
  if (event.type === 'point') {
    return value < 0 ? t('event.pointBack', { n: -value, name }) : t('event.point', { n: value, name });
  }
  if (event.type === 'undo' || event.type === 'redo') {
    const what = target ? inWords(target, sides) : t('event.unknownTarget');
    return t(`event.${event.type}`, { what });
  }
  const text = event.detail?.['text'];
  if (event.type === 'note' && typeof text === 'string') return `${t('event.note')}: ${text}`;
  const colour = event.type === 'card' ? lookUp(`event.card.${event.detail?.['colour']}`, { name }) : null;
  return colour ?? lookUp(`event.${event.type}`, { name }) ?? t('event.other', { type: event.type });
}
