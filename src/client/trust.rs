//! Whom the client commands believe when they speak https.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use tokio_rustls::TlsConnector;

/// Nobody can be believed.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    #[error("cannot read {0}: {1}")]
    Unreadable(String, std::io::Error),
    #[error("{0} holds no certificate; it should have a line “-----BEGIN CERTIFICATE-----”")]
    NoCertificate(String),
    #[error(
        "this machine has no list of authorities that it trusts; install ca-certificates, or name the server's with --ca FILE"
    )]
    NoAuthorities,
    #[error("the certificates cannot be used: {0}")]
    Useless(String),
}

/// Trust in the authorities of this machine.
pub fn of_this_machine() -> Result<TlsConnector, TrustError> {
    let found = rustls_native_certs::load_native_certs();
    connector(found.certs, Vec::new()).map_err(|error| match error {
        TrustError::Useless(_) => TrustError::NoAuthorities,
        other => other,
    })
}

/// Trust in the authorities of a file and in nobody else. A server that shows one of its certificates is believed, too, whatever
/// its name: that is how a certificate is trusted that no authority has signed.
pub fn in_file(file: &Path) -> Result<TlsConnector, TrustError> {
    let shown = || file.display().to_string();
    let pem = fs::read(file).map_err(|error| TrustError::Unreadable(shown(), error))?;
    let found: Vec<_> = CertificateDer::pem_slice_iter(&pem)
        .collect::<Result<_, _>>()
        .map_err(|error| TrustError::Useless(error.to_string()))?;
    if found.is_empty() {
        return Err(TrustError::NoCertificate(shown()));
    }
    connector(found.clone(), found)
}

fn connector(
    authorities: Vec<CertificateDer<'static>>,
    known: Vec<CertificateDer<'static>>,
) -> Result<TlsConnector, TrustError> {
    let useless = |error: String| TrustError::Useless(error);
    let provider = Arc::new(ring::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(authorities);
    let chains = WebPkiServerVerifier::builder_with_provider(roots.into(), provider.clone())
        .build()
        .map_err(|error| useless(error.to_string()))?;
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| useless(error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Verifier { known, chains }))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsConnector::from(Arc::new(config)))
}

/// Takes certificates that it knows, and those that an authority has signed.
#[derive(Debug)]
struct Verifier {
    known: Vec<CertificateDer<'static>>,
    chains: Arc<WebPkiServerVerifier>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        shown: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if self.known.contains(shown) {
            return Ok(ServerCertVerified::assertion());
        }
        self.chains
            .verify_server_cert(shown, between, name, ocsp, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.chains.verify_tls12_signature(message, shown, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.chains.verify_tls13_signature(message, shown, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.chains.supported_verify_schemes()
    }
}
