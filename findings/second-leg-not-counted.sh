#!/bin/bash
# tournament-organizer leaves the second leg out of Sonneborn-Berger: in a double round robin the first leg alone decides.
#
# Seen with tournament-organizer 4.1.1 from npm. Ada and Bo beat each other once, and Cleo twice each. Both have three wins in
# four matches against the same opponents, so both should have the same Sonneborn-Berger: three points of the other, won once.
# The library looks for one match against each opponent and takes the first. So whoever won the first leg gets the other's
# three points, the other gets none, and `getStandings` puts them in that order. The README describes the format
# `double-round-robin` and the tie-break without such a limit.
#
# So a table that is compared with one from this library differs as soon as there are two legs. Courtside counts each match
# (src/domain/tournament/swiss/tie_breaks.rs, src/domain/tournament/standings/).
#
# Needs node 20 with npm, and the npm registry. Fails if the behaviour changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf -- "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix "$folder" tournament-organizer@4.1.1

cat >table.mjs <<'NODE'
import Manager from 'tournament-organizer';

/** Plays a double round robin in which the winner of the first leg between Ada and Bo loses the second. */
function table(winnerOfFirst) {
  const cup = new Manager().createTournament('Cup', {
    scoring: { bestOf: 3, win: 1, draw: 0.5, loss: 0, bye: 0, tiebreaks: ['sonneborn berger'] },
    stageOne: { format: 'double-round-robin' },
  });
  for (const name of ['Ada', 'Bo', 'Cleo']) cup.createPlayer(name, name);
  cup.startTournament();
  let legs = 0;
  for (let round = 1; round <= 6; round += 1) {
    for (const next of cup.getMatches().filter((match) => match.isActive())) {
      const [one, other] = [next.getPlayer1().id, next.getPlayer2().id];
      let winner = one === 'Cleo' ? other : one;
      if (one !== 'Cleo' && other !== 'Cleo') {
        const loserOfFirst = winnerOfFirst === 'Ada' ? 'Bo' : 'Ada';
        winner = (legs += 1) === 1 ? winnerOfFirst : loserOfFirst;
      }
      cup.enterResult(next.getId(), winner === one ? 2 : 0, winner === one ? 0 : 2);
    }
    if (round < 6) cup.nextRound();
  }
  return cup
    .getStandings(false)
    .map(({ player, matchPoints, tiebreaks }) => `${player.getName()} ${matchPoints} (${tiebreaks.sonnebornBerger})`)
    .join(', ');
}

console.log(`Ada won the first leg: ${table('Ada')}`);
console.log(`Bo won the first leg: ${table('Bo')}`);
NODE
seen=$(node table.mjs)
echo "$seen"
[[ $seen == "Ada won the first leg: Ada 3 (3), Bo 3 (0), Cleo 0 (0)
Bo won the first leg: Bo 3 (3), Ada 3 (0), Cleo 0 (0)" ]] || {
    echo "the behaviour has changed" >&2
    exit 1
}
