//! Settings: defaults < file < environment < flags, put together and checked once.
//!
//! Over 400 lines by its tests.

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use clap::Args;
use clap::builder::BoolishValueParser;
use serde::Deserialize;

use crate::domain::names;

/// The longest `--referee-gc` and the shortest.
const REFEREE_GC: std::ops::RangeInclusive<Duration> =
    Duration::from_secs(1)..=Duration::from_secs(366 * 24 * 3600);
const DEFAULT_BACKUP_EVERY: Duration = Duration::from_secs(15 * 60);
const SHORTEST_BACKUP_EVERY: Duration = Duration::from_secs(1);
const DEFAULT_DATA: &str = "courtside-data";

/// A length of time as people write it: `90s`, `15m`, `1h 30m`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Span(pub Duration);

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Span, String> {
        humantime::parse_duration(text)
            .map(Span)
            .map_err(|error| format!("{error}; write for example 90s, 15m or 1h"))
    }
}

impl TryFrom<String> for Span {
    type Error = String;

    fn try_from(text: String) -> Result<Span, String> {
        text.parse()
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        humantime::format_duration(self.0).fmt(f)
    }
}

/// Host names between commas; in the file also a list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "OneOrMany")]
pub struct NameList(pub Vec<String>);

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl FromStr for NameList {
    type Err = String;

    fn from_str(text: &str) -> Result<NameList, String> {
        let names = text.split(',').map(str::trim);
        let names = names.filter(|name| !name.is_empty()).map(host_name);
        Ok(NameList(names.collect::<Result<_, _>>()?))
    }
}

impl TryFrom<OneOrMany> for NameList {
    type Error = String;

    fn try_from(names: OneOrMany) -> Result<NameList, String> {
        match names {
            OneOrMany::One(text) => text.parse(),
            OneOrMany::Many(names) => names.join(",").parse(),
        }
    }
}

/// A name as browsers send it, without scheme and port.
fn host_name(name: &str) -> Result<String, String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let name = name.strip_suffix('.').unwrap_or(name);
    if name.is_empty() || name.len() > 253 || !name.bytes().all(plain) || name.contains("..") {
        return Err(format!(
            "“{name}” is no host name; write for example scores.club.example, without http:// and without a port"
        ));
    }
    Ok(name.to_ascii_lowercase())
}

fn address(text: &str) -> Result<SocketAddr, String> {
    let hint = |_| "an address with its port, please, such as 0.0.0.0:8000 or [::]:80".to_owned();
    text.parse().map_err(hint)
}

