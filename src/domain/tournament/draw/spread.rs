//! Clubs spread over groups, as evenly as can be.

use std::collections::BTreeMap;

/// An entrant of one of two groups: its pot, its club, and if it is in the first of the two.
struct Member<'a> {
    rank: u16,
    pot: u16,
    club: Option<&'a str>,
    in_first: bool,
}

/// Spreads clubs so that of c members at most ⌈c / g⌉ are in one of g groups. It changes seats inside a pot only.
///
/// Two groups are shared out anew, one of which has at least two more of a club than the other. Afterwards no club has more than
/// one more in one of them, and no pot either: such a way always exists, and the sum of squares falls each time.
/// Source: D. de Werra, equitable colorings of the edges of bipartite graphs, 1971.
pub fn spread(groups: &mut [Vec<u16>], pot: impl Fn(u16) -> u16, clubs: &[Option<String>]) {
    let club_of = |rank: u16| clubs.get(usize::from(rank).wrapping_sub(1))?.as_deref();
    while let Some((one, other)) = uneven(groups, &club_of) {
        let in_one = groups
            .get(one)
            .into_iter()
            .flatten()
            .map(|rank| (*rank, true));
        let in_other = groups
            .get(other)
            .into_iter()
            .flatten()
            .map(|rank| (*rank, false));
        let mut members: Vec<Member> = in_one
            .chain(in_other)
            .map(|(rank, in_first)| Member {
                rank,
                pot: pot(rank),
                club: club_of(rank),
                in_first,
            })
            .collect();
        share(&mut members);
        let mut place = |group: usize, in_first: bool| {
            if let Some(lines) = groups.get_mut(group) {
                let mut ranks: Vec<u16> = members
                    .iter()
                    .filter(|member| member.in_first == in_first)
                    .map(|member| member.rank)
                    .collect();
                // A line belongs to a pot: who comes takes the line of who goes.
                ranks.sort_by_key(|rank| pot(*rank));
                *lines = ranks;
            }
        };
        place(one, true);
        place(other, false);
    }
}

/// A group that has more of a club than it may, and the one that has fewest.
fn uneven<'a>(
    groups: &[Vec<u16>],
    club_of: &impl Fn(u16) -> Option<&'a str>,
) -> Option<(usize, usize)> {
    let mut counts: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (group, lines) in groups.iter().enumerate() {
        for club in lines.iter().filter_map(|rank| club_of(*rank)) {
            let count = counts.entry(club).or_insert_with(|| vec![0; groups.len()]);
            if let Some(count) = count.get_mut(group) {
                *count += 1;
            }
        }
    }
    counts.into_values().find_map(|counts| {
        let most = counts.iter().sum::<usize>().div_ceil(groups.len());
        let over = counts.iter().position(|count| *count > most)?;
        let fewest = (0..counts.len()).min_by_key(|group| counts.get(*group))?;
        Some((over, fewest))
    })
}

/// Shares the members of two groups out anew. Two of a pot are partners, and two of a club: partners go to different
/// groups. Each has one partner of a kind at most, so that partners form paths and even circles. As many as can be stay
/// where they are; who has no partner in the pot stays, for the groups keep their sizes.
fn share(members: &mut [Member]) {
    let in_pot = partners(members, |member| Some(member.pot));
    let in_club = partners(members, |member| member.club);
    let mut sides: Vec<Option<bool>> = vec![None; members.len()];
    for start in 0..members.len() {
        let mut waiting = vec![(start, true)];
        let mut path = Vec::new();
        while let Some((index, side)) = waiting.pop() {
            if let Some(unset @ None) = sides.get_mut(index) {
                *unset = Some(side);
                path.push((index, side));
                for partner in [in_pot.get(&index), in_club.get(&index)] {
                    waiting.extend(partner.map(|partner| (*partner, !side)));
                }
            }
        }
        let stays = |(index, side): &(usize, bool)| {
            members
                .get(*index)
                .is_some_and(|member| member.in_first == *side)
        };
        let staying = path.iter().filter(|one| stays(one)).count();
        let single = path.iter().find(|(index, _)| !in_pot.contains_key(index));
        let turn = single.map_or(2 * staying < path.len(), |single| !stays(single));
        for (index, side) in path {
            if let Some(member) = members.get_mut(index) {
                member.in_first = side != turn;
            }
        }
    }
}

/// Pairs the members that have something in common: first those of different groups, then the rest.
fn partners<'a, Common: Ord>(
    members: &[Member<'a>],
    common: impl Fn(&Member<'a>) -> Option<Common>,
) -> BTreeMap<usize, usize> {
    let mut by_common: BTreeMap<Common, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for (index, member) in members.iter().enumerate() {
        if let Some(common) = common(member) {
            let (first, second) = by_common.entry(common).or_default();
            if member.in_first {
                first.push(index);
            } else {
                second.push(index);
            }
        }
    }
    let mut pairs = BTreeMap::new();
    for (mut first, mut second) in by_common.into_values() {
        while let Some((one, other)) = first
            .pop()
            .and_then(|one| Some((one, second.pop().or_else(|| first.pop())?)))
        {
            pairs.extend([(one, other), (other, one)]);
        }
        while let Some((one, other)) = second.pop().and_then(|one| Some((one, second.pop()?))) {
            pairs.extend([(one, other), (other, one)]);
        }
    }
    pairs
}
