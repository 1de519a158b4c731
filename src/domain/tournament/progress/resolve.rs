//! Fixtures played forward: who is on which side, as far as the results go.
//!
//! Over 400 lines by its tests.

use std::collections::{BTreeMap, VecDeque};

use super::super::fixture::{Fixture, Key, Source};
use crate::domain::matches::Side;

/// The end of a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// `None`: it ended level.
    pub winner: Option<Side>,
    /// It was decided without play. It counts as a defeat, and as no match that anybody played.
    pub walkover: bool,
}

impl Verdict {
    /// A match that was played.
    pub fn won_by(winner: Side) -> Verdict {
        Verdict {
            winner: Some(winner),
            walkover: false,
        }
    }
}

/// Somebody who reached a fixture, with the way behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    /// The entrant's rank in the draw, from 1.
    pub entrant: u16,
    /// Matches played on the way here. A bye and a walkover are none.
    pub played: u16,
    /// Matches lost on the way here, walkovers too.
    pub lost: u16,
}

/// A side of a fixture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occupant {
    Unknown,
    /// A bye.
    Nobody,
    Somebody(Arrival),
}

impl Occupant {
    /// Another entrant in the place of this one, with the way behind that leads here.
    fn taken_by(self, entrant: u16) -> Occupant {
        let way = match self {
            Occupant::Somebody(arrival) => (arrival.played, arrival.lost),
            Occupant::Unknown | Occupant::Nobody => (0, 0),
        };
        Occupant::Somebody(Arrival {
            entrant,
            played: way.0,
            lost: way.1,
        })
    }

    pub fn entrant(self) -> Option<u16> {
        match self {
            Occupant::Somebody(arrival) => Some(arrival.entrant),
            Occupant::Unknown | Occupant::Nobody => None,
        }
    }
}

/// The progress of a fixture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    /// A side is not known yet.
    Awaited,
    /// It is no match: a side is a bye. Its winner is the other side, its loser a bye.
    NoMatch,
    /// It would be played only if needed, and is not. Its winner is side A.
    NotNeeded,
    /// Both sides are known, and it has no result.
    Ready,
    /// It is over. Nobody goes on from one that ended level.
    Decided(Verdict),
}

/// A fixture with what is known of its sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownFixture {
    pub a: Occupant,
    pub b: Occupant,
    pub stand: Stand,
    /// The sides by the results, where the match was begun by others.
    pub due: Option<[Occupant; 2]>,
}

impl KnownFixture {
    const UNKNOWN: KnownFixture = KnownFixture {
        a: Occupant::Unknown,
        b: Occupant::Unknown,
        stand: Stand::Awaited,
        due: None,
    };

    fn new(
        fixture: &Fixture,
        a: Occupant,
        b: Occupant,
        due: Option<[Occupant; 2]>,
        begun: bool,
        verdict: &impl Fn(&Key, u16, u16) -> Option<Verdict>,
    ) -> KnownFixture {
        let stand = match (a, b) {
            (Occupant::Nobody, _) | (_, Occupant::Nobody) => Stand::NoMatch,
            (Occupant::Unknown, _) | (_, Occupant::Unknown) => Stand::Awaited,
            (Occupant::Somebody(a), Occupant::Somebody(b)) => {
                // One that was played although it was not needed has its result.
                if fixture.if_needed && !begun && a.lost.max(b.lost) > 1 {
                    Stand::NotNeeded
                } else {
                    verdict(&fixture.key, a.entrant, b.entrant).map_or(Stand::Ready, Stand::Decided)
                }
            }
        };
        KnownFixture { a, b, stand, due }
    }

    /// The winner, with this match behind.
    pub fn winner(&self) -> Occupant {
        match self.stand {
            Stand::Awaited | Stand::Ready => Occupant::Unknown,
            Stand::NoMatch => match (self.a, self.b) {
                (Occupant::Nobody, other) | (other, _) => other,
            },
            Stand::NotNeeded => self.a,
            Stand::Decided(verdict) => self.after(verdict.winner, verdict, 0),
        }
    }

