//! Asks the network who else answers for our names.
//!
//! Questions leave from an ordinary port, so that answers come straight back to us (RFC 6762, 6.7) from
//! everyone who holds the name, and not mixed with what the publishers on port 5353 have cached.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6},
    sync::Arc,
    time::Duration,
};

use tokio::{
    net::UdpSocket,
    sync::mpsc,
    task::JoinSet,
    time::{interval, timeout_at},
};

use super::{LABEL_MAX, SERVICE, addresses::Links};
use crate::clock;

/// Three questions, 250 ms apart, and 250 ms for the last answer (RFC 6762, 8.1).
const INTERVAL: Duration = Duration::from_millis(250);
const PATIENCE: Duration = INTERVAL.saturating_mul(3);
const PORT: u16 = 5353;
// Record types.
const A: u16 = 1;
const AAAA: u16 = 28;
const SRV: u16 = 33;
const GROUP_V4: Ipv4Addr = Ipv4Addr::new(224, 0, 0, 251);
const GROUP_V6: Ipv6Addr = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 0xfb);

/// The two names as they are on the network: `courtside.local` and `Test Hall`.
#[derive(Debug)]
pub(super) struct Claim {
    pub(super) host: String,
    pub(super) instance: String,
    pub(super) port: u16,
}

/// Which of our names somebody else answers for.
#[derive(Debug, Default)]
pub(super) struct Rivals {
    pub(super) host: bool,
    pub(super) instance: bool,
    /// If both hold the name already, it is us who must change.
    pub(super) we_lose: bool,
}

impl Rivals {
    pub(super) fn any(&self) -> bool {
        self.host || self.instance
    }
}

/// Asks on all links for 750 ms, or until the first rival if that is all the caller needs.
pub(super) async fn rivals(links: &Links, claim: &Claim, first: bool) -> Rivals {
    let query: Arc<[u8]> = question(claim).into();
    let (found, mut answers) = mpsc::channel(64);
    // Dropped at the end, which aborts whoever still asks.
    let mut asking = JoinSet::new();
    for (name, link) in links {
        for source in link.sources() {
            asking.spawn(ask(source, name.clone(), query.clone(), found.clone()));
        }
    }
    drop(found);
    let mut rivals = Rivals::default();
    let deadline = clock::now() + PATIENCE;
    while let Ok(Some(answer)) = timeout_at(deadline, answers.recv()).await {
        weigh(&answer, links, claim, &mut rivals);
        if first && rivals.any() {
            break;
        }
    }
    rivals
}

fn weigh(answer: &Answer, links: &Links, claim: &Claim, rivals: &mut Rivals) {
    let is_ours = |ip: IpAddr| links.values().any(|link| link.addresses.contains(&ip));
    match &answer.record {
        // Our own address may come back from elsewhere: networks have repeaters.
        Record::Address { name, ip }
            if *name == claim.host && !is_ours(answer.from) && !is_ours(*ip) =>
        {
            rivals.host = true;
            rivals.we_lose |= links
                .get(&answer.link)
                .is_some_and(|link| link.loses_to(*ip));
        }
        Record::Service { name, target, port }
            if *name == format!("{}.{SERVICE}", claim.instance.to_lowercase()) =>
        {
            let theirs = (target.len(), target, *port);
            let ours = (claim.host.len(), &claim.host, claim.port);
            // From our own address it can still be a second venue on this machine, on another port.
            if theirs != ours && (!is_ours(answer.from) || *port != claim.port) {
                rivals.instance = true;
                rivals.we_lose |= theirs < ours;
            }
        }
        _ => {}
    }
}

#[derive(Debug)]
struct Answer {
    link: String,
    from: IpAddr,
    record: Record,
}

/// Asks one link from one address, until aborted.
async fn ask(
    source: SocketAddr,
    link: String,
    query: Arc<[u8]>,
    found: mpsc::Sender<Answer>,
) -> io::Result<()> {
    let socket = UdpSocket::bind(source).await?;
    let group: SocketAddr = match source {
        SocketAddr::V4(_) => (GROUP_V4, PORT).into(),
        SocketAddr::V6(v6) => SocketAddrV6::new(GROUP_V6, PORT, 0, v6.scope_id()).into(),
    };
    let mut buffer = vec![0; 9000]; // the largest mDNS packet (RFC 6762, 17)
    let mut again = interval(INTERVAL);
    loop {
        tokio::select! {
            _ = again.tick() => {
                socket.send_to(&query, group).await?;
            }
            received = socket.recv_from(&mut buffer) => {
                let (length, from) = received?;
                for record in records(&buffer[..length]) {
                    let answer = Answer { link: link.clone(), from: from.ip(), record };
                    if found.send(answer).await.is_err() {
                        return Ok(());
                    }
                }
            }
        }
    }
}

/// A DNS query for the service instance and the addresses of the host. It asks for each type and not
/// for ANY, which not everybody answers (python-zeroconf leaves out the addresses).
fn question(claim: &Claim) -> Vec<u8> {
    let service = format!("{}.{SERVICE}", claim.instance);
    let questions = [(&service, SRV), (&claim.host, A), (&claim.host, AAAA)];
    let mut packet = vec![0; 12];
    packet[5] = questions.len() as u8;
    for (name, kind) in questions {
        for label in name.split('.') {
            packet.push(label.len() as u8); // no label is longer than LABEL_MAX
            packet.extend(label.as_bytes());
        }
        packet.extend([0, 0, kind as u8, 0, 1]); // the root, the type, class IN
    }
    packet
}

/// What an answer can say about our names. Names are in lower case.
#[derive(Debug, PartialEq)]
enum Record {
    Address {
        name: String,
        ip: IpAddr,
    },
    Service {
        name: String,
        target: String,
        port: u16,
    },
}

