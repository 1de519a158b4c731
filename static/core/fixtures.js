/**
 * Keys of fixtures as a reader understands them: `SF2` is the second semi-final.
 *
 * @typedef {import('./types.js').Fixture} Fixture
 */
import { lookUp, t } from './i18n.js';

/** Leaves out the stage, which stands before a key that two stages would share: `plate:QF1`. @param {string} key */
const bare = (key) => key.slice(key.indexOf(':') + 1);

/** The round of a tree in words. @param {Fixture} fixture */
export function roundWords({ key, round }) {
  const name = bare(key);
  const of = name.match(/^(R|W|L|P)(\d+)(?:-(\d+))?/);
  const [, kind, first = '', second = ''] = of ?? [];
  if (name === 'F') return t('round.final');
  if (name === '3RD') return t('round.third');
  if (name === 'GF' || name === 'GF2') return t('round.grandFinal');
  if (name.startsWith('SF')) return t('round.semi');
  if (name.startsWith('QF')) return t('round.quarter');
  if (kind === 'R') return t('round.of', { n: Number(first) });
  if (kind === 'W') return t('round.winners', { n: Number(first) });
  if (kind === 'L') return t(name === key ? 'round.losers' : 'round.other', { n: Number(first) });
  if (kind === 'P' && second) return t('round.places', { from: first, to: second });
  return t('round.other', { n: round });
}

/**
 * The parts of a draw that are read one after the other: its main tree, the losers' side, a consolation, the places below.
 * Trees beside the main one have their name before the key, as `west:SF1`.
 *
 * @param {Fixture} fixture
 */
function laneOf({ key }) {
  const name = bare(key);
  if (name !== key) return key.slice(0, -name.length - 1);
  if (/^P\d/.test(name)) return 'places';
  return /^L\d/.test(name) ? 'losers' : '';
}

/** Finds the column of a fixture: a match for third place stands with the final, as it is played then. @param {Fixture} fixture @param {string} lane */
function columnOf(fixture, lane) {
  if (lane === 'places' || /^(GF|W\d)/.test(bare(fixture.key))) return roundWords(fixture);
  return String(fixture.round);
}

/**
 * The fixtures of a tree as they are drawn: in lanes, each with its rounds in the order in which they come.
 *
 * @param {Fixture[]} fixtures
 * @returns {{words: string, rounds: {words: string, fixtures: Fixture[]}[]}[]}
 */
export function lanesOf(fixtures) {
  /** @type {Map<string, Map<string, Fixture[]>>} */
  const lanes = new Map();
  for (const fixture of fixtures) {
    const lane = laneOf(fixture);
    const rounds = lanes.get(lane) ?? new Map();
    lanes.set(lane, rounds);
    const column = columnOf(fixture, lane);
    rounds.set(column, [...(rounds.get(column) ?? []), fixture]);
  }
  return [...lanes].map(([lane, rounds]) => ({
    words: lookUp(`lane.${lane}`) ?? (lane || t('lane.main')),
    rounds: [...rounds.values()].map((fixtures) => {
      // The final gives its column the name, whatever is played beside it.
      const [named = fixtures[0]] = fixtures.filter(({ key }) => bare(key) !== '3RD');
      return {
        words: named ? roundWords(named) : '',
        fixtures: named ? [named, ...fixtures.filter((fixture) => fixture !== named)] : [],
      };
    }),
  }));
}

/**
 * Tells the place of a fixture that is in no tree: its group and its round.
 *
 * @param {Fixture} fixture
 */
export const placeWords = ({ group, round }) =>
  group ? t('round.group', { group, n: round }) : t('round.other', { n: round });

/**
 * Tells how a fixture stands, in a sign and words.
 *
 * @param {Fixture} fixture
 */
export function standOf({ stand, status, reason, contested, if_needed: ifNeeded }) {
  if (contested) return { sign: 'broken', words: t('fixture.contested') };
  if (stand === 'no_match') return { sign: '', words: t('fixture.noMatch') };
  if (stand === 'not_needed') return { sign: '', words: t('fixture.notNeeded') };
  if (status === 'live') return { sign: 'live', words: t('status.live') };
  if (status === 'suspended') return { sign: 'pause', words: t('status.suspended') };
  if (status === 'finished' || stand === 'decided') {
    const why = reason ? (lookUp(`reason.${reason}`) ?? reason) : '';
    const over = t('fixture.over');
    return { sign: 'check', words: why ? `${over}, ${why}` : over };
  }
  if (stand === 'awaited') return { sign: 'wait', words: t(ifNeeded ? 'fixture.ifNeeded' : 'fixture.awaited') };
  return { sign: 'clock', words: t('status.scheduled') };
}
