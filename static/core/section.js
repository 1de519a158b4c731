/** Says if a match is being played, is to come, or is over: how every list of matches is cut. */

/** @param {import('./types.js').Match} match @returns {'live'|'next'|'finished'} */
export function sectionOf({ state: { status } }) {
  if (status === 'scheduled') return 'next';
  return status === 'finished' ? 'finished' : 'live';
}
