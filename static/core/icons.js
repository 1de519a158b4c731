/** The few icons, drawn on a 24-unit square with strokes of the text's colour. */

/** @type {Record<string, string>} */
const PATHS = {
  close: 'M6 6l12 12M18 6L6 18',
  share: 'M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2h-2zM18 14h2v2M14 18v2h2M20 18v2h-2',
  list: 'M9 6h11M9 12h11M9 18h11M4.5 6h.01M4.5 12h.01M4.5 18h.01',
  back: 'M15 5l-7 7 7 7',
  plus: 'M12 5v14M5 12h14',
  undo: 'M9 14L4 9l5-5M4 9h10a6 6 0 010 12h-3',
  lock: 'M6 11h12v9H6zM8 11V8a4 4 0 018 0v3',
  exit: 'M10 4H5v16h5M15 8l4 4-4 4M9 12h10',
  live: 'M12 12m-5 0a5 5 0 1010 0 5 5 0 10-10 0z',
  clock: 'M12 12m-8 0a8 8 0 1016 0 8 8 0 10-16 0zM12 7v5l3 2',
  pause: 'M9 6v12M15 6v12',
  check: 'M5 13l4 4L19 7',
  broken: 'M12 4l9 16H3zM12 10v4M12 17v.5',
  wait: 'M12 4a8 8 0 108 8',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  follow: 'M12 4l2.4 5 5.6.7-4.1 3.8 1.1 5.5-5-2.8-5 2.8 1.1-5.5L4 9.7 9.6 9z',
  followed: 'M12 4l2.4 5 5.6.7-4.1 3.8 1.1 5.5-5-2.8-5 2.8 1.1-5.5L4 9.7 9.6 9z',
  winner: 'M8 5l8 7-8 7z',
  help: 'M12 12m-9 0a9 9 0 1018 0 9 9 0 10-18 0zM9.5 9.5a2.5 2.5 0 114 2c-1 .8-1.5 1.2-1.5 2.3M12 17v.01',
  swap: 'M7 4v15M3.5 8L7 4l3.5 4M17 20V5M13.5 16l3.5 4 3.5-4',
  move: 'M12 4v16M4 12h16M9 7l3-3 3 3M9 17l3 3 3-3M7 9l-3 3 3 3M17 9l3 3-3 3',
  up: 'M6 15l6-7 6 7',
  down: 'M6 9l6 7 6-7',
};

/**
 * @param {string} name
 * @returns {SVGSVGElement} hidden from screen readers: the words beside it say the same
 */
export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', `icon icon-${name}`);
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', PATHS[name] ?? '');
  svg.append(path);
  return svg;
}
