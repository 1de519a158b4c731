/**
 * How the lead went through a match: one step for every score that still counts. The steps stand at equal distances, not
 * at their times, because a set of quick rallies would else be a wall, and an interval a desert.
 *
 * @typedef {import('./types.js').Entry} Entry
 * @typedef {import('./types.js').Tally} Tally
 * @typedef {import('./types.js').State} State
 *
 * @typedef {object} Stretch a set, or a period of a timed sport
 * @property {number[]} leads of A over B after each score, from the start of the set or, in a timed sport, of the match
 * @property {Tally} score of this stretch alone, as far as it went
 *
 * @typedef {object} Flow
 * @property {Stretch[]} stretches
 * @property {number} steps in all
 * @property {{A: number, B: number}} most the biggest lead of each side
 * @property {number} changes how often the lead went from one side to the other
 */

/** @param {State|undefined} state @returns {Tally[]} */
function periodsOf(state) {
  if (!state) return [];
  return state.periods && state.periods.length > 0 ? state.periods : [state.score];
}

/** @type {Tally} */
const NOTHING = { A: 0, B: 0 };

/**
 * What one event did to the tally of its stretch. A later undo takes away just this, whatever came between.
 *
 * @param {Tally[]} before
 * @param {Tally[]} after
 */
function stepOf(before, after) {
  const stretch = Math.max(after.length - 1, 0);
  const [was, is] = [before[stretch] ?? NOTHING, after[stretch] ?? NOTHING];
  return { stretch, A: is.A - was.A, B: is.B - was.B };
}

/** A result that was typed has no course, only ends. @param {State} state */
const endsOf = (state) =>
  periodsOf(state).map(({ A, B }, stretch, { length }) => ({ stretch, A, B, kicks: hasKicks(state, stretch, length) }));

/** A shoot-out is always the last stretch. @param {State} state @param {number} stretch @param {number} length */
const hasKicks = ({ phase }, stretch, length) => phase === 'shootout' && stretch + 1 === length;

/**
 * @param {Entry[]} entries in order
 * @param {ReadonlySet<Entry>} struck those that were undone
 */
function stepsOf(entries, struck) {
  /** @type {{stretch: number, A: number, B: number, kicks: boolean}[]} */
  let steps = [];
  /** @type {State|undefined} */
  let before;
  for (const entry of entries) {
    const { event, state } = entry;
    if (!state) continue;
    const counts = !struck.has(entry) && event.type !== 'undo' && event.type !== 'redo';
    if (counts && event.type === 'result') steps = endsOf(state);
    else if (counts) {
      const after = periodsOf(state);
      const kicks = hasKicks(state, after.length - 1, after.length);
      steps.push({ ...stepOf(periodsOf(before), after), kicks });
    }
    before = state;
  }
  return steps.filter(({ A, B }) => A !== 0 || B !== 0);
}

/**
 * @param {Entry[]} entries in order
 * @param {ReadonlySet<Entry>} struck
 * @param {boolean} inSets whether each stretch begins at nothing
 * @returns {Flow}
 */
export function flowOf(entries, struck, inSets) {
  /** @type {Stretch[]} */
  const stretches = [];
  const most = { A: 0, B: 0 };
  let [steps, lead, leader, changes] = [0, 0, 0, 0];
  for (const { stretch, A, B, kicks } of stepsOf(entries, struck)) {
    while (stretches.length <= stretch) {
      stretches.push({ leads: [], score: { A: 0, B: 0 } });
      if (inSets || kicks) [lead, leader] = [0, 0];
    }
    const now = stretches[stretch];
    if (!now) continue;
    now.score = { A: now.score.A + A, B: now.score.B + B };
    lead += A - B;
    now.leads.push(lead);
    steps += 1;
    // Kicks are no goals: they are drawn, and lead nobody.
    if (kicks) continue;
    most.A = Math.max(most.A, lead);
    most.B = Math.max(most.B, -lead);
    if (lead !== 0 && leader !== 0 && Math.sign(lead) !== leader) changes += 1;
    if (lead !== 0) leader = Math.sign(lead);
  }
  return { stretches, steps, most, changes };
}
