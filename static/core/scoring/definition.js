/**
 * The rules of a sport as data: what the server says of them in JSON, with every default filled in, as far as the
 * scoring looks at it. Names, seconds of pauses and what else a page shows stay in the JSON that it came from.
 *
 * @typedef {{target: number, lead: number}} Goal
 *
 * @typedef {object} Ladder a sport of sets: points (or games) win a set, sets win the match
 * @property {'ladder'} engine
 * @property {MatchLevel} match
 * @property {SetLevel|null} set without it, points win the match
 * @property {GameLevel|null} game where points make games and games make the set, as in tennis
 * @property {Serve} serve
 * @property {LadderEnds} ends
 * @property {{at: number|null, deciderAt: number|null, atTotal: number|null, betweenSets: number}} interval
 * @property {Fouls} fouls
 * @property {Map<string, Card>} cards
 * @property {Timeouts} timeouts
 *
 * @typedef {{bestOf: number|null, target: number|null, lead: number|null, cap: number|null}} MatchLevel
 * @typedef {Goal & {cap: number|null, tieBreak: (Goal & {at: number})|null, decider: Decider|null}} SetLevel
 *
 * @typedef {object} Decider the last possible set; what is null is as in the others
 * @property {number|null} target
 * @property {number|null} lead
 * @property {number|null} cap
 * @property {boolean|null} tieBreak false: games go on until the lead is there
 * @property {number|null} tieBreakAt
 * @property {number|null} tieBreakTarget
 * @property {boolean} points this set is played in points and not in games (a match tie-break)
 *
 * @typedef {'advantage'|'golden_point'|'star_point'} Deuce
 * @typedef {Goal & {deuce: Deuce, calls: string[], advantage: string}} GameLevel
 *
 * @typedef {object} Serve
 * @property {'none'|'winner'|'loser'|'alternate'|'by_game'|'side_out'} order
 * @property {number} every `alternate`: after how many points the service changes
 * @property {number} deuceEvery `alternate`: the same from deuce on
 * @property {'winner'|'loser'|'alternate'|'toss'} nextSet
 * @property {boolean} deciderToss
 * @property {number} servers `side_out`: how many players of a side serve before the service goes over
 * @property {boolean} announce
 * @property {boolean} expedite `alternate`: the referee may let the service change with every point
 *
 * @typedef {object} LadderEnds when the sides change ends
 * @property {boolean} betweenSets
 * @property {number|null} deciderAt
 * @property {number|null} every
 * @property {number|null} deciderEvery
 * @property {boolean} oddGames
 * @property {number|null} tieBreakEvery
 *
 * @typedef {object} Periods a sport of time
 * @property {'periods'} engine
 * @property {PeriodLevel} period
 * @property {Extra|null} extra
 * @property {{attempts: number, winnerGets: number|'all', pause: number|null}|null} shootout
 * @property {number|null} target whoever has this many points wins at once; in extra time only where that has none
 * @property {number|null} softCap when time is up, play goes on until somebody has this many more than the leader
 * @property {boolean} bothScore both sides can score at once, as in a double hit
 * @property {{lead: number, fromPeriod: number}|null} mercy
 * @property {boolean} draws
 * @property {PeriodEnds} ends
 * @property {{value: number, after: number|null}[]} points
 * @property {Fouls} fouls
 * @property {Map<string, Card>} cards
 * @property {Timeouts} timeouts
 *
 * @typedef {'never'|'half'|'period'} PeriodEnds
 *
 * @typedef {object} PeriodLevel
 * @property {number} count
 * @property {number} minutes
 * @property {'up'|'down'} counts
 * @property {number[]} breaks seconds of the pause after the first, second… period; the last holds for all that follow
 * @property {number[]} endsAt
 * @property {number|null} softCap when time is up before such a period is over, play goes on until so many more
 *
 * @typedef {object} Extra
 * @property {number} count periods in a round of extra time
 * @property {number} minutes
 * @property {number|null} rounds null: until it is decided
 * @property {'full'|'sudden_death'} kind
 * @property {number|null} target
 * @property {boolean} priority
 * @property {number|null} lead level after the last round, play goes on until a side leads by this many
 * @property {{minutes: number, pause: number|null}|null} suddenDeath one more period, in which the first to score wins
 * @property {number[]} breaks seconds of the pause before the first, and after the first, second… of its periods
 * @property {PeriodEnds|null} ends where it differs from the regular periods
 *
 * @typedef {'match'|'half'|'period'|'set'} Per
 * @typedef {object} Fouls
 * @property {Per} per
 * @property {number|null} bonusFrom
 * @property {number|null} doubleBonusFrom
 * @property {number|null} outAfter
 * @typedef {object} Card
 * @property {number|null} seconds
 * @property {number|null} outAfter
 * @property {string[]} outWith cards of these names count with it
 * @property {number} fouls it is a foul of the player, too, and so many of the team
 * @property {number} award
 * @property {boolean} awardGame the other side wins the game that is played: where there are no games, the set
 * @property {boolean} inPlay what it awards is for cards during play
 * @property {boolean} disqualifies the match is over
 * @typedef {{per: Per, counts: number[], inHalf: number|null, extra: number|null}} Timeouts
 *
 * @typedef {Ladder|Periods} Rules
 */

/**
 * Reads the rules as the server gives them. What they are made of is copied, never kept or changed.
 *
 * @param {any} rules
 * @returns {Rules}
 */
