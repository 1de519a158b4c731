/**
 * Which events still count, and what an event says in words.
 *
 * @typedef {import('./types.js').MatchEvent} MatchEvent
 * @typedef {import('./types.js').Match} Match
 */
import { lookUp, t } from './i18n.js';
import { isolated } from './isolate.js';
import { currentPeriodName, nameOf, pointOf, rulesOf } from './sport.js';

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

/** The points that each side scored last. @param {{event: MatchEvent}[]} counting @returns {Record<'A'|'B', number|null>} */
export function lastPoints(counting) {
  /** @type {Record<'A'|'B', number|null>} */
  const last = { A: null, B: null };
  for (const { event } of counting) if (event.type === 'point' && event.side) last[event.side] = event.value ?? 1;
  return last;
}

/**
 * @param {MatchEvent} event
 * @param {Match} match its rules give things their names; its state is the one right after the event, where it is known
 * @param {MatchEvent} [target] what an undo or redo is about
 * @returns {string}
 */
export function inWords(event, match, target) {
  const name = event.side ? (match.sides[event.side]?.name ?? t('event.someone')) : t('event.someone');
  const player = typeof event.player === 'string' && event.player ? ` (${isolated(event.player)})` : '';
  return wordsOf(event, match, name, target) + player;
}

/** @param {MatchEvent} event @param {Match} match @param {string} name @param {MatchEvent} [target] */
function wordsOf(event, match, name, target) {
  const { type, detail } = event;
  const rules = rulesOf(match);
  switch (type) {
    case 'point':
      return pointInWords(event, match, name);
    case 'foul': {
      if ((event.value ?? 1) < 0) return t('event.foulBack', { name });
      const what = nameOf(rules?.fouls.name);
      return what ? t('event.by', { what, name }) : t('event.foul', { name });
    }
    case 'card': {
      const colour = String(detail?.['colour'] ?? '');
      // The colour is the sender's own word, so it must not find what every object has.
      const known = Object.entries(rules?.cards ?? {}).find(([key]) => key === colour);
      if (known) return t('event.for', { what: nameOf(known[1].name), name });
      return lookUp(`event.card.${colour}`, { name }) ?? t('event.card', { name });
    }
    case 'timeout':
      return event.side ? t('event.timeout', { name }) : t('event.timeoutOfficial');
    case 'period_start':
    case 'period_end': {
      const { period } = match.state;
      return period ? t(`event.${type}Named`, { what: currentPeriodName(match) }) : t(`event.${type}`);
    }
    case 'clock':
      return lookUp(`event.clock.${detail?.['action']}`) ?? t('event.clock');
    case 'start': {
      const first = event.side ?? detail?.['first'];
      const side = first === 'A' || first === 'B' ? match.sides[first] : undefined;
      return side ? t('event.startBy', { name: side.name }) : t('event.start');
    }
    case 'note':
      if (detail?.['kind'] === 'injury') return t('event.injury', { name });
      return typeof detail?.['text'] === 'string' ? `${t('event.note')}: ${isolated(detail['text'])}` : t('event.note');
    case 'result':
      return resultInWords(detail?.['periods']);
    case 'retire':
      return t(detail?.['reason'] === 'disqualified' ? 'event.disqualified' : 'event.retire', { name });
    case 'serve':
      return t(detail?.['expedite'] === true ? 'event.expedite' : 'event.serve', { name });
    case 'undo':
    case 'redo':
      return t(`event.${type}`, { what: target ? inWords(target, withoutState(match)) : t('event.unknownTarget') });
    default:
      return lookUp(`event.${type}`, { name }) ?? t('event.other', { type: isolated(type) });
  }
}

/** @param {MatchEvent} event @param {Match} match @param {string} name */
function pointInWords(event, match, name) {
  const n = event.value ?? 1;
  const inShootout = event.detail?.['phase'] === 'shootout' || match.state.phase === 'shootout';
  if (n < 0) return t('event.pointBack', { n: -n, name });
  if (n === 0) return t('event.miss', { name });
  if (inShootout) return t('event.kick', { name });
  const what = nameOf(pointOf(rulesOf(match), event)?.name);
  return what ? t('event.for', { what, name }) : t('event.point', { n, name });
}

/** @param {unknown} periods as somebody sent them */
function resultInWords(periods) {
  const scores = (Array.isArray(periods) ? periods : []).map((period) => `${period?.A}–${period?.B}`);
  return [t('event.result'), scores.join(', ')].filter(Boolean).join(': ');
}

/**
 * An event of earlier says nothing of the period that is played now.
 * @param {Match} match
 * @returns {Match}
 */
export const withoutState = (match) => {
  const { phase, ...state } = match.state;
  return { ...match, state: { ...state, period: 0 } };
};
