//! What is counted as one: which addresses belong to the same client, as far as an address can tell.
//!
//! An IPv6 network of 64 bits far away belongs to one place, which may use as many addresses of it as it likes. In the hall
//! it is the opposite: all phones share the 64 bits of the box's own link. So addresses on a link of the box count each for
//! itself, and all of such a link together have a looser limit.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

/// One address has the limits once, all addresses of an IPv6 link together this many times.
pub const LINK_SHARE: usize = 8;

/// An address and how many of its bits count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Network {
    address: IpAddr,
    length: u8,
}

/// The prefix of a link of the box: whoever has an address of it is in the hall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prefix {
    pub address: Ipv6Addr,
    pub length: u8,
}

impl Prefix {
    fn holds(self, address: Ipv6Addr) -> bool {
        let bits = u32::from(self.length.min(128));
        let mask = u128::MAX.checked_shl(128 - bits).unwrap_or(0);
        (self.address.to_bits() ^ address.to_bits()) & mask == 0
    }
}

/// As what a client is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    pub network: Network,
    /// It is one of many on a link of the box.
    on_link: bool,
}

impl Counted {
    /// The link that it shares with others, where there is one to be counted beside the address.
    pub fn link(self) -> Option<Network> {
        match self.network.address {
            IpAddr::V6(six) if self.on_link => Some(sixty_four(six)),
            _ => None,
        }
    }

    /// The box itself: a proxy in front of Courtside, a script, its own screen.
    pub fn is_the_box(self) -> bool {
        let four = IpAddr::from([127, 0, 0, 1]);
        self.network.address == four || self.network.address == IpAddr::from(Ipv6Addr::LOCALHOST)
    }
}

/// Says as what an address is counted, where the links of the box have these prefixes.
pub fn network_of(address: IpAddr, links: &[Prefix]) -> Counted {
    let single = |address, length, on_link| Counted {
        network: Network { address, length },
        on_link,
    };
    match address.to_canonical() {
        four @ IpAddr::V4(_) => single(four, 32, false),
        IpAddr::V6(six) if six.is_loopback() => single(six.into(), 128, false),
        IpAddr::V6(six)
            if six.is_unicast_link_local() || links.iter().any(|link| link.holds(six)) =>
        {
            single(six.into(), 128, true)
        }
        IpAddr::V6(six) => Counted {
            network: sixty_four(six),
            on_link: false,
        },
    }
}

fn sixty_four(address: Ipv6Addr) -> Network {
    let [a, b, c, d, ..] = address.segments();
    Network {
        address: IpAddr::from([a, b, c, d, 0, 0, 0, 0]),
        length: 64,
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.address.fmt(f)?;
        let is_whole = self.length == if self.address.is_ipv4() { 32 } else { 128 };
        if is_whole {
            Ok(())
        } else {
            write!(f, "/{}", self.length)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_counts_for_itself_in_the_hall_and_for_its_64_bits_far_away() {
        let links = [
            Prefix {
                address: "fd77::1".parse().unwrap(),
                length: 64,
            },
            Prefix {
                address: "2001:db8:1::5".parse().unwrap(),
                length: 56,
            },
        ];
        for (address, network, link) in [
            ("192.168.1.7", "192.168.1.7", None),
            ("::ffff:192.168.1.7", "192.168.1.7", None),
            ("127.0.0.1", "127.0.0.1", None),
            ("::1", "::1", None),
            ("fe80::7", "fe80::7", Some("fe80::/64")),
            ("fd77::7", "fd77::7", Some("fd77::/64")),
            ("fd78::7", "fd78::/64", None),
            (
                "2001:db8:1:ff::7",
                "2001:db8:1:ff::7",
                Some("2001:db8:1:ff::/64"),
            ),
            ("2001:db8:1:100::7", "2001:db8:1:100::/64", None),
            ("2001:db9::7", "2001:db9::/64", None),
        ] {
            let counted = network_of(address.parse().unwrap(), &links);
            assert_eq!(counted.network.to_string(), network, "{address}");
            let of_link = counted.link().map(|link| link.to_string());
            assert_eq!(of_link.as_deref(), link, "{address}");
            assert_eq!(counted.is_the_box(), matches!(address, "127.0.0.1" | "::1"));
        }
    }
}
