//! Who of several devices at one match is the referee now: pure rules, no sockets.
//!
//! One device is active: the latest that took over, else the first. A device keeps its claim while it is away, so
//! that a phone that lost the Wi-Fi gets its place back; the claim passes to a stand-in once that one scores.

/// One connection of a referee's device.
pub type SeatId = u64;

/// The name that a device gives itself.
pub type Device = Box<str>;

/// What a seat is told when the rules move it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duty {
    Active,
    Standby,
}

#[derive(Debug, Default)]
pub struct Seats {
    seats: Vec<(SeatId, Option<Device>)>,
    active: Option<SeatId>,
    claim: Option<Device>,
}

impl Seats {
    /// Seats a new connection. The first entry is its own duty; others are those that it changed.
    pub fn join(
        &mut self,
        id: SeatId,
        device: Option<Device>,
        takeover: bool,
    ) -> Vec<(SeatId, Duty)> {
        // A client of the original system names no device and knows no standby.
        let takes = takeover || device.is_none() || (device == self.claim);
        self.seats.push((id, device.clone()));
        match self.active {
            Some(_) if !takes => vec![(id, Duty::Standby)],
            before => {
                if takes || self.claim.is_none() {
                    self.claim = device;
                }
                self.active = Some(id);
                let mut told = vec![(id, Duty::Active)];
                told.extend(before.map(|other| (other, Duty::Standby)));
                told
            }
        }
    }

    /// Empties a seat; says who becomes active in its place, if anybody.
    pub fn leave(&mut self, id: SeatId) -> Option<(SeatId, Duty)> {
        self.seats.retain(|(seat, _)| *seat != id);
        if self.active != Some(id) {
            return None;
        }
        let heir = self
            .seats
            .iter()
            .find(|(_, device)| device.is_some() && *device == self.claim)
            .or(self.seats.first());
        self.active = heir.map(|(seat, _)| *seat);
        self.active.map(|seat| (seat, Duty::Active))
    }

    /// The device that is the referee now, if one is and has a name.
    pub fn active_device(&self) -> Option<&Device> {
        let active = self.active?;
        let seat = self.seats.iter().find(|(seat, _)| *seat == active)?;
        seat.1.as_ref()
    }

    /// Says if this seat may publish. Publishing makes its device the one that holds the match.
    pub fn may_publish(&mut self, id: SeatId) -> bool {
        if self.active != Some(id) {
            return false;
        }
        self.claim = self
            .seats
            .iter()
            .find(|(seat, _)| *seat == id)
            .and_then(|(_, device)| device.clone());
        true
    }

    /// Says if somebody without a connection may publish: nobody else is active, or it is the same device.
    pub fn may_publish_without_seat(&self, device: Option<&str>) -> bool {
        match self.active {
            None => true,
            Some(active) => self
                .seats
                .iter()
                .any(|(seat, held)| *seat == active && held.is_some() && held.as_deref() == device),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Duty::{Active, Standby};
    use super::*;

    fn named(name: &str) -> Option<Device> {
        Some(name.into())
    }

    #[test]
    fn the_first_device_is_active_and_the_second_stands_by() {
        let mut seats = Seats::default();
        assert_eq!(seats.join(1, named("one"), false), [(1, Active)]);
        assert_eq!(seats.join(2, named("two"), false), [(2, Standby)]);
        assert!(seats.may_publish(1) && !seats.may_publish(2));
    }

    #[test]
    fn a_takeover_moves_the_match_and_tells_both() {
        let mut seats = Seats::default();
        seats.join(1, named("one"), false);
        assert_eq!(
            seats.join(2, named("two"), true),
            [(2, Active), (1, Standby)]
        );
        assert_eq!(seats.leave(1), None);
        assert_eq!(seats.join(3, named("one"), false), [(3, Standby)]);
    }

    #[test]
    fn a_device_that_comes_back_gets_its_place_back_at_once() {
        let mut seats = Seats::default();
        seats.join(1, named("one"), false);
        seats.join(2, named("two"), false);
        assert_eq!(seats.leave(1), Some((2, Active)));
        assert_eq!(
            seats.join(3, named("one"), false),
            [(3, Active), (2, Standby)]
        );
        assert_eq!(
            seats.join(4, named("one"), false),
            [(4, Active), (3, Standby)]
        );
    }

    #[test]
    fn a_stand_in_that_scored_is_the_referee_from_then_on() {
        let mut seats = Seats::default();
        seats.join(1, named("one"), false);
        seats.leave(1);
        assert_eq!(seats.join(2, named("two"), false), [(2, Active)]);
        assert!(seats.may_publish(2));
        assert_eq!(seats.join(3, named("one"), false), [(3, Standby)]);
    }

    #[test]
    fn a_connection_that_names_no_device_takes_over_at_once() {
        let mut seats = Seats::default();
        seats.join(1, named("one"), false);
        assert_eq!(seats.join(2, None, false), [(2, Active), (1, Standby)]);
        assert_eq!(seats.join(3, None, false), [(3, Active), (2, Standby)]);
        assert_eq!(seats.leave(3), Some((1, Active)));
    }

    #[test]
    fn who_has_no_seat_may_publish_while_no_other_device_is_active() {
        let mut seats = Seats::default();
        assert!(seats.may_publish_without_seat(None));
        seats.join(1, named("one"), false);
        assert!(!seats.may_publish_without_seat(None));
        assert!(!seats.may_publish_without_seat(Some("two")));
        assert!(seats.may_publish_without_seat(Some("one")));
        seats.leave(1);
        assert!(seats.may_publish_without_seat(None));
    }
}
