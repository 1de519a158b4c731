import { h } from '../core/dom.js';

/** The mark and the name, which lead home. */
export const brand = () =>
  h(
    'a',
    { class: 'brand', href: '/' },
    h('img', { src: '/static/icon.svg', alt: '', width: 28, height: 28 }),
    'Courtside',
  );