/// The answers of a response that are of a kind we know. Of a malformed packet, those before the fault.
fn records(packet: &[u8]) -> Vec<Record> {
    let mut found = Vec::new();
    let is_response = packet.get(2).is_some_and(|flags| flags & 0x80 != 0);
    let (Some(questions), Some(answers), true) =
        (number(packet, 4), number(packet, 6), is_response)
    else {
        return found;
    };
    let mut at = 12;
    for _ in 0..questions {
        let Some((_, end)) = read_name(packet, at) else {
            return found;
        };
        at = end + 4;
    }
    for _ in 0..answers {
        let Some((record, end)) = read_record(packet, at) else {
            return found;
        };
        found.extend(record);
        at = end;
    }
    found
}

fn number(packet: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(packet.get(at..at + 2)?.try_into().ok()?))
}

/// The record at `at`, if it is of a kind we know, and where it ends.
fn read_record(packet: &[u8], at: usize) -> Option<(Option<Record>, usize)> {
    let (name, at) = read_name(packet, at)?;
    let data_at = at + 10;
    let end = data_at + usize::from(number(packet, at + 8)?);
    let data = packet.get(data_at..end)?;
    let record = match (number(packet, at)?, data.len()) {
        (A, 4) => Some(Record::Address {
            name,
            ip: <[u8; 4]>::try_from(data).ok()?.into(),
        }),
        (AAAA, 16) => Some(Record::Address {
            name,
            ip: <[u8; 16]>::try_from(data).ok()?.into(),
        }),
        (SRV, 7..) => {
            let (target, _) = read_name(packet, data_at + 6)?;
            Some(Record::Service {
                name,
                target,
                port: number(packet, data_at + 4)?,
            })
        }
        _ => None,
    };
    Some((record, end))
}

/// The name at `at`, in lower case and without the final dot, and where it ends.
fn read_name(packet: &[u8], mut at: usize) -> Option<(String, usize)> {
    let mut labels: Vec<&[u8]> = Vec::new();
    let mut end = None;
    // A name has at most 128 labels (RFC 1035, 2.3.4); more steps could only be a loop of pointers.
    for _ in 0..128 {
        let length = usize::from(*packet.get(at)?);
        match length {
            0 => {
                let name = String::from_utf8_lossy(&labels.join(&b'.')).to_lowercase();
                return Some((name, end.unwrap_or(at + 1)));
            }
            1..=LABEL_MAX => {
                labels.push(packet.get(at + 1..at + 1 + length)?);
                at += 1 + length;
            }
            0xc0.. => {
                end.get_or_insert(at + 2);
                at = usize::from(number(packet, at)? & 0x3fff);
            }
            _ => return None,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::discovery::addresses::Link;
    use std::collections::BTreeSet;

    const US: [u8; 4] = [10, 0, 0, 5];

    fn claim() -> Claim {
        Claim {
            host: "courtside.local".into(),
            instance: "Test Hall".into(),
            port: 8000,
        }
    }

    /// A response to our question: an A record of the host and an SRV record of the service.
    fn response(ip: [u8; 4], port: u16) -> Vec<u8> {
        let mut packet = question(&claim());
        packet[2] = 0x84;
        packet[7] = 2;
        let host_at = 12 + 10 + SERVICE.len() + 2 + 4; // behind the first question
        let host = [0xc0, host_at as u8];
        packet.extend([host[0], host[1], 0, 1, 0x80, 1, 0, 0, 0, 120, 0, 4]);
        packet.extend(ip);
        packet.extend([0xc0, 12, 0, 33, 0x80, 1, 0, 0, 0, 120, 0, 8, 0, 0, 0, 0]);
        packet.extend(port.to_be_bytes());
        packet.extend(host);
        packet
    }

    fn judged(from: [u8; 4], packet: &[u8]) -> (bool, bool, bool) {
        let link = Link {
            index: 2,
            addresses: BTreeSet::from([US.into()]),
        };
        let links = Links::from([("eth0".to_owned(), link)]);
        let mut rivals = Rivals::default();
        for record in records(packet) {
            let answer = Answer {
                link: "eth0".into(),
                from: from.into(),
                record,
            };
            weigh(&answer, &links, &claim(), &mut rivals);
        }
        (rivals.host, rivals.instance, rivals.we_lose)
    }

    #[test]
    fn a_rival_is_who_answers_with_other_data() {
        let cases = [
            ("ourselves", US, response(US, 8000), (false, false, false)),
            (
                "a repeater",
                [10, 0, 0, 1],
                response(US, 8000),
                (false, false, false),
            ),
            (
                "a lower address",
                [10, 0, 0, 4],
                response([10, 0, 0, 4], 8000),
                (true, false, true),
            ),
            (
                "a higher address",
                [10, 0, 0, 6],
                response([10, 0, 0, 6], 8000),
                (true, false, false),
            ),
            (
                "a second venue here",
                US,
                response(US, 8001),
                (false, true, false),
            ),
            (
                "a question is no answer",
                [10, 0, 0, 4],
                question(&claim()),
                (false, false, false),
            ),
        ];
        for (case, from, packet, expected) in cases {
            assert_eq!(judged(from, &packet), expected, "{case}");
        }
    }

    #[test]
    fn a_malformed_packet_is_read_up_to_the_fault() {
        let whole = response(US, 8000);
        assert_eq!(records(&whole).len(), 2);
        for length in 0..whole.len() {
            assert!(records(&whole[..length]).len() < 2, "cut to {length} bytes");
        }
        let mut looped = whole;
        looped[12..14].copy_from_slice(&[0xc0, 12]);
        assert_eq!(records(&looped), []);
    }
}
