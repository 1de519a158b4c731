//! What is known of the devices that score a match, for the organiser's desk: pure, no sockets.

use std::collections::HashMap;

use super::seats::Device;
use crate::clock::WallMs;

/// Devices of one match that are remembered; the one that is gone the longest is forgotten first.
const DEVICES_MAX: usize = 20;

/// What a device says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeviceReport {
    /// What its referee would call it, such as "Android phone".
    pub name: Option<String>,
    /// In percent.
    pub battery: Option<u8>,
    /// Events that it has not yet brought to the server.
    pub unsent: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    Active,
    Standby,
    Gone,
}

/// A device as the desk shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceLine {
    pub device: Device,
    pub presence: Presence,
    /// Since when it is there, or gone.
    pub since: WallMs,
    pub report: DeviceReport,
    pub reported_at: Option<WallMs>,
}

#[derive(Debug, Default)]
pub struct Devices(HashMap<Device, Known>);

#[derive(Debug)]
struct Known {
    /// Connections that it has open.
    connections: usize,
    since: WallMs,
    report: DeviceReport,
    reported_at: Option<WallMs>,
}

impl Devices {
    pub fn came(&mut self, device: &Device, at: WallMs) {
        let known = self.known(device, at);
        if known.connections == 0 {
            known.since = at;
        }
        known.connections += 1;
    }

    pub fn went(&mut self, device: &Device, at: WallMs) {
        if let Some(known) = self.0.get_mut(device) {
            known.connections = known.connections.saturating_sub(1);
            if known.connections == 0 {
                known.since = at;
            }
        }
    }

    pub fn report(&mut self, device: &Device, report: DeviceReport, at: WallMs) {
        let known = self.known(device, at);
        known.report = report;
        known.reported_at = Some(at);
    }

    /// Every device, those that are here first.
    pub fn lines(&self, active: Option<&Device>) -> Vec<DeviceLine> {
        let line = |(device, known): (&Device, &Known)| DeviceLine {
            device: device.clone(),
            presence: match known.connections {
                0 => Presence::Gone,
                _ if active == Some(device) => Presence::Active,
                _ => Presence::Standby,
            },
            since: known.since,
            report: known.report.clone(),
            reported_at: known.reported_at,
        };
        let mut lines: Vec<DeviceLine> = self.0.iter().map(line).collect();
        lines.sort_by(|one, other| {
            let rank = |line: &DeviceLine| (line.presence as u8, -line.since);
            (rank(one), &one.device).cmp(&(rank(other), &other.device))
        });
        lines
    }

    fn known(&mut self, device: &Device, at: WallMs) -> &mut Known {
        if !self.0.contains_key(device) && self.0.len() >= DEVICES_MAX {
            self.forget_one();
        }
        self.0.entry(device.clone()).or_insert_with(|| Known {
            connections: 0,
            since: at,
            report: DeviceReport::default(),
            reported_at: None,
        })
    }

    fn forget_one(&mut self) {
        let oldest = self
            .0
            .iter()
            .min_by_key(|(_, known)| (known.connections > 0, known.since))
            .map(|(device, _)| device.clone());
        if let Some(device) = oldest {
            self.0.remove(&device);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(devices: &Devices, active: Option<&str>) -> Vec<(String, Presence, WallMs)> {
        let active = active.map(Device::from);
        let lines = devices.lines(active.as_ref()).into_iter();
        lines
            .map(|line| (line.device.to_string(), line.presence, line.since))
            .collect()
    }

    #[test]
    fn a_device_is_active_or_stands_by_while_it_is_here_and_then_gone_since() {
        let mut devices = Devices::default();
        let (one, two) = (Device::from("one"), Device::from("two"));
        devices.came(&one, 1);
        devices.came(&two, 2);
        devices.came(&one, 3);
        devices.went(&one, 4);
        let both = [
            ("one".into(), Presence::Active, 1),
            ("two".into(), Presence::Standby, 2),
        ];
        assert_eq!(shown(&devices, Some("one")), both);
        devices.went(&one, 5);
        let gone = [
            ("two".into(), Presence::Active, 2),
            ("one".into(), Presence::Gone, 5),
        ];
        assert_eq!(shown(&devices, Some("two")), gone);
    }

    #[test]
    fn only_so_many_are_remembered_and_who_is_here_is_not_forgotten() {
        let mut devices = Devices::default();
        devices.came(&"here".into(), 0);
        for number in 0..100 {
            let device = Device::from(format!("{number}"));
            devices.came(&device, number);
            devices.went(&device, number);
        }
        let lines = shown(&devices, Some("here"));
        assert_eq!(lines.len(), DEVICES_MAX);
        assert_eq!(lines[0], ("here".into(), Presence::Active, 0));
        assert_eq!(lines[1].0, "99");
    }
}