    /// The loser, with this match behind.
    pub fn loser(&self) -> Occupant {
        match self.stand {
            Stand::Awaited | Stand::Ready => Occupant::Unknown,
            Stand::NoMatch => Occupant::Nobody,
            Stand::NotNeeded => self.b,
            Stand::Decided(verdict) => self.after(verdict.winner.map(Side::other), verdict, 1),
        }
    }

    /// The loser if this was the first match it played, else nobody.
    fn loser_of_first_match(&self) -> Occupant {
        match self.loser() {
            Occupant::Somebody(loser) if loser.played != 1 => Occupant::Nobody,
            loser => loser,
        }
    }

    /// A side with this match behind; nobody is known to go on from one that ended level.
    fn after(&self, side: Option<Side>, verdict: Verdict, lost: u16) -> Occupant {
        match side {
            Some(Side::A) => after(self.a, verdict, lost),
            Some(Side::B) => after(self.b, verdict, lost),
            None => Occupant::Unknown,
        }
    }
}

fn after(side: Occupant, verdict: Verdict, lost: u16) -> Occupant {
    match side {
        Occupant::Somebody(arrival) => Occupant::Somebody(Arrival {
            entrant: arrival.entrant,
            played: arrival.played.saturating_add(u16::from(!verdict.walkover)),
            lost: arrival.lost.saturating_add(lost),
        }),
        unknown_or_nobody => unknown_or_nobody,
    }
}

/// Plays fixtures forward: who is on which side, by the results so far. The answer is in the order of `fixtures`, which may
/// be any order.
///
/// `placed` answers who took a place of a group, or was nth best of a rank; `seated` who plays a match that has begun, whatever
/// the results say by now; `verdict` how the match of two entrants ended, `a` first. `None` is not known yet. A source that names no fixture stays unknown, and so do fixtures that wait for each other in a circle.
pub fn resolve(
    fixtures: &[Fixture],
    placed: impl Fn(&Source) -> Option<u16>,
    seated: impl Fn(&Key) -> Option<[u16; 2]>,
    verdict: impl Fn(&Key, u16, u16) -> Option<Verdict>,
) -> Vec<KnownFixture> {
    let positions: BTreeMap<&Key, usize> = fixtures
        .iter()
        .enumerate()
        .map(|(position, fixture)| (&fixture.key, position))
        .collect();
    let feeder = |source: &Source| source.fixture().and_then(|key| positions.get(key)).copied();
    let mut awaited = vec![0_usize; fixtures.len()];
    let mut fed: Vec<Vec<usize>> = vec![Vec::new(); fixtures.len()];
    for (position, fixture) in fixtures.iter().enumerate() {
        for from in [&fixture.a, &fixture.b].into_iter().filter_map(feeder) {
            awaited[position] += 1;
            fed[from].push(position);
        }
    }

    let mut pairings = vec![KnownFixture::UNKNOWN; fixtures.len()];
    let mut next: VecDeque<usize> = (0..fixtures.len()).filter(|&at| awaited[at] == 0).collect();
    while let Some(at) = next.pop_front() {
        let fixture = &fixtures[at];
        let occupant = |source: &Source| match source {
            Source::Entrant(entrant) => newcomer(Some(*entrant)),
            Source::Bye(_) => Occupant::Nobody,
            Source::Group { .. } | Source::Best { .. } => newcomer(placed(source)),
            Source::Winner { .. } => {
                feeder(source).map_or(Occupant::Unknown, |from| pairings[from].winner())
            }
            Source::Loser { .. } => {
                feeder(source).map_or(Occupant::Unknown, |from| pairings[from].loser())
            }
            Source::LoserOfFirstMatch { .. } => feeder(source).map_or(Occupant::Unknown, |from| {
                pairings[from].loser_of_first_match()
            }),
        };
        let due = [occupant(&fixture.a), occupant(&fixture.b)];
        let begun = seated(&fixture.key);
        let taken = begun.filter(|seated| {
            let known = due.map(Occupant::entrant);
            known != seated.map(Some)
        });
        pairings[at] = match taken {
            None => KnownFixture::new(fixture, due[0], due[1], None, begun.is_some(), &verdict),
            Some([a, b]) => {
                let (a, b) = (due[0].taken_by(a), due[1].taken_by(b));
                KnownFixture::new(fixture, a, b, Some(due), true, &verdict)
            }
        };
        for &to in &fed[at] {
            awaited[to] -= 1;
            if awaited[to] == 0 {
                next.push_back(to);
            }
        }
    }
    pairings
}

