//! Exact values: whole numbers and fractions, never rounded.

use std::cmp::Ordering;
use std::fmt;

/// A whole number or a fraction. A fraction whose divisor is zero is infinite, and all infinite ones are equal.
///
/// Written as it was counted and not reduced: `386/432` tells 386 balls won and 432 lost.
#[derive(Debug, Clone, Copy)]
pub struct Value {
    numerator: i64,
    /// Not below zero.
    divisor: i64,
}

impl Value {
    pub fn whole(number: i64) -> Value {
        Value {
            numerator: number,
            divisor: 1,
        }
    }

    /// The divisor is a count, and so not below zero.
    pub fn ratio(numerator: i64, divisor: i64) -> Value {
        Value {
            numerator,
            divisor: divisor.max(0),
        }
    }

    /// A number of halves or quarters; a whole number where they make one.
    pub fn parts(number: i64, of: i64) -> Value {
        let (mut number, mut of) = (number, of);
        while of % 2 == 0 && of > 0 && number % 2 == 0 {
            (number, of) = (number / 2, of / 2);
        }
        Value::ratio(number, of)
    }
}

impl Ord for Value {
    fn cmp(&self, other: &Value) -> Ordering {
        match (self.divisor, other.divisor) {
            (0, 0) => Ordering::Equal,
            (0, _) => Ordering::Greater,
            (_, 0) => Ordering::Less,
            _ => {
                let here = i128::from(self.numerator) * i128::from(other.divisor);
                let there = i128::from(other.numerator) * i128::from(self.divisor);
                here.cmp(&there)
            }
        }
    }
}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Value) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Value) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Value {}

impl fmt::Display for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.divisor {
            1 => write!(formatter, "{}", self.numerator),
            divisor => write!(formatter, "{}/{divisor}", self.numerator),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_are_compared_exactly_and_a_zero_divisor_is_infinite() {
        assert!(Value::ratio(386, 432) > Value::ratio(386, 433));
        assert!(Value::ratio(15, 0) > Value::ratio(i64::MAX, 1));
        assert_eq!(Value::ratio(15, 0), Value::ratio(0, 0));
        assert_eq!(Value::ratio(2, 4), Value::ratio(3, 6));
        assert!(Value::ratio(i64::MAX, i64::MAX - 1) > Value::whole(1));
        assert!(Value::whole(-2) < Value::whole(0));
        assert_eq!(Value::parts(15, 2).to_string(), "15/2");
        assert_eq!(Value::parts(14, 2).to_string(), "7");
        assert_eq!(Value::parts(6, 4).to_string(), "3/2");
        assert_eq!(Value::ratio(15, 0).to_string(), "15/0");
    }
}
