/**
 * The order of play.
 *
 * @typedef {import('./types.js').Match} Match
 */

/** Who is asked to come plays before the others. @param {Match} match */
const rankOf = ({ call }) => (call === 'on_court' ? 2 : call === 'called' ? 1 : 0);

/** The order in which courts play: whoever is called first, then by time. @param {Match} a @param {Match} b */
export function inProgramme(a, b) {
  const called = rankOf(b) - rankOf(a);
  if (called !== 0) return called;
  const [one, other] = [a, b].map(({ plannedAt }) => plannedAt ?? '\uffff');
  return one === other ? a.order - b.order : (one ?? '') < (other ?? '') ? -1 : 1;
}
