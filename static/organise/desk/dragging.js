/**
 * Dragging a match with a mouse by any part of it, with a finger by its handle. The drop takes the nearest place that is free, or else
 * asks for the time after the match above. It listens on the window, so that a list may be drawn again meanwhile.
 */
import { h } from '../../core/dom.js';

/** A press that moves less than this is a click. */
const BEGIN_PX = 6;
/** A place this near is meant. */
const NEAR_PX = 70;
/** So near to the edge of the window the page scrolls. */
const EDGE_PX = 60;
const SCROLL_PX = 12;

/**
 * @param {HTMLElement} board
 * @param {object} desk
 * @param {(id: string) => boolean} desk.mayMove
 * @param {(id: string) => void} desk.begin
 * @param {(courtID: string, target: {at: string}|{y: number}) => void} desk.drop
 * @param {() => void} desk.leave
 */
export function listenToDrags(board, { mayMove, begin, drop, leave }) {
  board.addEventListener('pointerdown', (down) => {
    const target = /** @type {Element} */ (down.target);
    const row = /** @type {HTMLElement|null} */ (target.closest('.desk-row'));
    const id = row?.dataset['match'];
    const onHandle = target.closest('.desk-move') !== null;
    const canBegin = onHandle || (down.pointerType === 'mouse' && !target.closest('button, input, a'));
    if (!row || !id || down.button !== 0 || !canBegin || !mayMove(id)) return;
    drag(row, id, down);
  });

  /** @param {HTMLElement} row @param {string} id @param {PointerEvent} down */
  function drag(row, id, down) {
    const ended = new AbortController();
    const { signal } = ended;
    /** @type {HTMLElement|null} */
    let ghost = null;
    /** @type {HTMLElement|null} */
    let aim = null;
    const lift = () => {
      ghost = h('div', { class: 'desk-ghost' }, row.querySelector('.desk-sides')?.cloneNode(true));
      document.body.append(ghost);
      document.documentElement.classList.add('desk-dragging');
      signal.addEventListener('abort', () => {
        ghost?.remove();
        aim?.classList.remove('aimed');
        document.documentElement.classList.remove('desk-dragging');
      });
      begin(id);
    };
    /** @param {PointerEvent} event */
    const move = (event) => {
      const { clientX: x, clientY: y } = event;
      if (!ghost && Math.hypot(x - down.clientX, y - down.clientY) < BEGIN_PX) return;
      event.preventDefault();
      if (!ghost) lift();
      ghost?.style.setProperty('transform', `translate(${x + 8}px, ${y + 8}px)`);
      if (y < EDGE_PX) scrollBy({ top: -SCROLL_PX, behavior: 'instant' });
      if (y > innerHeight - EDGE_PX) scrollBy({ top: SCROLL_PX, behavior: 'instant' });
      aim?.classList.remove('aimed');
      aim = placeNear(x, y);
      aim?.classList.add('aimed');
    };
    addEventListener('pointermove', move, { signal });
    addEventListener(
      'pointerup',
      ({ clientX: x, clientY: y }) => {
        ended.abort();
        if (!ghost) return;
        swallowClick();
        const courtID = courtAt(x, y)?.dataset['court'];
        const at = placeNear(x, y)?.dataset['at'];
        if (courtID) drop(courtID, at ? { at } : { y });
        else leave();
      },
      { signal },
    );
    const stop = () => {
      ended.abort();
      if (ghost) leave();
    };
    addEventListener('pointercancel', stop, { signal });
    addEventListener('keydown', ({ key }) => key === 'Escape' && stop(), { signal });
    // The text below the pointer is not meant.
    addEventListener('selectstart', (event) => event.preventDefault(), { signal });
  }
}

/** @param {number} x @param {number} y */
const courtAt = (x, y) => /** @type {HTMLElement|null} */ (document.elementFromPoint(x, y)?.closest('[data-court]') ?? null);

/** The nearest free place of the court below the pointer. @param {number} x @param {number} y @returns {HTMLElement|null} */
function placeNear(x, y) {
  /** @type {HTMLElement|null} */
  let nearest = null;
  let least = NEAR_PX;
  for (const place of courtAt(x, y)?.querySelectorAll('.desk-place') ?? []) {
    const { top, height } = place.getBoundingClientRect();
    const away = Math.abs(top + height / 2 - y);
    if (away >= least) continue;
    least = away;
    nearest = /** @type {HTMLElement} */ (place);
  }
  return nearest;
}

/** The click that a browser makes of a drop on its own start is none. */
function swallowClick() {
  const swallow = (/** @type {Event} */ event) => {
    event.preventDefault();
    event.stopPropagation();
  };
  addEventListener('click', swallow, { capture: true, once: true });
  setTimeout(() => removeEventListener('click', swallow, { capture: true }));
}
