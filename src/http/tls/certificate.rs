//! The hall's certificate: its two files, what they say, and what may be wrong with them.

use std::fs;
use std::net::IpAddr;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use rustls::crypto::ring;
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{Error, InconsistentKeys};
use x509_cert::Certificate as X509;
use x509_cert::der::Decode as _;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

use crate::clock;

/// So long before its end a certificate is worth a warning: renewals come earlier.
const SOON: Duration = Duration::from_secs(7 * 24 * 3600);

/// The files cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    #[error("cannot read {0}: {1}; the user that runs Courtside must be able to")]
    Unreadable(PathBuf, std::io::Error),
    #[error("{0} is no PEM file: {1}; export it as PEM, please")]
    NoPem(PathBuf, pem::Error),
    #[error("{0} holds no certificate; it should have a line “-----BEGIN CERTIFICATE-----”")]
    NoCertificate(PathBuf),
    #[error("the certificate in {0} cannot be read: {1}")]
    BadCertificate(PathBuf, String),
    #[error("{0} holds no private key; it should have a line “-----BEGIN PRIVATE KEY-----”")]
    NoKey(PathBuf),
    #[error(
        "the private key in {0} is locked with a password; unlock it with: openssl pkey -in {0} -out NEW-FILE"
    )]
    LockedKey(PathBuf),
    #[error(
        "the private key in {0} cannot be used: {1}; take one of RSA with 2048 bits or more, or of ECDSA P-256"
    )]
    BadKey(PathBuf, Error),
    #[error(
        "the key in {key} does not belong to the first certificate in {certificate}; take both from the same folder, \
         and put the server's own certificate first"
    )]
    Mismatch { certificate: PathBuf, key: PathBuf },
}

/// A certificate with its key, as it was read.
#[derive(Debug)]
struct Read {
    certified: Arc<CertifiedKey>,
    names: SubjectNames,
    warnings: Vec<String>,
}

/// The names for which a certificate is good, in its own order.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct SubjectNames {
    /// In lower case; `*.` stands for any one label.
    dns: Vec<String>,
    ips: Vec<IpAddr>,
}

impl SubjectNames {
    fn of(certificate: &X509) -> SubjectNames {
        let extension = certificate
            .tbs_certificate()
            .get_extension::<SubjectAltName>();
        let mut names = SubjectNames::default();
        let Ok(Some((_, SubjectAltName(found)))) = extension else {
            return names;
        };
        for name in found {
            match name {
                GeneralName::DnsName(name) => names.dns.push(name.as_str().to_ascii_lowercase()),
                GeneralName::IpAddress(ip) => names.ips.extend(ip_of(ip.as_bytes())),
                _ => {}
            }
        }
        names
    }

    /// The names that can be opened in a browser.
    pub fn to_open(&self) -> impl Iterator<Item = &str> {
        let named = self.dns.iter().map(String::as_str);
        named.filter(|name| !name.contains('*') && *name != "localhost")
    }

    /// Says whether a browser that opened this name takes the certificate for it.
    pub fn cover(&self, name: &str) -> bool {
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        if let Ok(ip) = name.trim_matches(['[', ']']).parse::<IpAddr>() {
            return self.ips.contains(&ip);
        }
        self.dns.iter().any(|known| match known.strip_prefix("*.") {
            Some(domain) => name.split_once('.').is_some_and(|(_, of)| of == domain),
            None => *known == name,
        })
    }
}

fn ip_of(bytes: &[u8]) -> Option<IpAddr> {
    <[u8; 4]>::try_from(bytes)
        .map(IpAddr::from)
        .or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from))
        .ok()
}

/// The certificate that is shown to clients: read again when its files have changed.
#[derive(Debug)]
pub struct Certificate {
    certificate: PathBuf,
    key: PathBuf,
    current: RwLock<Arc<Read>>,
    seen: Mutex<Seen>,
}

/// The looks of the files at the times when they were looked at.
#[derive(Debug)]
struct Seen {
    /// When what is shown was read.
    read: Option<[Looks; 2]>,
    last: Option<[Looks; 2]>,
}

/// How a file that was replaced or written to can be told from the one before: device, inode, length, and when it changed.
type Looks = (u64, u64, u64, i64, i64);

/// The outcome of a look at the files.
#[derive(Debug, PartialEq, Eq)]
pub enum Renewal {
    Unchanged,
    /// A new certificate is shown from now on; with what should be said of it.
    Shown(Vec<String>),
    /// The files changed and are of no use: the old one is still shown.
    Useless(String),
}

impl Certificate {
    pub fn open(certificate: PathBuf, key: PathBuf) -> Result<Certificate, CertificateError> {
        let looks = look(&certificate, &key);
        let read = read(&certificate, &key)?;
        Ok(Certificate {
            certificate,
            key,
            current: RwLock::new(Arc::new(read)),
            seen: Mutex::new(Seen {
                read: looks,
                last: looks,
            }),
        })
    }