/// What one layer says: the flags with the environment, or the file. The keys of the file are the flags' names.
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Layer {
    /// Address and port to listen on [default: 0.0.0.0:8000]
    #[arg(long, value_name = "ADDR", env = "COURTSIDE_LISTEN", value_parser = address)]
    pub listen: Option<SocketAddr>,
    /// Folder of the database [default: $STATE_DIRECTORY, else ./courtside-data]
    #[arg(long, value_name = "DIR", env = "COURTSIDE_DATA")]
    pub data: Option<PathBuf>,
    /// Name of the venue, shown on every page and announced on the network [default: Courtside]
    #[arg(long, value_name = "TEXT", env = "COURTSIDE_NAME")]
    pub name: Option<String>,
    /// Announced as NAME.local [default: courtside]
    #[arg(long, value_name = "NAME", env = "COURTSIDE_HOSTNAME")]
    pub hostname: Option<String>,
    /// Other names under which browsers reach this server, such as one of the club's DNS; requests for unknown names are refused
    #[arg(long, value_name = "NAME,…", env = "COURTSIDE_ALSO_KNOWN_AS")]
    pub also_known_as: Option<NameList>,
    /// Announce nothing on the network
    #[arg(long, value_name = "BOOL", env = "COURTSIDE_NO_MDNS", num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = BoolishValueParser::new(), hide_possible_values = true)]
    pub no_mdns: Option<bool>,
    /// Trusted network: no PIN, no tokens, anyone may write
    #[arg(long, value_name = "BOOL", env = "COURTSIDE_OPEN", num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = BoolishValueParser::new(), hide_possible_values = true)]
    pub open: Option<bool>,
    /// How long a match stays live without a referee [default: 1h]
    #[arg(long, value_name = "DURATION", env = "COURTSIDE_REFEREE_GC")]
    pub referee_gc: Option<Span>,
    /// Events a second that one referee may send on average; 0 for no limit [default: 50]
    #[arg(long, value_name = "N", env = "COURTSIDE_REFEREE_RATE")]
    pub referee_rate: Option<u32>,
    /// How often the database is backed up to DATA/backups, if it changed, besides at the start, after each match and at the stop; 0s for never [default: 15m]
    #[arg(long, value_name = "DURATION", env = "COURTSIDE_BACKUP_EVERY")]
    pub backup_every: Option<Span>,
    /// How many backups are kept in each place, at least 3 [default: 24]
    #[arg(long, value_name = "N", env = "COURTSIDE_BACKUP_KEEP")]
    pub backup_keep: Option<u32>,
    /// A second folder for the same backups, such as one on a USB stick; one on the data's own disk is asked about, because the stick may be missing
    #[arg(long, value_name = "DIR", env = "COURTSIDE_BACKUP_TO")]
    pub backup_to: Option<PathBuf>,
    /// The second folder is on the data's own disk on purpose
    #[arg(long, value_name = "BOOL", env = "COURTSIDE_BACKUP_SAME_DISK", num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = BoolishValueParser::new(), hide_possible_values = true)]
    pub backup_same_disk: Option<bool>,
    /// Connections at the same time; more are told that the server is full [default: 10000]
    #[arg(long, value_name = "N", env = "COURTSIDE_MAX_CONNECTIONS")]
    pub max_connections: Option<u32>,
    /// The same from one address, also new ones in ten seconds, events a second and, with --open, what it creates; 0 for no
    /// limit [default: 2000]
    #[arg(long, value_name = "N", env = "COURTSIDE_MAX_PER_ADDRESS")]
    pub max_per_address: Option<u32>,
    /// Certificate of this server (PEM, with the ones that it builds on): the port then speaks https; with --tls-key
    #[arg(long, value_name = "FILE", env = "COURTSIDE_TLS_CERT")]
    pub tls_cert: Option<PathBuf>,
    /// Private key of that certificate (PEM); both files are read again when they change
    #[arg(long, value_name = "FILE", env = "COURTSIDE_TLS_KEY")]
    pub tls_key: Option<PathBuf>,
}

/// The flags of a command that needs settings.
#[derive(Debug, Clone, Default, Args)]
pub struct Flags {
    #[command(flatten)]
    pub layer: Layer,
    /// Settings file (TOML; the keys are the flags' names)
    #[arg(long, value_name = "FILE", env = "COURTSIDE_CONFIG")]
    pub config: Option<PathBuf>,
}

/// Settings that hold together.
#[derive(Debug, Clone)]
pub struct Config {
    pub listen: SocketAddr,
    pub data: PathBuf,
    /// `None` leaves the venue the name that it has.
    pub name: Option<String>,
    pub hostname: String,
    /// Names beside it that a request may be for.
    pub also_known_as: Vec<String>,
    pub mdns: bool,
    pub open: bool,
    pub referee_gc: Duration,
    pub referee_rate: u32,
    /// `None` for no automatic backups.
    pub backup_every: Option<Duration>,
    pub backup_keep: u32,
    pub backup_to: Option<PathBuf>,
    pub backup_same_disk: bool,
    pub max_connections: u32,
    pub max_per_address: u32,
    /// `None` for plain http.
    pub tls: Option<TlsFiles>,
}

/// The files of the hall's certificate and of its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

/// Settings that do not.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("cannot read the settings file {file}: {cause}")]
    Unreadable {
        file: PathBuf,
        cause: std::io::Error,
    },
    #[error("the settings file {file} is wrong: {cause}")]
    BadFile {
        file: PathBuf,
        cause: Box<toml::de::Error>,
    },
    #[error("{setting}: {problem}")]
    BadValue {
        setting: &'static str,
        problem: String,
    },
}

impl Config {
    /// Puts the layers together; reads the file, if one is named, and `$STATE_DIRECTORY`.
    pub fn load(flags: Flags) -> Result<Config, ConfigError> {
        let file = match &flags.config {
            Some(file) => read_file(file)?,
            None => Layer::default(),
        };
        let state_directory = std::env::var_os("STATE_DIRECTORY").map(PathBuf::from);
        Config::from_layers(flags.layer, file, state_directory)
    }

