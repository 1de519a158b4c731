//! The figures of a load test, for people and for programs.

use std::fmt;
use std::time::Duration;

use hdrhistogram::Histogram;
use serde_json::{Value, json};

/// Microseconds; `None` only where no histogram could be made.
pub type Latencies = Option<Histogram<u64>>;

#[derive(Default)]
pub struct Report {
    pub watchers: usize,
    pub matches: usize,
    pub sent: u64,
    pub acks: u64,
    pub refused: u64,
    /// The first refusal, as the server said it.
    pub refusal: Option<String>,
    pub expected: u64,
    pub delivered: u64,
    pub lost: u64,
    /// Passed over with a resync, as a watcher is that is too slow.
    pub skipped: u64,
    pub repeated: u64,
    pub out_of_order: u64,
    /// Watchers that the server did not let in.
    pub turned_away: u64,
    /// Connections that ended before the test did.
    pub dropped: u64,
    /// Why the first of these ended.
    pub reason: Option<String>,
    pub joined_in: Duration,
    pub came_back_in: Option<Duration>,
    pub lasted: Duration,
    pub ack_latency: Latencies,
    pub latency: Latencies,
    pub last_latency: Latencies,
    /// The server's memory before the watchers, with them, and at the end; only known on the same machine.
    pub server_before: Option<u64>,
    pub server_with: Option<u64>,
    pub server_after: Option<u64>,
    /// Processor time that the server took during the test.
    pub processor: Option<Duration>,
    /// The same of this program, since it began.
    pub own_memory: Option<u64>,
    pub own_processor: Option<Duration>,
}

const QUANTILES: [(&str, f64); 4] = [("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999), ("max", 1.0)];

impl Report {
    /// What is wrong, if something is.
    pub fn verdict(&self) -> Option<String> {
        let reason = self.reason.as_deref().unwrap_or("no reason given");
        let refusal = self.refusal.as_deref().unwrap_or_default();
        let missing = self.sent - self.acks - self.refused;
        let wrong = [
            (
                self.turned_away,
                format!(
                    "watchers were not let in ({reason}): see --max-connections and --max-per-address of the server"
                ),
            ),
            (self.dropped, format!("connections ended: {reason}")),
            (self.refused, format!("events were refused: {refusal}")),
            (missing, "events were not acknowledged".into()),
            (self.lost, "deliveries were lost".into()),
            (self.repeated, "were repeated".into()),
            (self.out_of_order, "were out of order".into()),
        ];
        let told: Vec<String> = wrong
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        (!told.is_empty()).then(|| told.join("; "))
    }

    pub fn to_json(&self) -> Value {
        let latency = |latencies: &Latencies| -> Value {
            QUANTILES
                .iter()
                .map(|(name, quantile)| {
                    (
                        (*name).to_owned(),
                        json!(milliseconds(latencies, *quantile)),
                    )
                })
                .collect()
        };
        json!({
            "watchers": self.watchers, "matches": self.matches, "seconds": self.lasted.as_secs_f64(),
            "sent": self.sent, "acks": self.acks, "refused": self.refused,
            "expected": self.expected, "delivered": self.delivered, "lost": self.lost, "skipped": self.skipped,
            "repeated": self.repeated, "outOfOrder": self.out_of_order,
            "turnedAway": self.turned_away, "dropped": self.dropped,
            "joinedInSeconds": self.joined_in.as_secs_f64(),
            "cameBackInSeconds": self.came_back_in.map(|took| took.as_secs_f64()),
            "latencyMs": latency(&self.latency), "lastWatcherMs": latency(&self.last_latency),
            "ackMs": latency(&self.ack_latency),
            "serverBytesBefore": self.server_before, "serverBytesWithWatchers": self.server_with,
            "serverBytesAfter": self.server_after,
            "serverProcessorSeconds": self.processor.map(|time| time.as_secs_f64()),
            "ownBytes": self.own_memory,
            "ownProcessorSeconds": self.own_processor.map(|time| time.as_secs_f64()),
        })
    }
}

/// `None` where nothing was counted.
fn milliseconds(latencies: &Latencies, quantile: f64) -> Option<f64> {
    let histogram = latencies
        .as_ref()
        .filter(|histogram| !histogram.is_empty())?;
    Some(histogram.value_at_quantile(quantile) as f64 / 1e3)
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.crowd(f)?;
        self.deliveries(f)?;
        self.latencies(f)?;
        self.machines(f)
    }
}

fn line(f: &mut fmt::Formatter<'_>, what: &str, says: impl fmt::Display) -> fmt::Result {
    writeln!(f, "{what:<24}{says}")
}

impl Report {
    fn crowd(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let crowd = format!("{} on {} matches", self.watchers, self.matches);
        line(f, "watchers", crowd)?;
        let seconds = |took: Duration| format!("in {:.2} s", took.as_secs_f64());
        line(f, "joined", seconds(self.joined_in))?;
        match self.came_back_in {
            Some(took) => line(f, "came back", seconds(took)),
            None => Ok(()),
        }
    }

    fn deliveries(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        line(f, "events sent", self.sent)?;
        let acks = format!("{} ({} refused)", self.acks, self.refused);
        line(f, "acknowledged", acks)?;
        let delivered = format!("{} of {}", self.delivered, self.expected);
        line(f, "delivered", delivered)?;
        line(f, "lost", self.lost)?;
        line(f, "repeated", self.repeated)?;
        line(f, "out of order", self.out_of_order)?;
        if self.skipped > 0 {
            line(f, "skipped by resync", self.skipped)?;
        }
        if self.turned_away > 0 {
            line(f, "not let in", self.turned_away)?;
        }
        if self.dropped > 0 {
            line(f, "connections ended", self.dropped)?;
        }
        let rate = self.delivered as f64 / self.seconds();
        line(f, "deliveries a second", format_args!("{rate:.0}"))
    }

    fn latencies(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (what, latencies) in [
            ("to each watcher", &self.latency),
            ("to the last watcher", &self.last_latency),
            ("to the ack", &self.ack_latency),
        ] {
            let told: Vec<String> = QUANTILES
                .iter()
                .filter_map(|(name, quantile)| {
                    let took = milliseconds(latencies, *quantile)?;
                    Some(format!("{name} {took:.1} ms"))
                })
                .collect();
            if !told.is_empty() {
                line(f, what, told.join("  "))?;
            }
        }
        Ok(())
    }

    fn machines(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (Some(before), Some(with), Some(after)) =
            (self.server_before, self.server_with, self.server_after)
        {
            let each = with.saturating_sub(before) as f64 / self.watchers.max(1) as f64 / 1024.0;
            let (before, with, after) = (megabytes(before), megabytes(with), megabytes(after));
            let memory = format!(
                "{before:.1} MB, with the watchers {with:.1} MB ({each:.2} KB each), at the end {after:.1} MB"
            );
            line(f, "memory of the server", memory)?;
        }
        if let Some(processor) = self.processor {
            let share = processor.as_secs_f64() / self.seconds() * 100.0;
            let share = format!("{share:.0} % of a core");
            line(f, "processor of the server", share)?;
        }
        if let (Some(memory), Some(processor)) = (self.own_memory, self.own_processor) {
            let (memory, seconds) = (megabytes(memory), processor.as_secs_f64());
            let own = format!("{memory:.1} MB, {seconds:.1} s of a core");
            line(f, "this program itself", own)?;
        }
        Ok(())
    }

    /// How long the events went on, never zero.
    fn seconds(&self) -> f64 {
        self.lasted.as_secs_f64().max(1e-9)
    }
}
