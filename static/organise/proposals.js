/**
 * Formats that suit a number of teams, and a format in words.
 *
 * @typedef {import('../core/types.js').Stage} Stage
 */
import './ready.js';
import { lookUp, t } from '../core/i18n.js';

/** The most teams of a round robin: more take a whole weekend. */
const ROUND_ROBIN_MOST = 8;
const GROUP_LEAST = 3;
const GROUP_MOST = 5;
const GROUPS_MOST = 16;
const SHOWN_GROUPS = 3;

/** @param {number} n */
const isPower = (n) => n > 0 && (n & (n - 1)) === 0;
/** @param {number} n @returns {number} the next power of two */
const powerFrom = (n) => 2 ** Math.ceil(Math.log2(n));

/** @param {number} groups @returns {Stage[]} with the best thirds where the knockout would have byes */
function groupsThenKnockout(groups) {
  const through = groups * 2;
  const missing = isPower(through) ? 0 : powerFrom(through) - through;
  const best = missing > 0 && missing <= groups ? { best: { rank: 3, count: missing } } : {};
  return [
    { key: 'g', kind: 'groups', groups, legs: 1 },
    { key: 'ko', kind: 'knockout', from: { stage: 'g', ranks: 2, ...best }, third_place: true },
  ];
}

/** Sorts numbers of groups: groups of four are the most even day, and those that end without byes come first. @param {number} teams */
function groupCounts(teams) {
  const counts = Array.from({ length: GROUPS_MOST - 1 }, (_, at) => at + 2);
  const fitting = counts.filter(
    (groups) => Math.floor(teams / groups) >= GROUP_LEAST && Math.ceil(teams / groups) <= GROUP_MOST,
  );
  const cost = (/** @type {number} */ groups) =>
    Math.abs(teams / groups - 4) + (isPower(groups) ? 0 : 0.6) + (teams % groups === 0 ? 0 : 0.3);
  return fitting.sort((a, b) => cost(a) - cost(b)).slice(0, SHOWN_GROUPS);
}

/** @param {number} teams @returns {Stage[][]} the most sensible first */
export function proposalsFor(teams) {
  /** @type {Stage[][]} */
  const proposals = [];
  if (teams < 2) return proposals;
  if (teams <= ROUND_ROBIN_MOST) proposals.push([{ key: 'rr', kind: 'round_robin', legs: 1 }]);
  if (teams <= 4) proposals.push([{ key: 'rr', kind: 'round_robin', legs: 2 }]);
  for (const groups of groupCounts(teams)) proposals.push(groupsThenKnockout(groups));
  if (teams >= 3) proposals.push([{ key: 'ko', kind: 'knockout', third_place: teams >= 4 }]);
  if (teams >= 4) proposals.push([{ key: 'ko', kind: 'double_elimination', reset: true }]);
  if (teams >= 8)
    proposals.push([{ key: 's', kind: 'swiss', rounds: Math.min(teams - 1, Math.ceil(Math.log2(teams)) + 1) }]);
  return proposals;
}

/** @param {number} teams @param {number} groups "4 groups of 4", "3 groups of 4 or 5" */
function groupWords(teams, groups) {
  const [least, most] = [Math.floor(teams / groups), Math.ceil(teams / groups)];
  if (teams < groups) return t('format.groups', { n: groups });
  return least === most
    ? t('format.groupsOf', { n: groups, size: least })
    : t('format.groupsFrom', { n: groups, least, most });
}

/** @param {Stage} stage @param {number} teams */
function stageWords(stage, teams) {
  const { kind, legs = 1, groups = 1, third_place: third, from, rounds } = stage;
  const words = {
    round_robin: () => t(legs > 1 ? 'format.roundRobinTwice' : 'format.roundRobin'),
    groups: () => groupWords(teams, groups) + (legs > 1 ? `, ${t('format.legs', { n: legs })}` : ''),
    knockout: () => t(third ? 'format.knockoutThird' : 'format.knockout'),
    double_elimination: () => t('format.doubleElimination'),
    swiss: () => (rounds ? t('format.swissRounds', { n: rounds }) : t('format.swiss')),
    placement: () => t('format.placement'),
    consolation: () => t('format.consolation'),
    free: () => t('format.free'),
  };
  const told = words[kind]?.() ?? lookUp(`kind.${kind}`) ?? kind;
  if (!from || Array.isArray(from)) return told;
  const ranks = Array.isArray(from.ranks) ? from.ranks.join(', ') : from.ranks;
  const best = from.best?.count ? `, ${t('format.best', { n: from.best.count, rank: from.best.rank })}` : '';
  return `${told} (${t('format.from', { ranks })}${best})`;
}

/** @param {Stage[]} stages @param {number} teams "4 groups of 4, then a knockout…" */
export const formatWords = (stages, teams) => stages.map((stage) => stageWords(stage, teams)).join(t('format.then'));