    fn from_layers(
        flags: Layer,
        file: Layer,
        state_directory: Option<PathBuf>,
    ) -> Result<Config, ConfigError> {
        let config = Config {
            listen: flags
                .listen
                .or(file.listen)
                .unwrap_or(([0, 0, 0, 0], 8000).into()),
            data: flags
                .data
                .or(file.data)
                .or(state_directory)
                .unwrap_or_else(|| DEFAULT_DATA.into()),
            name: flags.name.or(file.name).map(venue_name).transpose()?,
            hostname: flags
                .hostname
                .or(file.hostname)
                .unwrap_or_else(|| "courtside".into()),
            also_known_as: flags
                .also_known_as
                .or(file.also_known_as)
                .unwrap_or_default()
                .0,
            mdns: !flags.no_mdns.or(file.no_mdns).unwrap_or(false),
            open: flags.open.or(file.open).unwrap_or(false),
            referee_gc: flags
                .referee_gc
                .or(file.referee_gc)
                .map_or(Duration::from_secs(3600), |span| span.0),
            referee_rate: flags.referee_rate.or(file.referee_rate).unwrap_or(50),
            backup_every: match flags.backup_every.or(file.backup_every) {
                None => Some(DEFAULT_BACKUP_EVERY),
                Some(Span(Duration::ZERO)) => None,
                Some(Span(every)) => Some(every),
            },
            backup_keep: flags.backup_keep.or(file.backup_keep).unwrap_or(24),
            backup_to: flags.backup_to.or(file.backup_to),
            backup_same_disk: flags
                .backup_same_disk
                .or(file.backup_same_disk)
                .unwrap_or(false),
            max_connections: flags
                .max_connections
                .or(file.max_connections)
                .unwrap_or(10_000),
            // A school with a phone for everybody behind one address.
            max_per_address: flags
                .max_per_address
                .or(file.max_per_address)
                .unwrap_or(2_000),
            tls: tls_files(
                flags.tls_cert.or(file.tls_cert),
                flags.tls_key.or(file.tls_key),
            )?,
        };
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), ConfigError> {
        let wrong = |setting, problem: &str| {
            Err(ConfigError::BadValue {
                setting,
                problem: problem.into(),
            })
        };
        let label = self.hostname.as_bytes();
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
        if label.is_empty()
            || label.len() > 63
            || !label.iter().all(plain)
            || label.starts_with(b"-")
            || label.ends_with(b"-")
        {
            return wrong(
                "hostname",
                "a host name has 1 to 63 letters, digits and hyphens, without “.local”",
            );
        }
        if !REFEREE_GC.contains(&self.referee_gc) {
            return wrong("referee-gc", "between 1s and 366days, please");
        }
        if self
            .backup_every
            .is_some_and(|every| every < SHORTEST_BACKUP_EVERY)
        {
            return wrong("backup-every", "at least 1s, or 0s for never, please");
        }
        if self.backup_keep < 3 {
            return wrong("backup-keep", "at least 3, please");
        }
        if self.max_connections == 0 {
            return wrong("max-connections", "at least 1, please");
        }
        Ok(())
    }

    /// The settings as a file that gives the same ones.
    pub fn to_toml(&self) -> String {
        let mut table = toml::Table::new();
        let mut put = |key: &str, value: toml::Value| table.insert(key.to_owned(), value);
        put("listen", self.listen.to_string().into());
        put("data", self.data.to_string_lossy().into_owned().into());
        if let Some(name) = &self.name {
            put("name", name.clone().into());
        }
        put("hostname", self.hostname.clone().into());
        put("also-known-as", self.also_known_as.clone().into());
        put("no-mdns", (!self.mdns).into());
        put("open", self.open.into());
        put("referee-gc", Span(self.referee_gc).to_string().into());
        put("referee-rate", i64::from(self.referee_rate).into());
        let every = self.backup_every.unwrap_or(Duration::ZERO);
        put("backup-every", Span(every).to_string().into());
        put("backup-keep", i64::from(self.backup_keep).into());
        if let Some(folder) = &self.backup_to {
            put("backup-to", folder.to_string_lossy().into_owned().into());
        }
        put("backup-same-disk", self.backup_same_disk.into());
        put("max-connections", i64::from(self.max_connections).into());
        put("max-per-address", i64::from(self.max_per_address).into());
        if let Some(TlsFiles { certificate, key }) = &self.tls {
            put(
                "tls-cert",
                certificate.to_string_lossy().into_owned().into(),
            );
            put("tls-key", key.to_string_lossy().into_owned().into());
        }
        table.to_string()
    }
}

