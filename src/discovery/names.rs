//! The names a venue wants on the network, numbered when they are taken.

use mdns_sd::ServiceInfo;

use super::{Announcement, DiscoveryError, LABEL_MAX, SERVICE, probe::Claim};

/// The names we hold or want. Each has its own number, because each can be taken alone.
#[derive(Clone, Debug)]
pub(super) struct Names {
    hostname: String,
    pub(super) hostname_number: u32,
    venue: String,
    pub(super) venue_number: u32,
    port: u16,
}

impl Names {
    pub(super) fn new(wanted: &Announcement) -> Result<Names, DiscoveryError> {
        // Lower case, because the library compares host names in part byte by byte.
        let hostname = wanted.hostname.to_ascii_lowercase();
        let is_label = (1..=LABEL_MAX).contains(&hostname.len())
            && hostname
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !hostname.starts_with('-')
            && !hostname.ends_with('-');
        if !is_label {
            return Err(DiscoveryError::BadHostname(wanted.hostname.clone()));
        }
        // The library escapes dots and backslashes in what it publishes but not in the questions it
        // receives, so it would never answer for "St. Mary"; the look-alikes need no escape.
        let looks = |c: char| match c {
            '.' => '\u{2024}',
            '\\' => '\u{29f5}',
            c if c.is_control() => ' ',
            c => c,
        };
        let venue: String = wanted.venue.chars().map(looks).collect();
        let venue = match venue.trim() {
            "" => "Courtside".to_owned(),
            venue => venue.to_owned(),
        };
        Ok(Names {
            hostname,
            hostname_number: 1,
            venue,
            venue_number: 1,
            port: wanted.port,
        })
    }

    /// `courtside.local`, `courtside-2.local`…
    pub(super) fn host(&self) -> String {
        let suffix = match self.hostname_number {
            1 => String::new(),
            number => format!("-{number}"),
        };
        format!("{}.local", label(&self.hostname, &suffix))
    }

    /// `Test Hall`, `Test Hall (2)`…
    pub(super) fn instance(&self) -> String {
        let suffix = match self.venue_number {
            1 => String::new(),
            number => format!(" ({number})"),
        };
        label(&self.venue, &suffix)
    }

    /// What the library publishes for these names. It must not probe: see `discovery.rs`.
    pub(super) fn service_info(&self) -> mdns_sd::Result<ServiceInfo> {
        let host = format!("{}.", self.host());
        let properties = [("path", "/")];
        let mut info = ServiceInfo::new(
            &format!("{SERVICE}."),
            &self.instance(),
            &host,
            (),
            self.port,
            &properties[..],
        )?
        .enable_addr_auto();
        info.set_requires_probe(false);
        Ok(info)
    }

    pub(super) fn claim(&self) -> Claim {
        Claim {
            host: self.host(),
            instance: self.instance(),
            port: self.port,
        }
    }
}

/// `text` and `suffix` as one DNS label; what is too long is cut from `text`.
fn label(text: &str, suffix: &str) -> String {
    let end = text.floor_char_boundary(LABEL_MAX - suffix.len());
    format!("{}{suffix}", text[..end].trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(venue: &str, hostname: &str, number: u32) -> Result<(String, String), DiscoveryError> {
        let wanted = Announcement {
            venue: venue.into(),
            hostname: hostname.into(),
            port: 80,
        };
        let mut names = Names::new(&wanted)?;
        (names.hostname_number, names.venue_number) = (number, number);
        Ok((names.instance(), names.host()))
    }

    #[test]
    fn names_are_numbered_and_fit_a_label() {
        let long = "é".repeat(40);
        let cases = [
            ("Test Hall", "Courtside", 1, "Test Hall", "courtside.local"),
            (
                "Test Hall",
                "courtside",
                2,
                "Test Hall (2)",
                "courtside-2.local",
            ),
            (
                " St. Mary\n",
                "a-1",
                3,
                "St\u{2024} Mary (3)",
                "a-1-3.local",
            ),
            ("\n", "c", 1, "Courtside", "c.local"),
            (&long, "c", 1, &"é".repeat(31), "c.local"),
            (
                &long,
                "c",
                12,
                &format!("{} (12)", "é".repeat(29)),
                "c-12.local",
            ),
            (
                "x",
                &"h".repeat(63),
                10,
                "x (10)",
                &format!("{}-10.local", "h".repeat(60)),
            ),
        ];
        for (venue, hostname, number, instance, host) in cases {
            let expected = (instance.to_owned(), host.to_owned());
            assert_eq!(
                names(venue, hostname, number).unwrap(),
                expected,
                "{venue:?} {hostname:?}"
            );
        }
    }

    #[test]
    fn a_host_name_must_be_one_label() {
        for bad in ["", "-a", "a-", "a.b", "a b", "é", &"h".repeat(64)] {
            assert!(names("x", bad, 1).is_err(), "{bad:?}");
        }
    }
}
