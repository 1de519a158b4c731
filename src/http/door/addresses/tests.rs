use super::*;

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[tokio::test(start_paused = true)]
async fn an_address_has_so_many_connections_at_once_and_new_ones_in_ten_seconds() {
    let addresses = Addresses::new(10);
    let phone = address("192.168.1.7");
    let open: Vec<Admission> = std::iter::from_fn(|| addresses.admit(phone)).collect();
    assert_eq!(open.len(), 10);
    assert!(addresses.admit(address("192.168.1.8")).is_some());
    drop(open);
    assert!(addresses.admit(phone).is_none(), "too many new ones");
    tokio::time::advance(Duration::from_secs(1)).await;
    assert!(addresses.admit(phone).is_some());
    assert!(addresses.admit(phone).is_none());
}

#[tokio::test(start_paused = true)]
async fn events_of_an_address_are_counted_over_all_its_connections() {
    let addresses = Addresses::new(10);
    let phone = address("2001:db8::1");
    let one = addresses.admit(phone).unwrap();
    let other = addresses.admit(address("2001:db8::2")).unwrap();
    let taken = (0..100).filter(|_| one.may_publish()).count();
    assert_eq!(taken, 40);
    assert!(!other.may_publish(), "the same network");
    tokio::time::advance(Duration::from_secs(1)).await;
    assert!(other.may_publish());
}

#[tokio::test(start_paused = true)]
async fn who_used_up_its_own_is_not_forgotten_for_many_others() {
    let addresses = Addresses::new(10);
    let busy = address("10.0.0.1");
    while addresses.admit(busy).is_some() {}
    for number in 0..2 * QUIET_MAX as u32 {
        let other = std::net::Ipv4Addr::from_bits(0x0b00_0000 + number);
        assert!(addresses.admit(other.into()).is_some());
        assert!(addresses.admit(busy).is_none(), "after {number} others");
    }
    tokio::time::advance(ARRIVALS_IN).await;
    assert!(addresses.admit(address("10.0.0.2")).is_some());
    assert!(addresses.state().known.len() < QUIET_MAX);
}

#[tokio::test(start_paused = true)]
async fn some_room_is_kept_for_the_box_and_for_who_has_shown_a_right() {
    let addresses = Addresses::new(1_000);
    let most = Buffered::Answer.most();
    let fill = |text: &str| {
        let of = addresses.admit(address(text)).unwrap();
        let pieces = std::iter::from_fn(|| of.reserve(Buffered::Answer, 1024).then_some(1024));
        (pieces.sum::<usize>(), of)
    };
    let (_, right) = (0, addresses.admit(address("10.0.1.1")).unwrap());
    right.note_right();
    let link: Vec<_> = (1..9).map(|last| fill(&format!("fe80::{last}"))).collect();
    let of_link: usize = link.iter().map(|(taken, _)| taken).sum();
    assert_eq!((link[0].0, of_link), (most / 4, most / 2));
    let strangers: Vec<_> = (1..9).map(|last| fill(&format!("10.0.0.{last}"))).collect();
    let of_all: usize = strangers.iter().map(|(taken, _)| taken).sum();
    assert_eq!(of_all, most / 4, "the rest is kept");
    assert!(right.reserve(Buffered::Answer, most / 8));
    assert_eq!(fill("127.0.0.1").0, most / 8);
    assert!(!right.reserve(Buffered::Answer, 1));
    for (taken, of) in link.iter().chain(&strangers) {
        of.release(Buffered::Answer, *taken);
    }
    assert_eq!(fill("fe80::9").0, most / 4, "given back");
    tokio::time::advance(RIGHT_LASTS).await;
    assert!(!right.has_right());
}

#[tokio::test]
async fn the_box_itself_and_a_limit_of_zero_know_no_limit() {
    let addresses = Addresses::new(1);
    let home = address("127.0.0.1");
    let both = (addresses.admit(home), addresses.admit(address("::1")));
    assert!(both.0.is_some() && both.1.is_some() && addresses.admit(home).is_some());
    let open = Addresses::new(0);
    let phone = address("10.0.0.1");
    assert!((0..100).all(|_| open.admit(phone).is_some()));
}
