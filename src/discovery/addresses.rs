//! This machine's interfaces and addresses: those to speak mDNS on, and those to type in.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    net::{IpAddr, Ipv6Addr, SocketAddr, SocketAddrV6},
};

use if_addrs::{IfAddr, Interface, get_if_addrs};

/// The prefix of a link has at least and at most so many bits.
const LINK_SHORTEST: u8 = 48;
const LINK_LONGEST: u8 = 64;

/// The interfaces that carry multicast DNS, by name.
pub(super) type Links = BTreeMap<String, Link>;

#[derive(Debug, PartialEq)]
pub(super) struct Link {
    pub(super) index: u32,
    pub(super) addresses: BTreeSet<IpAddr>,
}

pub(super) fn links() -> io::Result<Links> {
    let mut links = Links::new();
    for found in get_if_addrs()? {
        let (true, Some(index)) = (
            found.is_oper_up() && !found.is_loopback() && !found.is_p2p(),
            found.index,
        ) else {
            continue;
        };
        let link = links.entry(found.name.clone()).or_insert(Link {
            index,
            addresses: BTreeSet::new(),
        });
        link.addresses.insert(found.ip());
    }
    Ok(links)
}

impl Link {
    /// Where questions leave from, so that they reach this link: one address of each family is enough.
    pub(super) fn sources(&self) -> impl Iterator<Item = SocketAddr> {
        let v4 = self
            .addresses
            .iter()
            .find(|ip| ip.is_ipv4())
            .map(|ip| SocketAddr::new(*ip, 0));
        let v6 = self.addresses.iter().find_map(|ip| match ip {
            IpAddr::V6(v6) if v6.is_unicast_link_local() => {
                Some(SocketAddrV6::new(*v6, 0, 0, self.index).into())
            }
            _ => None,
        });
        v4.into_iter().chain(v6)
    }

    /// The tie-break between two who hold a name: the lower address keeps it. Where we have IPv4 only
    /// that counts, so that both sides compare the same.
    pub(super) fn loses_to(&self, rival: IpAddr) -> bool {
        let ours = self.addresses.first();
        ours.is_some_and(|ours| ours.is_ipv4() == rival.is_ipv4() && rival < *ours)
    }
}

/// This machine's addresses that a phone can type in, the likeliest first, in a stable order.
pub fn plain_addresses() -> Vec<IpAddr> {
    typeable(get_if_addrs().unwrap_or_default())
}

/// The IPv6 prefixes of this machine's links. An address that was given alone (a length of 128) is taken to be on a
/// link of the usual 64 bits.
pub fn link_prefixes() -> io::Result<Vec<(Ipv6Addr, u8)>> {
    let interfaces = get_if_addrs()?;
    let on_a_link = |i: &&Interface| i.is_oper_up() && !i.is_loopback() && !i.is_p2p();
    let prefixes = interfaces.iter().filter(on_a_link);
    Ok(prefixes
        .filter_map(|i| match &i.addr {
            IfAddr::V6(six) => Some((six.ip, six.prefixlen.clamp(LINK_SHORTEST, LINK_LONGEST))),
            IfAddr::V4(_) => None,
        })
        .collect())
}

fn typeable(interfaces: Vec<Interface>) -> Vec<IpAddr> {
    // Bridges and ends of cables that lead to containers and virtual machines on this computer.
    let inside_machine = |i: &Interface| {
        [
            "docker", "veth", "br-", "virbr", "vnet", "cni", "flannel", "cali", "podman", "lxc",
            "lxdbr",
        ]
        .iter()
        .any(|prefix| i.name.starts_with(prefix))
    };
    let unreachable = |i: &Interface| i.is_loopback() || (i.is_link_local() && i.ip().is_ipv6());
    let mut found: Vec<_> = interfaces
        .into_iter()
        .filter(|i| i.is_oper_up() && !unreachable(i) && !inside_machine(i))
        .map(|i| {
            let rank = match i.ip() {
                IpAddr::V4(v4) if v4.is_private() => 0,
                IpAddr::V4(v4) if !v4.is_link_local() => 1,
                IpAddr::V4(_) => 2,
                IpAddr::V6(_) => 3,
            };
            let is_lan = ["eth", "en", "wlan", "wl"]
                .iter()
                .any(|lan| i.name.starts_with(lan));
            (rank, !is_lan, i.index, i.ip())
        })
        .collect();
    found.sort();
    found.dedup_by_key(|(.., ip)| *ip);
    found.into_iter().map(|(.., ip)| ip).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use if_addrs::{IfOperStatus, Ifv4Addr, Ifv6Addr};

    fn interface(index: u32, name: &str, address: &str) -> Interface {
        let addr = match address.parse().unwrap() {
            IpAddr::V4(ip) => IfAddr::V4(Ifv4Addr {
                ip,
                netmask: [255, 255, 255, 0].into(),
                prefixlen: 24,
                broadcast: None,
            }),
            IpAddr::V6(ip) => IfAddr::V6(Ifv6Addr {
                ip,
                netmask: ip,
                prefixlen: 64,
                broadcast: None,
            }),
        };
        Interface {
            name: name.into(),
            addr,
            index: Some(index),
            oper_status: IfOperStatus::Up,
            is_p2p: false,
        }
    }

    #[test]
    fn the_likeliest_plain_address_comes_first() {
        let interfaces = vec![
            interface(1, "lo", "127.0.0.1"),
            interface(1, "lo", "::1"),
            interface(2, "tailscale0", "100.80.0.1"),
            interface(3, "wlan0", "169.254.3.4"),
            interface(4, "eth0", "fe80::1"),
            interface(4, "eth0", "2001:db8::1"),
            interface(3, "wlan0", "192.168.4.1"),
            interface(4, "eth0", "192.168.1.9"),
            interface(5, "docker0", "172.17.0.1"),
            interface(6, "wg0", "10.8.0.1"),
        ];
        let expected = [
            "192.168.4.1",
            "192.168.1.9",
            "10.8.0.1",
            "100.80.0.1",
            "169.254.3.4",
            "2001:db8::1",
        ];
        assert_eq!(
            typeable(interfaces),
            expected.map(|ip| ip.parse::<IpAddr>().unwrap())
        );
    }
}
