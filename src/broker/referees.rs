//! The referees' connections at one match: their seats, what waits to be sent to them, and how fast they may send.

use std::collections::HashMap;

use tokio::sync::oneshot;

use super::devices::{DeviceLine, DeviceReport, Devices};
use super::frame::Frame;
use super::log::{End, Summary};
use super::messages::{By, Closing, Joining, Notice, Withdrawn};
use super::outbox::{Notices, Outbox, outbox};
use super::pace::{Pace, Rates};
use super::seats::{Device, SeatId, Seats};
use crate::clock::WallMs;
use crate::domain::Refusal;

/// What a new connection gets: its seat, and what it will be told.
pub type Seated = (SeatId, Notices);

pub struct Referees {
    seats: Seats,
    devices: Devices,
    connections: HashMap<SeatId, Connection>,
    next_seat: SeatId,
    events_per_second: u32,
    rates: Rates,
    /// For corrections of those who have not logged in, in the open mode: they must not slow the referee down.
    corrections: Pace,
}

struct Connection {
    device: Option<Device>,
    by: Option<By>,
    readable: bool,
    outbox: Outbox,
    /// For what it sends while another device scores: that must not slow the other down.
    on_standby: Pace,
}

impl Referees {
    pub fn new(events_per_second: u32) -> Referees {
        Referees {
            seats: Seats::default(),
            devices: Devices::default(),
            connections: HashMap::new(),
            next_seat: 1,
            events_per_second,
            rates: Rates::new(events_per_second),
            corrections: Pace::new(events_per_second),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.connections.is_empty()
    }

    /// Seats a connection and welcomes it; `None` if it has hung up already.
    pub fn join(
        &mut self,
        Joining {
            device,
            takeover,
            by,
            readable,
        }: Joining,
        welcome: Summary,
        reply: oneshot::Sender<Seated>,
        now: WallMs,
    ) -> Option<SeatId> {
        let seat = self.next_seat;
        let (outbox, notices) = outbox();
        if reply.send((seat, notices)).is_err() {
            return None;
        }
        self.next_seat += 1;
        let on_standby = Pace::new(self.events_per_second);
        let connection = Connection {
            device: device.clone(),
            by,
            readable,
            outbox,
            on_standby,
        };
        self.connections.insert(seat, connection);
        if let Some(device) = &device {
            self.devices.came(device, now);
        }
        self.tell(seat, Notice::Welcome(Box::new(welcome)));
        for (moved, duty) in self.seats.join(seat, device, takeover) {
            self.tell(moved, Notice::Duty(duty));
        }
        Some(seat)
    }

    pub fn leave(&mut self, seat: SeatId, now: WallMs) {
        let left = self.connections.remove(&seat);
        if let Some(device) = left.and_then(|connection| connection.device) {
            self.devices.went(&device, now);
        }
        if let Some((seat, duty)) = self.seats.leave(seat) {
            self.tell(seat, Notice::Duty(duty));
        }
    }

    /// Sends those away who came by a right that is withdrawn.
    pub fn send_away(&mut self, withdrawn: Withdrawn, now: WallMs) {
        let theirs = |(_, connection): &(&SeatId, &Connection)| {
            let covers = |by| withdrawn.covers(by, connection.readable);
            connection.by.is_some_and(covers)
        };
        let gone: Vec<SeatId> = self
            .connections
            .iter()
            .filter(theirs)
            .map(|(seat, _)| *seat)
            .collect();
        for seat in gone {
            self.tell(seat, Notice::Close(Closing::Revoked));
            self.leave(seat, now);
        }
    }

    /// Sends everybody away for a moment: they come back by themselves.
    pub fn send_all_away(&mut self, now: WallMs) {
        let seats: Vec<SeatId> = self.connections.keys().copied().collect();
        for seat in seats {
            self.tell(seat, Notice::Close(Closing::End(End::Restart)));
            self.leave(seat, now);
        }
    }

    pub fn report(&mut self, device: &Device, report: DeviceReport, now: WallMs) {
        self.devices.report(device, report, now);
    }

    pub fn devices(&self) -> Vec<DeviceLine> {
        self.devices.lines(self.seats.active_device())
    }

    /// Says if an event of this seat may be looked at; `None` if there is no such seat any more.
    pub fn may_submit(&mut self, seat: SeatId) -> Option<Result<(), Refusal>> {
        let connection = self.connections.get_mut(&seat)?;
        Some(match self.seats.may_publish(seat) {
            true => self.rates.take(connection.by),
            false => connection.on_standby.take().and(Err(Refusal::Standby)),
        })
    }

    /// Takes one event's worth of somebody without a connection.
    pub fn take(&mut self, by: Option<By>) -> Result<(), Refusal> {
        self.rates.take(by)
    }

    /// Takes one event's worth of a correction, which comes without a connection and while somebody else scores.
    pub fn take_correction(&mut self) -> Result<(), Refusal> {
        self.corrections.take()
    }

    /// Says if somebody without a connection may publish.
    pub fn may_publish_without_seat(&self, device: Option<&str>) -> bool {
        self.seats.may_publish_without_seat(device)
    }

    pub fn tell(&mut self, seat: SeatId, notice: Notice) {
        if let Some(connection) = self.connections.get_mut(&seat) {
            // One that is full or closed is found by `drop_deaf`.
            connection.outbox.put(notice);
        }
    }

    pub fn tell_all(&mut self, notice: impl Fn() -> Notice) {
        for connection in self.connections.values_mut() {
            connection.outbox.put(notice());
        }
    }

    /// Shows an event to everybody but its sender, who gets an answer instead.
    pub fn show(&mut self, frame: &Frame, sender: Option<SeatId>) {
        for (seat, connection) in &mut self.connections {
            if Some(*seat) != sender {
                connection.outbox.put(Notice::Event(frame.clone()));
            }
        }
    }

    /// Gives up the connections that do not read. Says whether there were any.
    pub fn drop_deaf(&mut self, now: WallMs) -> bool {
        let gone: Vec<SeatId> = self
            .connections
            .iter()
            .filter(|(_, connection)| connection.outbox.is_deaf())
            .map(|(seat, _)| *seat)
            .collect();
        gone.iter().for_each(|seat| self.leave(*seat, now));
        !gone.is_empty()
    }
}
