//! Buchholz and its kin: tie-breaks that ask how strong the opponents were.
//!
//! The terms are those of FIDE's tie-break regulations (Handbook C.07). Scores are counted in half points, so that every number is exact.

/// A round of a player: a game, or a bye.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Game {
    /// The opponent's place in the list of players, from 0; `None` for a bye.
    pub opponent: Option<usize>,
    /// In half points: 2 for a win, 1 for a draw. A bye is worth a win.
    pub score: i64,
}

/// The tie-breaks of one player. Of each of them more is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TieBreaks {
    /// The sum of the opponents' scores, in half points.
    pub buchholz: i64,
    /// The same without the lowest of them, in half points.
    pub buchholz_cut1: i64,
    /// The sum of the opponents' `buchholz`, in half points. `None` for everybody as soon as somebody had a bye.
    pub fine_buchholz: Option<i64>,
    /// The sum of the opponents' scores, each times what was scored against them, in quarter points.
    pub sonneborn_berger: i64,
}

/// Returns the tie-breaks of each player, in the order of the list.
///
/// `games` holds the games of each player. A round in which a player neither played nor had a bye is not in it, and adds nothing.
/// `rounds` is how many rounds the tournament has had. A bye counts as a win against a dummy who has as many points as the player,
/// but no more than half of the rounds. An opponent that is not in the list has no points.
pub fn tie_breaks(games: &[Vec<Game>], rounds: usize) -> Vec<TieBreaks> {
    let score = |own: &Vec<Game>| sum(own.iter().map(|game| game.score));
    let scores: Vec<i64> = games.iter().map(score).collect();
    // Half of the rounds, in half points.
    let dummy_most = i64::try_from(rounds).unwrap_or(i64::MAX);
    let strengths = |(own, &score): (&Vec<Game>, &i64)| -> Vec<i64> {
        let strength = |game: &Game| match game.opponent {
            Some(opponent) => value_of(&scores, opponent),
            None => score.min(dummy_most),
        };
        own.iter().map(strength).collect()
    };
    let strengths: Vec<Vec<i64>> = games.iter().zip(&scores).map(strengths).collect();
    let buchholz: Vec<i64> = strengths
        .iter()
        .map(|own| sum(own.iter().copied()))
        .collect();
    let any_bye = games.iter().flatten().any(|game| game.opponent.is_none());

    let tie_breaks = |((own, strengths), &total): ((&Vec<Game>, &Vec<i64>), &i64)| {
        let lowest = strengths.iter().copied().min().unwrap_or(0);
        let opponents = own.iter().filter_map(|game| game.opponent);
        let scored = own.iter().zip(strengths);
        TieBreaks {
            buchholz: total,
            buchholz_cut1: total.saturating_sub(lowest),
            fine_buchholz: (!any_bye)
                .then(|| sum(opponents.map(|opponent| value_of(&buchholz, opponent)))),
            sonneborn_berger: sum(
                scored.map(|(game, &strength)| game.score.saturating_mul(strength))
            ),
        }
    };
    let players = games.iter().zip(&strengths).zip(&buchholz);
    players.map(tie_breaks).collect()
}

/// The sum, no further than the numbers reach: what nobody can score does no harm.
fn sum(numbers: impl Iterator<Item = i64>) -> i64 {
    numbers.fold(0, i64::saturating_add)
}

fn value_of(values: &[i64], player: usize) -> i64 {
    values.get(player).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// Histories and what `tiebreak-core` 1.2.0 makes of them: the file names its source.
    const VECTORS: &str = include_str!("../../../../tests/vectors/swiss.json");

    fn half_points(value: &Value) -> i64 {
        (value.as_f64().expect("a number") * 2.0) as i64
    }

    fn games_of(tournament: &Value) -> Vec<Vec<Game>> {
        let players = tournament["n"].as_u64().expect("a count") as usize;
        let mut games = vec![Vec::new(); players];
        let rounds = tournament["history"].as_array().expect("rounds");
        for game in rounds
            .iter()
            .flat_map(|round| round.as_array().expect("a round"))
        {
            let a = game[0].as_u64().expect("a player") as usize - 1;
            let b = game[1].as_u64().map(|b| b as usize - 1);
            let score = half_points(&game[2]);
            games[a].push(Game { opponent: b, score });
            if let Some(b) = b {
                games[b].push(Game {
                    opponent: Some(a),
                    score: 2 - score,
                });
            }
        }
        games
    }

    #[test]
    fn tie_breaks_are_those_of_another_program() {
        let vectors: Value = serde_json::from_str(VECTORS).expect("JSON");
        let tournaments = vectors["tournaments"].as_array().expect("a list");
        for tournament in tournaments {
            let rounds = tournament["history"].as_array().expect("rounds").len();
            let tie_breaks = tie_breaks(&games_of(tournament), rounds);
            for (player, own) in tie_breaks.iter().enumerate() {
                let n = &tournament["n"];
                let theirs = |word: &str| tournament[word][player].as_f64();
                let halves = |value: i64| Some(value as f64 / 2.0);
                assert_eq!(halves(own.buchholz), theirs("buchholz"), "{n}");
                assert_eq!(halves(own.buchholz_cut1), theirs("buchholz_cut1"), "{n}");
                assert_eq!(
                    own.fine_buchholz.and_then(halves),
                    theirs("fine_buchholz"),
                    "{n}"
                );
                let quarters = Some(own.sonneborn_berger as f64 / 4.0);
                assert_eq!(quarters, theirs("sonneborn_berger"), "{n}");
            }
        }
        assert_eq!(tournaments.len(), 13);
    }

    #[test]
    fn a_round_that_was_missed_adds_nothing() {
        let won = |opponent| Game {
            opponent: Some(opponent),
            score: 2,
        };
        let lost = |opponent| Game {
            opponent: Some(opponent),
            score: 0,
        };
        // The third player comes to the second round only.
        let games = [vec![won(1), won(2)], vec![lost(0)], vec![lost(0)]];
        let of_third = tie_breaks(&games, 2)[2];
        assert_eq!(
            of_third,
            TieBreaks {
                buchholz: 4,
                buchholz_cut1: 0,
                fine_buchholz: Some(0),
                sonneborn_berger: 0
            }
        );
    }

    #[test]
    fn nonsense_does_no_harm() {
        let game = Game {
            opponent: Some(usize::MAX),
            score: i64::MAX,
        };
        let own = tie_breaks(&[vec![game, game], Vec::new()], usize::MAX)[0];
        assert_eq!((own.buchholz, own.sonneborn_berger), (0, 0));
        assert_eq!(tie_breaks(&[], 0), Vec::new());
    }
}