fn venue_name(text: String) -> Result<String, ConfigError> {
    names::tidy(&text).map_err(|wrong| ConfigError::BadValue {
        setting: "name",
        problem: format!("a venue's name {wrong}"),
    })
}

/// Both files or neither: one alone would silently be plain http.
fn tls_files(
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
) -> Result<Option<TlsFiles>, ConfigError> {
    let missing = |setting, problem: &str| {
        Err(ConfigError::BadValue {
            setting,
            problem: problem.into(),
        })
    };
    match (certificate, key) {
        (Some(certificate), Some(key)) => Ok(Some(TlsFiles { certificate, key })),
        (None, None) => Ok(None),
        (Some(_), None) => missing(
            "tls-key",
            "tls-cert is set: name the file of its private key, too",
        ),
        (None, Some(_)) => missing(
            "tls-cert",
            "tls-key is set: name the file of its certificate, too",
        ),
    }
}

fn read_file(file: &Path) -> Result<Layer, ConfigError> {
    let text = std::fs::read_to_string(file).map_err(|cause| ConfigError::Unreadable {
        file: file.to_owned(),
        cause,
    })?;
    toml::from_str(&text).map_err(|cause| ConfigError::BadFile {
        file: file.to_owned(),
        cause: Box::new(cause),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(text: &str) -> Layer {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn flags_win_over_the_file_and_the_file_over_the_defaults() {
        let flags = Layer {
            name: Some("Flag Hall".into()),
            ..Layer::default()
        };
        let file = layer("name = 'File Hall'\nreferee-gc = '10m'\nopen = true");
        let config = Config::from_layers(flags, file, Some("/state".into())).unwrap();
        assert_eq!(config.name.as_deref(), Some("Flag Hall"));
        assert_eq!(config.referee_gc, Duration::from_secs(600));
        assert!(config.open && config.mdns);
        assert_eq!(config.data, PathBuf::from("/state"));
        assert_eq!(config.listen.port(), 8000);
    }

    #[test]
    fn an_unknown_key_in_the_file_is_an_error_that_names_it() {
        let error = toml::from_str::<Layer>("listn = '127.0.0.1:1'").unwrap_err();
        assert!(error.to_string().contains("listn"), "{error}");
    }

    #[test]
    fn what_is_printed_can_be_read_again() {
        let config = Config::from_layers(
            layer("name = 'A “hall”'\ntls-cert = 'c.pem'\ntls-key = 'k.pem'"),
            Layer::default(),
            None,
        )
        .unwrap();
        let again = Config::from_layers(Layer::default(), layer(&config.to_toml()), None).unwrap();
        assert_eq!(again.to_toml(), config.to_toml());
    }

    #[test]
    fn other_names_are_read_between_commas_and_as_a_list() {
        for text in [
            "also-known-as = 'Scores.Club.example, hall'",
            "also-known-as = ['scores.club.example.', 'hall']",
        ] {
            let config = Config::from_layers(Layer::default(), layer(text), None).unwrap();
            assert_eq!(config.also_known_as, ["scores.club.example", "hall"]);
            let again = Config::from_layers(layer(&config.to_toml()), Layer::default(), None);
            assert_eq!(again.unwrap().also_known_as, config.also_known_as);
        }
        for wrong in ["http://hall", "hall:8000", "two names", "a..b"] {
            assert!(wrong.parse::<NameList>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn values_that_cannot_work_are_refused() {
        for wrong in [
            "name = ''",
            "name = '\u{200B}'",
            "hostname = 'a.local'",
            "hostname = '-'",
            "referee-gc = '0s'",
            "max-connections = 0",
            "backup-every = '1ms'",
            "backup-keep = 2",
            "tls-cert = 'hall.pem'",
            "tls-key = 'hall.key'",
        ] {
            assert!(
                Config::from_layers(layer(wrong), Layer::default(), None).is_err(),
                "{wrong}"
            );
        }
    }
}
