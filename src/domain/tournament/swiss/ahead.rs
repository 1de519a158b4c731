//! One round further: a pairing of least cost after which there is still another one.

use std::collections::VecDeque;

use super::matching::{Graph, Matching};

/// The bound of the search: the pairings that are tried, times the third power of the vertices, which is what each of them takes.
const SEARCH: usize = 1 << 22;

/// Returns a matching that costs as little as `best` by the first term and leaves another perfect matching, and true.
/// Returns `best`, and false, where none is found.
///
/// For up to half as many rounds as there are players this takes one look: another round is always possible then. Later on, matchings
/// are taken in turns, as in Murty's ranking of assignments: each next one lacks a pair of an earlier one and keeps those before it.
/// So nothing is tried twice, and small graphs are searched to the end.
pub(super) fn with_a_next(graph: &Graph, best: Matching) -> (Matching, bool) {
    let has_next = |matching: &Matching| graph.without(matching).has_perfect_matching();
    if has_next(&best) {
        return (best, true);
    }
    let least = graph.first_term(&best);
    let mut tries = SEARCH / graph.size().pow(3).max(1);
    let mut open = VecDeque::from([(graph.clone(), best.clone())]);
    while let Some((mut part, matching)) = open.pop_front() {
        for pair in matching {
            if tries == 0 {
                return (best, false);
            }
            let lacking = part.without(&[pair]);
            part = part.forcing(pair);
            tries -= 1;
            let Some(other) = lacking.least_cost_matching() else {
                continue;
            };
            if graph.first_term(&other) > least {
                continue;
            }
            if has_next(&other) {
                return (other, true);
            }
            open.push_back((lacking, other));
        }
    }
    (best, false)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::matching::tests::all_perfect;
    use super::*;

    /// Two triangles joined by three edges. Who takes all three of them leaves the triangles, and no further matching.
    fn prism(cost_in_triangle: u32) -> Graph {
        Graph::new(6, |a, b| {
            if (a < 3) == (b < 3) {
                Some([cost_in_triangle, 0, 0, 0, 0])
            } else {
                (a + 3 == b).then_some([0; 5])
            }
        })
    }

    #[test]
    fn another_matching_is_taken_only_if_it_costs_as_little() {
        let joined = vec![(0, 3), (1, 4), (2, 5)];
        let (other, has_next) = with_a_next(&prism(0), joined.clone());
        assert!(has_next);
        assert_ne!(other, joined);
        assert_eq!(with_a_next(&prism(0), other.clone()), (other, true));
        assert_eq!(with_a_next(&prism(1), joined.clone()), (joined, false));
    }

    /// Graphs of eight vertices with few edges and few costs: often stuck, and often with another way.
    fn sparse() -> impl Strategy<Value = Graph> {
        (0.3..0.6, 0..2_u32).prop_flat_map(|(density, dearest)| {
            let edge = prop::option::weighted(density, 0..=dearest);
            prop::collection::vec(edge, 64).prop_map(|edges| {
                Graph::new(8, |a, b| edges[a * 8 + b].map(|cost| [cost, 0, 0, 0, 0]))
            })
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(2000)))]
        #[test]
        fn small_graphs_are_searched_to_the_end(graph in sparse()) {
            let Some(best) = graph.least_cost_matching() else {
                return Ok(());
            };
            let least = graph.first_term(&best);
            let (found, has_next) = with_a_next(&graph, best);
            prop_assert_eq!(graph.first_term(&found), least);
            let can_go_on = |matching: &Matching| graph.without(matching).has_perfect_matching();
            prop_assert_eq!(can_go_on(&found), has_next);
            let all = all_perfect(&graph);
            let mut equal = all.iter().filter(|(_, cost)| cost[0] == least);
            prop_assert_eq!(equal.any(|(matching, _)| can_go_on(matching)), has_next);
        }
    }
}