    fn current(&self) -> Arc<Read> {
        self.current
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The names for which the certificate is good.
    pub fn names(&self) -> SubjectNames {
        self.current().names.clone()
    }

    /// Sentences on what works, but not well.
    pub fn warnings(&self) -> Vec<String> {
        self.current().warnings.clone()
    }

    /// Reads the files again if they have changed, and not since the look before: a renewal writes one after the other.
    pub fn refresh(&self) -> Renewal {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let now = look(&self.certificate, &self.key);
        let settled = std::mem::replace(&mut seen.last, now) == now;
        if !settled || now == seen.read {
            return Renewal::Unchanged;
        }
        seen.read = now;
        match read(&self.certificate, &self.key) {
            Ok(read) => {
                let warnings = read.warnings.clone();
                *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(read);
                Renewal::Shown(warnings)
            }
            Err(error) => Renewal::Useless(error.to_string()),
        }
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current().certified.clone())
    }
}

fn look(certificate: &Path, key: &Path) -> Option<[Looks; 2]> {
    let looks = |file: &Path| {
        // Of the file that a link leads to: certbot renews by changing links.
        let found = fs::metadata(file).ok()?;
        Some((
            found.dev(),
            found.ino(),
            found.len(),
            found.mtime(),
            found.mtime_nsec(),
        ))
    };
    Some([looks(certificate)?, looks(key)?])
}

fn read(certificate: &Path, key: &Path) -> Result<Read, CertificateError> {
    let contents = |file: &Path| {
        fs::read(file).map_err(|error| CertificateError::Unreadable(file.into(), error))
    };
    let (certificate_pem, key_pem) = (contents(certificate)?, contents(key)?);
    let chain = CertificateDer::pem_slice_iter(&certificate_pem)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| CertificateError::NoPem(certificate.into(), error))?;
    let Some(own) = chain.first() else {
        return Err(CertificateError::NoCertificate(certificate.into()));
    };
    let parsed = X509::from_der(own)
        .map_err(|error| CertificateError::BadCertificate(certificate.into(), error.to_string()))?;
    let private = PrivateKeyDer::from_pem_slice(&key_pem).map_err(|error| match error {
        pem::Error::NoItemsFound if contains(&key_pem, b"BEGIN ENCRYPTED PRIVATE KEY") => {
            CertificateError::LockedKey(key.into())
        }
        pem::Error::NoItemsFound => CertificateError::NoKey(key.into()),
        error => CertificateError::NoPem(key.into(), error),
    })?;
    let names = SubjectNames::of(&parsed);
    let warnings = warnings(certificate, key, &parsed, &names);
    let certified = CertifiedKey::from_der(chain, private, &ring::default_provider());
    let certified = certified.map_err(|error| match error {
        Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => CertificateError::Mismatch {
            certificate: certificate.into(),
            key: key.into(),
        },
        Error::InvalidCertificate(error) => {
            CertificateError::BadCertificate(certificate.into(), format!("{error:?}"))
        }
        error => CertificateError::BadKey(key.into(), error),
    })?;
    Ok(Read {
        certified: Arc::new(certified),
        names,
        warnings,
    })
}

fn contains(text: &[u8], wanted: &[u8]) -> bool {
    text.windows(wanted.len()).any(|window| window == wanted)
}

/// Sentences on what works, but not well: browsers will warn, or somebody may read the key.
fn warnings(certificate: &Path, key: &Path, parsed: &X509, names: &SubjectNames) -> Vec<String> {
    let validity = parsed.tbs_certificate().validity();
    let (from, to) = (validity.not_before, validity.not_after);
    let now = clock::system_time();
    let shown = certificate.display();
    let mut warnings = Vec::new();
    if to.to_system_time() <= now {
        warnings.push(format!(
            "the certificate in {shown} ended on {}: browsers refuse it or warn; renew it, or set this machine's clock",
            to.to_date_time()
        ));
    } else if to.to_system_time() <= now + SOON {
        warnings.push(format!(
            "the certificate in {shown} ends on {}; renew it, please",
            to.to_date_time()
        ));
    } else if from.to_system_time() > now {
        warnings.push(format!(
            "the certificate in {shown} begins on {} only; set this machine's clock, or browsers will warn",
            from.to_date_time()
        ));
    }
    if names.dns.is_empty() && names.ips.is_empty() {
        warnings.push(format!(
            "the certificate in {shown} names no host (subjectAltName), so that every browser will warn"
        ));
    }
    let readable_by_others = fs::metadata(key)
        .map(|found| found.permissions().mode() & 0o004 != 0)
        .unwrap_or(false);
    if readable_by_others {
        warnings.push(format!(
            "every user of this machine may read the private key {0}; change that with: chmod o-r {0}",
            key.display()
        ));
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_covers_its_names_and_one_label_below_a_wildcard() {
        let names = SubjectNames {
            dns: vec!["hall.example.org".into(), "*.example.net".into()],
            ips: vec![[192, 168, 1, 5].into()],
        };
        for (name, covered) in [
            ("hall.example.org", true),
            ("HALL.Example.org.", true),
            ("a.example.net", true),
            ("example.net", false),
            ("a.b.example.net", false),
            ("other.example.org", false),
            ("192.168.1.5", true),
            ("192.168.1.6", false),
            ("[::1]", false),
        ] {
            assert_eq!(names.cover(name), covered, "{name}");
        }
        assert_eq!(names.to_open().collect::<Vec<_>>(), ["hall.example.org"]);
    }
}
