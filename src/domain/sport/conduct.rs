//! What every sport counts beside the score: fouls, cards, timeouts.

use std::collections::BTreeMap;

use super::definition::{Card, Per, Rules};
use crate::domain::matches::event::Play;
use crate::domain::matches::state::{BySide, MatchState, Side};

/// The colours that any referee may carry, whatever the sport's file says.
pub const COLOURS: [&str; 6] = ["black", "blue", "green", "red", "white", "yellow"];

/// Counts beyond this are no sport's; it keeps every sum exact in every language.
pub const COUNT_MAX: i64 = 1_000_000_000;

/// The most counts of single players that a side has: one for a player's fouls, one for each kind of card. The names are
/// the sender's, and a match must not grow by them.
const PLAYERS_MAX: usize = 200;

/// A player and what he is counted for: a card's name, or "" for fouls.
type Offence = (Box<str>, Box<str>);

#[derive(Clone, Default)]
pub struct Conduct {
    fouls: BySide<i64>,
    timeouts: BySide<i64>,
    /// The timeouts of this half.
    timeouts_in_half: BySide<i64>,
    cards: BySide<BTreeMap<Box<str>, u32>>,
    players: BySide<BTreeMap<Offence, u32>>,
    /// What the last event calls for.
    notices: Vec<&'static str>,
    scope: Scope,
}

/// The gain of the other side from a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Award {
    Points(u32),
    /// The game that is played: where there are no games, the set.
    Game,
}

/// The part of a match that counts belong to.
#[derive(Clone, Copy, Default)]
pub struct Scope {
    /// Of sets or regular periods: 0, 1, 2…
    pub period: u32,
    pub half: u32,
    pub extra: bool,
}

/// Adds to a count that is never below zero.
pub fn add(count: &mut i64, change: i64) {
    *count = count.saturating_add(change).clamp(0, COUNT_MAX);
}

/// Says if this sport knows such a card.
pub fn knows_card(rules: &Rules, colour: &str) -> bool {
    COLOURS.contains(&colour) || rules.cards().contains_key(colour)
}

impl Conduct {
    /// Before each event that is played: what the one before called for is done.
    pub fn clear_notices(&mut self) {
        self.notices.clear();
    }

    pub fn notices(&self) -> &[&'static str] {
        &self.notices
    }

    pub fn fouls(&self, side: Side) -> i64 {
        *self.fouls.get(side)
    }

    /// A new set or period begins.
    pub fn enter(&mut self, rules: &Rules, scope: Scope) {
        let before = std::mem::replace(&mut self.scope, scope);
        let renewed = |per| match per {
            Per::Match => false,
            Per::Half => before.half != scope.half,
            Per::Period | Per::Set => before.period != scope.period,
        };
        if renewed(rules.fouls().per) {
            self.fouls = BySide::default();
        }
        let own_extra = scope.extra && rules.timeouts().extra.is_some();
        if renewed(rules.timeouts().per) || own_extra {
            self.timeouts = BySide::default();
        }
        if renewed(Per::Half) {
            self.timeouts_in_half = BySide::default();
        }
    }

    /// Counts a foul, a card or a timeout. Returns what the other side is due, and which side that is.
    pub fn play(&mut self, rules: &Rules, play: &Play) -> Option<(Side, Award)> {
        match play {
            Play::Foul {
                side,
                value,
                player,
            } => {
                add(self.fouls.get_mut(*side), *value);
                match *value > 0 {
                    true => self.note_foul(rules, *side, player.as_deref()),
                    false => self.take_foul_back(*side, player.as_deref()),
                }
                None
            }
            Play::Card {
                side,
                colour,
                player,
            } => {
                if !knows_card(rules, colour) {
                    return None;
                }
                *self.cards.get_mut(*side).entry(colour.clone()).or_default() += 1;
                let card = rules.cards().get(&**colour)?;
                self.note_card(rules, *side, card, colour, player.as_deref());
                let award = match (card.award_game, card.award) {
                    (true, _) => Award::Game,
                    (false, 0) => return None,
                    (false, points) => Award::Points(points),
                };
                Some((side.other(), award))
            }
            Play::Timeout { side: Some(side) } => {
                add(self.timeouts.get_mut(*side), 1);
                add(self.timeouts_in_half.get_mut(*side), 1);
                if self.has_too_many_timeouts(rules, *side) {
                    self.note("too_many_timeouts");
                }
                None
            }
            _ => None,
        }
    }