fn newcomer(entrant: Option<u16>) -> Occupant {
    entrant.map_or(Occupant::Unknown, |entrant| {
        Occupant::Somebody(Arrival {
            entrant,
            played: 0,
            lost: 0,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::tournament::FirstMatchWord;

    fn fixture(key: &str, a: Source, b: Source) -> Fixture {
        Fixture {
            key: Key::new(key),
            round: 1,
            group: None,
            a,
            b,
            if_needed: false,
        }
    }

    fn winner(key: &str) -> Source {
        Source::Winner {
            winner: Key::new(key),
        }
    }

    fn loser(key: &str) -> Source {
        Source::Loser {
            loser: Key::new(key),
        }
    }

    fn loser_of_first_match(key: &str) -> Source {
        Source::LoserOfFirstMatch {
            loser: Key::new(key),
            condition: FirstMatchWord::FirstMatch,
        }
    }

    /// Plays with the winners that a text names: `"SF1 A, F B, 3RD walkover A"`.
    fn play(fixtures: &[Fixture], results: &str) -> Vec<KnownFixture> {
        let verdict = |key: &Key, _, _| {
            results.split(", ").find_map(|result| {
                let rest = result.strip_prefix(key.as_str())?.strip_prefix(' ')?;
                let (walkover, side) = rest
                    .strip_prefix("walkover ")
                    .map_or((false, rest), |side| (true, side));
                let winner = if side == "A" { Side::A } else { Side::B };
                Some(Verdict {
                    winner: Some(winner),
                    walkover,
                })
            })
        };
        resolve(fixtures, |_| None, |_| None, verdict)
    }

    fn entrants(pairing: &KnownFixture) -> (Option<u16>, Option<u16>) {
        (pairing.a.entrant(), pairing.b.entrant())
    }

    #[test]
    fn a_bye_is_no_match_and_its_loser_is_a_bye_further_on() {
        let fixtures = [
            fixture("SF1", Source::Entrant(1), Source::BYE),
            fixture("SF2", Source::Entrant(3), Source::Entrant(2)),
            fixture("3RD", loser("SF1"), loser("SF2")),
            fixture("F", winner("SF1"), winner("SF2")),
        ];
        let pairings = play(&fixtures, "SF2 B, F A");
        assert_eq!(pairings[0].stand, Stand::NoMatch);
        assert_eq!(pairings[2].stand, Stand::NoMatch);
        assert_eq!(pairings[2].winner().entrant(), Some(3));
        assert_eq!(entrants(&pairings[3]), (Some(1), Some(2)));
        assert_eq!(pairings[3].winner().entrant(), Some(1));
        let played = |occupant| match occupant {
            Occupant::Somebody(Arrival { played, lost, .. }) => (played, lost),
            Occupant::Unknown | Occupant::Nobody => (0, 0),
        };
        assert_eq!(played(pairings[3].winner()), (1, 0));
        assert_eq!(played(pairings[3].loser()), (2, 1));
    }

    #[test]
    fn what_is_not_played_stays_unknown() {
        let fixtures = [
            fixture("F", winner("SF1"), winner("SF2")),
            fixture("SF1", Source::Entrant(1), Source::Entrant(4)),
            fixture("SF2", Source::Entrant(3), Source::Entrant(2)),
            fixture("elsewhere", winner("nowhere"), Source::Entrant(5)),
        ];
        let pairings = play(&fixtures, "SF1 A, F A");
        assert_eq!(entrants(&pairings[0]), (Some(1), None));
        assert_eq!(pairings[0].stand, Stand::Awaited);
        assert_eq!(pairings[2].stand, Stand::Ready);
        assert_eq!(pairings[3].stand, Stand::Awaited);
        assert_eq!(pairings[3].winner(), Occupant::Unknown);
    }

    #[test]
    fn fixtures_that_wait_for_each_other_stay_unknown() {
        let fixtures = [
            fixture("F", winner("SF"), Source::Entrant(1)),
            fixture("SF", winner("F"), winner("SF")),
        ];
        for pairing in play(&fixtures, "F A, SF A") {
            assert_eq!(pairing, KnownFixture::UNKNOWN);
        }
    }

    #[test]
    fn a_place_of_a_group_is_who_took_it() {
        let first = Source::Group {
            group: "A".to_owned(),
            rank: 1,
        };
        let best = Source::Best {
            best: 3,
            nth: 1,
            stage: None,
        };
        let fixtures = [fixture("F", first, best)];
        let placed = |source: &Source| match source {
            Source::Group { .. } => Some(7),
            _ => None,
        };
        let pairings = resolve(&fixtures, placed, |_| None, |_, _, _| None);
        assert_eq!(entrants(&pairings[0]), (Some(7), None));
    }

    #[test]
    fn a_match_if_needed_is_played_when_neither_has_lost_twice() {
        let mut again = fixture("GF2", winner("GF"), loser("GF"));
        again.if_needed = true;
        let fixtures = [
            fixture("W", Source::Entrant(1), Source::Entrant(2)),
            fixture("L", loser("W"), Source::Entrant(3)),
            fixture("GF", winner("W"), winner("L")),
            again,
        ];
        let decided = play(&fixtures, "W A, L A, GF A");
        assert_eq!(decided[3].stand, Stand::NotNeeded);
        assert_eq!(decided[3].winner().entrant(), Some(1));
        let level = play(&fixtures, "W A, L A, GF B");
        assert_eq!(level[3].stand, Stand::Ready);
        assert_eq!(entrants(&level[3]), (Some(2), Some(1)));
    }

    #[test]
    fn only_who_lost_the_first_match_played_takes_a_place_for_those() {
        let fixtures = [
            fixture("QF1", Source::Entrant(1), Source::BYE),
            fixture("QF2", Source::Entrant(4), Source::Entrant(5)),
            fixture("SF1", winner("QF1"), winner("QF2")),
            fixture("con:F", loser_of_first_match("SF1"), loser("QF2")),
        ];
        let first = |results| entrants(&play(&fixtures, results)[3]).0;
        assert_eq!(first("QF2 A, SF1 B"), Some(1));
        assert_eq!(first("QF2 A, SF1 A"), None);
        assert_eq!(first("QF2 walkover A, SF1 A"), Some(4));
        assert_eq!(first("QF2 A, SF1 walkover B"), None);
        let stand = |results| play(&fixtures, results)[3].stand;
        assert_eq!(stand("QF2 A, SF1 A"), Stand::NoMatch);
        assert_eq!(stand("QF2 A"), Stand::Awaited);
    }

    #[test]
    fn a_place_for_losers_of_a_first_match_reads_as_it_is_written() {
        let written = r#"{"loser":"QF1","if":"first_match"}"#;
        let read: Source = serde_json::from_str(written).expect("a source");
        assert_eq!(read, loser_of_first_match("QF1"));
        assert_eq!(serde_json::to_string(&read).expect("JSON"), written);
        let plain: Source = serde_json::from_str(r#"{"loser":"QF1"}"#).expect("a source");
        assert_eq!(plain, loser("QF1"));
    }
}
