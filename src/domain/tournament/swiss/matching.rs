//! Perfect matchings of least cost, where a cost has several terms and the first that differs decides.

use integer_blossom::max_weight_matching;

/// The number of terms of a cost.
const TERMS: usize = 5;

/// The cost of matching two vertices. Sums are compared term by term: no sum of later terms outweighs an earlier one.
///
/// The sums of all terms over a matching may take 120 bits together, so that a weight can still be doubled. Those of a Swiss round of
/// the most players take 81.
pub(super) type Cost = [u32; TERMS];

/// Pairs of vertices, the lower one first, in ascending order.
pub(super) type Matching = Vec<(usize, usize)>;

/// The vertices 0, 1, 2…, and those pairs of them that may be matched.
#[derive(Debug, Clone)]
pub(super) struct Graph {
    size: usize,
    /// The cost of the edge between `a` and `b`, a < b, at `a * size + b`.
    edges: Vec<Option<Cost>>,
}

impl Graph {
    /// Asks for the cost of each pair, the lower one first; `None` is a pair that may not be matched.
    pub(super) fn new(size: usize, cost: impl Fn(usize, usize) -> Option<Cost>) -> Graph {
        let mut edges = vec![None; size * size];
        for (place, edge) in edges.iter_mut().enumerate() {
            let (a, b) = (place / size, place % size);
            if a < b {
                *edge = cost(a, b);
            }
        }
        Graph { size, edges }
    }

    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// Returns the sum of the first term over a matching.
    pub(super) fn first_term(&self, matching: &Matching) -> u64 {
        let edges = matching.iter().filter_map(|&(a, b)| self.edge(a, b));
        edges.map(|[first, ..]| u64::from(first)).sum()
    }

    /// Returns the graph in which these pairs may not be matched any more.
    pub(super) fn without(&self, pairs: &[(usize, usize)]) -> Graph {
        let kept = |a, b| self.edge(a, b).filter(|_| !pairs.contains(&(a, b)));
        Graph::new(self.size, kept)
    }

    /// Returns the graph in which these two can be matched with each other only.
    pub(super) fn forcing(&self, (first, second): (usize, usize)) -> Graph {
        let touches = |a, b| a == first || b == first || a == second || b == second;
        let kept = |a, b| (a, b) == (first, second) || !touches(a, b);
        Graph::new(self.size, |a, b| self.edge(a, b).filter(|_| kept(a, b)))
    }

    pub(super) fn has_perfect_matching(&self) -> bool {
        let weights: Vec<i32> = self
            .edges
            .iter()
            .map(|edge| i32::from(edge.is_some()))
            .collect();
        self.perfect(&weights).is_some()
    }

    /// Returns the perfect matching of least cost, always the same one of several; `None` if no matching is perfect.
    pub(super) fn least_cost_matching(&self) -> Option<Matching> {
        let pairs = self.size as i128 / 2;
        // Each term is a digit of a number whose base is above what the term can sum up to.
        let highest = |term: usize| {
            let terms = self.edges.iter().flatten().map(|cost| cost[term]);
            i128::from(terms.max().unwrap_or(0))
        };
        let bases: [i128; TERMS] = std::array::from_fn(|term| highest(term) * pairs + 1);
        let packed = |cost: &Cost| {
            let digits = cost.iter().zip(bases);
            digits.fold(0, |number, (&term, base)| number * base + i128::from(term))
        };
        // One pair more outweighs all costs: as many as can be are matched.
        let bonus: i128 = bases.iter().product();
        let weights: Vec<i128> = self
            .edges
            .iter()
            .map(|edge| edge.as_ref().map_or(0, |cost| bonus - packed(cost)))
            .collect();
        self.perfect(&weights)
    }

    fn perfect<W: integer_blossom::Weight>(&self, weights: &[W]) -> Option<Matching> {
        let mates = max_weight_matching(weights, self.size);
        let pairs = mates.into_iter().enumerate();
        let pairs = pairs.map(|(a, mate)| Some((a, mate?)));
        let all: Option<Matching> = pairs.collect();
        Some(all?.into_iter().filter(|(a, b)| a < b).collect())
    }

    fn edge(&self, a: usize, b: usize) -> Option<Cost> {
        self.edges.get(a * self.size + b).copied().flatten()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Returns all ways to match the vertices of a small graph, each with its cost.
    pub(in super::super) fn all_perfect(graph: &Graph) -> Vec<(Matching, Vec<u64>)> {
        let mut found = Vec::new();
        let vertices = (0..graph.size()).collect();
        match_rest(graph, vertices, Vec::new(), &mut found);
        found
    }

    fn match_rest(
        graph: &Graph,
        mut rest: Vec<usize>,
        matched: Matching,
        found: &mut Vec<(Matching, Vec<u64>)>,
    ) {
        if rest.is_empty() {
            let cost = total(graph, &matched);
            found.push((matched, cost));
            return;
        }
        let a = rest.remove(0);
        for place in 0..rest.len() {
            if graph.edge(a, rest[place]).is_some() {
                let mut further = rest.clone();
                let b = further.remove(place);
                let matched = matched.iter().copied().chain([(a, b)]).collect();
                match_rest(graph, further, matched, found);
            }
        }
    }

    fn total(graph: &Graph, matching: &Matching) -> Vec<u64> {
        let costs = matching
            .iter()
            .map(|&(a, b)| graph.edge(a, b).expect("an edge"));
        costs.fold(vec![0; TERMS], |sums, cost| {
            let terms = sums.iter().zip(cost);
            terms.map(|(sum, term)| sum + u64::from(term)).collect()
        })
    }

    /// Graphs of up to ten vertices, some with few edges and some with all. Small terms make many sums equal.
    fn graph() -> impl Strategy<Value = Graph> {
        let cost = prop_oneof![
            prop::array::uniform5(0..3_u32),
            prop::array::uniform5(0..1000_u32)
        ];
        (0..=10_usize, 0.2..1.0).prop_flat_map(move |(size, density)| {
            let edge = prop::option::weighted(density, cost.clone());
            prop::collection::vec(edge, size * size)
                .prop_map(move |edges| Graph::new(size, |a, b| edges[a * size + b]))
        })
    }

    proptest! {
        #[test]
        fn a_matching_costs_least_term_by_term(graph in graph()) {
            let least = all_perfect(&graph).into_iter().map(|(_, cost)| cost).min();
            let found = graph.least_cost_matching();
            prop_assert_eq!(found.as_ref().map(|matching| total(&graph, matching)), least.clone());
            prop_assert_eq!(graph.has_perfect_matching(), least.is_some());
            // Whatever was matched before on this thread changes nothing.
            prop_assert_eq!(graph.least_cost_matching(), found);
        }
    }

    #[test]
    fn the_highest_costs_fit() {
        let highest = [1 << 18, 1, 1, 1 << 18, 1 << 9];
        let graph = Graph::new(256, |_, _| Some(highest));
        let matching = graph.least_cost_matching().expect("a matching");
        assert_eq!(graph.first_term(&matching), 128 << 18);
    }

    #[test]
    fn pairs_are_taken_out_or_kept() {
        let graph = Graph::new(4, |_, _| Some([0; TERMS]));
        let without = graph.without(&[(0, 1), (0, 2)]);
        assert_eq!(without.least_cost_matching(), Some(vec![(0, 3), (1, 2)]));
        let forcing = graph.forcing((1, 3));
        assert_eq!(forcing.least_cost_matching(), Some(vec![(0, 2), (1, 3)]));
        assert!(!forcing.without(&[(1, 3)]).has_perfect_matching());
    }
}