    fn note_foul(&mut self, rules: &Rules, side: Side, player: Option<&str>) {
        let fouls = rules.fouls();
        let reached =
            |from: Option<u32>| from.is_some_and(|from| *self.fouls.get(side) >= i64::from(from));
        if reached(fouls.double_bonus_from) {
            self.note("double_bonus");
        } else if reached(fouls.bonus_from) {
            self.note("bonus");
        }
        self.count_player(side, player, "", fouls.out_after);
    }

    fn take_foul_back(&mut self, side: Side, player: Option<&str>) {
        let Some(player) = player else { return };
        let count = self
            .players
            .get_mut(side)
            .get_mut(&(player.into(), "".into()));
        if let Some(count) = count {
            *count = count.saturating_sub(1);
        }
    }

    fn note_card(
        &mut self,
        rules: &Rules,
        side: Side,
        card: &Card,
        colour: &str,
        player: Option<&str>,
    ) {
        if card.seconds.is_some() {
            self.note("suspension");
        }
        let with = self.count(side, player, &card.out_with);
        self.count_player(
            side,
            player,
            colour,
            card.out_after.map(|most| most.saturating_sub(with)),
        );
        if card.fouls > 0 {
            add(self.fouls.get_mut(side), i64::from(card.fouls));
            self.note_foul(rules, side, player);
        }
    }

    /// How many cards of these names a player has.
    fn count(&self, side: Side, player: Option<&str>, names: &[String]) -> u32 {
        let Some(player) = player.filter(|_| !names.is_empty()) else {
            return 0;
        };
        let players = self.players.get(side);
        let of = |name: &String| players.get(&(player.into(), name.as_str().into()));
        let counts = names.iter().filter_map(of);
        counts.fold(0, |sum, count| sum.saturating_add(*count))
    }

    fn count_player(
        &mut self,
        side: Side,
        player: Option<&str>,
        what: &str,
        out_after: Option<u32>,
    ) {
        let (Some(player), Some(out_after)) = (player, out_after) else {
            if out_after == Some(1) {
                self.note("out");
            }
            return;
        };
        let players = self.players.get_mut(side);
        let offence = (player.into(), what.into());
        if players.len() >= PLAYERS_MAX && !players.contains_key(&offence) {
            return;
        }
        let count = players.entry(offence).or_default();
        *count += 1;
        if *count >= out_after {
            self.note("out");
        }
    }

    /// Says something once, however many reasons there are.
    fn note(&mut self, what: &'static str) {
        if !self.notices.contains(&what) {
            self.notices.push(what);
        }
    }

    fn has_too_many_timeouts(&self, rules: &Rules, side: Side) -> bool {
        let more = |count: &i64, allowed: Option<i64>| allowed.is_some_and(|most| *count > most);
        let in_half = rules.timeouts().in_half.filter(|_| !self.scope.extra);
        more(self.timeouts.get(side), self.allowed_timeouts(rules))
            || more(self.timeouts_in_half.get(side), in_half.map(i64::from))
    }

    fn allowed_timeouts(&self, rules: &Rules) -> Option<i64> {
        let timeouts = rules.timeouts();
        if self.scope.extra && timeouts.extra.is_some() {
            return timeouts.extra.map(i64::from);
        }
        let index = match timeouts.per {
            Per::Match => 0,
            Per::Half => self.scope.half,
            Per::Period | Per::Set => self.scope.period,
        };
        let counts = &timeouts.counts;
        counts
            .get(index as usize)
            .or(counts.last())
            .map(|count| i64::from(*count))
    }

    pub fn show(&self, state: &mut MatchState) {
        state.fouls = self.fouls;
        state.timeouts = self.timeouts;
        state.cards = self.cards.clone();
    }
}