export const readRules = (rules) => (rules.engine === 'ladder' ? readLadder(rules) : readPeriods(rules));

/** @param {any} rules @returns {Ladder} */
function readLadder({ match, set, game, serve, ends, interval, ...rest }) {
  return {
    engine: 'ladder',
    match: {
      bestOf: match?.best_of ?? null,
      target: match?.target ?? null,
      lead: match?.lead ?? null,
      cap: match?.cap ?? null,
    },
    set: set ? readSet(set) : null,
    game: game ? readGame(game) : null,
    serve: {
      order: serve?.order ?? 'none',
      every: serve?.every ?? 2,
      deuceEvery: serve?.deuce_every ?? 1,
      nextSet: serve?.next_set ?? 'winner',
      deciderToss: serve?.decider_toss ?? false,
      servers: serve?.servers ?? 1,
      announce: serve?.announce ?? false,
      expedite: serve?.expedite ?? false,
    },
    ends: {
      betweenSets: ends?.between_sets ?? false,
      deciderAt: ends?.decider_at ?? null,
      every: ends?.every ?? null,
      deciderEvery: ends?.decider_every ?? null,
      oddGames: ends?.odd_games ?? false,
      tieBreakEvery: ends?.tie_break_every ?? null,
    },
    interval: {
      at: interval?.at ?? null,
      deciderAt: interval?.decider_at ?? null,
      atTotal: interval?.at_total ?? null,
      betweenSets: interval?.between_sets ?? 0,
    },
    ...readConduct(rest),
  };
}

/** @param {any} set @returns {SetLevel} */
function readSet({ target, lead, cap, tie_break: tieBreak, decider }) {
  return {
    target,
    lead: lead ?? 1,
    cap: cap ?? null,
    tieBreak: tieBreak ? { at: tieBreak.at, target: tieBreak.target, lead: tieBreak.lead ?? 2 } : null,
    decider: decider
      ? {
          target: decider.target ?? null,
          lead: decider.lead ?? null,
          cap: decider.cap ?? null,
          tieBreak: decider.tie_break ?? null,
          tieBreakAt: decider.tie_break_at ?? null,
          tieBreakTarget: decider.tie_break_target ?? null,
          points: decider.points ?? false,
        }
      : null,
  };
}

/** @param {any} game @returns {GameLevel} */
function readGame({ target, lead, deuce, calls, advantage }) {
  return {
    target,
    lead: lead ?? 2,
    deuce: deuce ?? 'advantage',
    calls: [...(calls ?? [])],
    advantage: advantage ?? 'AD',
  };
}

/** @param {any} rules @returns {Periods} */
function readPeriods({ period, extra, shootout, mercy, points, ...rest }) {
  return {
    engine: 'periods',
    period: {
      count: period?.count ?? 0,
      minutes: period?.minutes ?? 0,
      counts: period?.counts ?? 'up',
      breaks: [...(period?.breaks ?? [])],
      endsAt: [...(period?.ends_at ?? [])],
      softCap: period?.soft_cap ?? null,
    },
    extra: extra
      ? {
          count: extra.count ?? 1,
          minutes: extra.minutes ?? 0,
          rounds: extra.rounds ?? null,
          kind: extra.kind ?? 'full',
          target: extra.target ?? null,
          priority: extra.priority ?? false,
          lead: extra.lead ?? null,
          suddenDeath: extra.sudden_death
            ? { minutes: extra.sudden_death.minutes ?? 0, pause: extra.sudden_death.break ?? null }
            : null,
          breaks: [...(extra.breaks ?? [])],
          ends: extra.ends ?? null,
        }
      : null,
    shootout: shootout
      ? { attempts: shootout.attempts, winnerGets: shootout.winner_gets ?? 0, pause: shootout.break ?? null }
      : null,
    target: rest.target ?? null,
    softCap: rest.soft_cap ?? null,
    bothScore: rest.both_score ?? false,
    mercy: mercy ? { lead: mercy.lead, fromPeriod: mercy.from_period ?? 1 } : null,
    draws: rest.draws ?? false,
    ends: rest.ends ?? 'never',
    points: (points ?? []).map((/** @type {any} */ point) => ({ value: point.value, after: point.after ?? null })),
    ...readConduct(rest),
  };
}

/** @param {any} rules @returns {{fouls: Fouls, cards: Map<string, Card>, timeouts: Timeouts}} */
function readConduct({ fouls, cards, timeouts }) {
  /** @type {Map<string, Card>} */
  const known = new Map();
  for (const [colour, card] of Object.entries(cards ?? {})) {
    known.set(colour, {
      seconds: card.seconds ?? null,
      outAfter: card.out_after ?? null,
      outWith: [...(card.out_with ?? [])],
      fouls: card.fouls ?? 0,
      award: card.award ?? 0,
      awardGame: card.award_game ?? false,
      inPlay: card.in_play ?? false,
      disqualifies: card.disqualifies ?? false,
    });
  }
  return {
    fouls: {
      per: fouls?.per ?? 'match',
      bonusFrom: fouls?.bonus_from ?? null,
      doubleBonusFrom: fouls?.double_bonus_from ?? null,
      outAfter: fouls?.out_after ?? null,
    },
    cards: known,
    timeouts: {
      per: timeouts?.per ?? 'match',
      counts: [...(timeouts?.counts ?? [])],
      inHalf: timeouts?.in_half ?? null,
      extra: timeouts?.extra ?? null,
    },
  };
}
