//! Which sports there are, and the engine that scores each.
//!
//! Until a sport is a file of data, one plain engine that adds points serves them all.

mod points;

use super::event::Play;
use super::refusal::Refusal;
use super::state::MatchState;

/// A sport of the catalogue.
#[derive(Debug, PartialEq, Eq)]
pub struct Sport {
    /// Upper case, as stored and shown to programs.
    pub id: &'static str,
    pub name_en: &'static str,
    pub name_fr: &'static str,
}

/// What a sport's rules do with the events that count. An engine is a pure function of state and event; what
/// all sports share (start, finish, undo, who may do what after the end) is the fold's.
pub trait Engine: Send + Sync {
    /// Whether the rules can produce this event now; `Ok` for everything that doesn't score.
    fn judge(&self, state: &MatchState, play: &Play) -> Result<(), Refusal>;
    /// The effect of the event. Total: an event that [`Engine::judge`] would refuse has some harmless effect,
    /// because an undo further up the history can make a stored event illegal after the fact.
    fn play(&self, state: &mut MatchState, play: &Play);
}

impl Sport {
    /// Finds a sport by its id, in any case.
    pub fn find(id: &str) -> Option<&'static Sport> {
        CATALOGUE
            .iter()
            .find(|sport| sport.id.eq_ignore_ascii_case(id))
    }

    pub fn catalogue() -> &'static [Sport] {
        CATALOGUE
    }

    pub fn engine(&self) -> &'static dyn Engine {
        &points::Points
    }
}

const fn sport(id: &'static str, name_en: &'static str, name_fr: &'static str) -> Sport {
    Sport {
        id,
        name_en,
        name_fr,
    }
}

const CATALOGUE: &[Sport] = &[
    sport("BADMINTON", "Badminton", "Badminton"),
    sport("BASKETBALL", "Basketball", "Basket-ball"),
    sport("BASKETBALL_3X3", "3x3 basketball", "Basket 3x3"),
    sport("BEACH_VOLLEYBALL", "Beach volleyball", "Beach-volley"),
    sport("DODGEBALL", "Dodgeball", "Dodgeball"),
    sport("FENCING", "Fencing", "Escrime"),
    sport("FIELD_HOCKEY", "Field hockey", "Hockey sur gazon"),
    sport("FLOORBALL", "Floorball", "Floorball"),
    sport("FOOTBALL", "Football", "Football"),
    sport("FUTSAL", "Futsal", "Futsal"),
    sport("HANDBALL", "Handball", "Handball"),
    sport("ICE_HOCKEY", "Ice hockey", "Hockey sur glace"),
    sport("KORFBALL", "Korfball", "Korfbal"),
    sport("PADEL", "Padel", "Padel"),
    sport("PETANQUE", "Pétanque", "Pétanque"),
    sport("PICKLEBALL", "Pickleball", "Pickleball"),
    sport("RUGBY_15", "Rugby union", "Rugby à XV"),
    sport("RUGBY_7S", "Rugby sevens", "Rugby à sept"),
    sport("SQUASH", "Squash", "Squash"),
    sport("TABLE_TENNIS", "Table tennis", "Tennis de table"),
    sport("TCHOUKBALL", "Tchoukball", "Tchoukball"),
    sport("TENNIS", "Tennis", "Tennis"),
    sport("ULTIMATE", "Ultimate", "Ultimate"),
    sport("VOLLEYBALL", "Volleyball", "Volley-ball"),
    sport("WATER_POLO", "Water polo", "Water-polo"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sport_is_found_in_any_case_and_ids_are_unique() {
        assert_eq!(
            Sport::find("badminton").map(|sport| sport.id),
            Some("BADMINTON")
        );
        assert_eq!(Sport::find("QUIDDITCH"), None);
        assert!(CATALOGUE.is_sorted_by(|one, next| one.id < next.id));
    }
}
