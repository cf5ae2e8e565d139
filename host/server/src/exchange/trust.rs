//! Whom a connector believes and who it is, over TLS: certificates that the house issues itself.

use policy::Lang;
use ureq::tls::{Certificate, ClientCert, PemItem, PrivateKey, RootCerts, TlsConfig, parse_pem};

use crate::lang::pick;

/// See the module. Without a word, the authorities of the open internet and no name of its own.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trust(TlsConfig);

/// What is no certificate or key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TrustError {
    /// No certificate of an authority.
    Authority,
    /// No certificate of the connector.
    Certificate,
    /// No key, or a certificate without one, or a key without a certificate.
    Key,
}

/// What the files hold, as PEM.
#[derive(Clone, Default)]
pub(crate) struct Pem {
    /// Authorities.
    pub(crate) ca: Option<Vec<u8>>,
    /// The connector's own certificate and those above it.
    pub(crate) certificate: Option<Vec<u8>>,
    /// Its key.
    pub(crate) key: Option<String>,
}

impl Trust {
    /// Believes only the authorities that are named, where some are; shows a certificate where there is one.
    ///
    /// # Errors
    /// What is none.
    pub(crate) fn new(pem: &Pem) -> Result<Self, TrustError> {
        let mut tls = TlsConfig::builder();
        if let Some(ca) = &pem.ca {
            let authorities = certificates(ca).filter(|all| !all.is_empty()).ok_or(TrustError::Authority)?;
            tls = tls.root_certs(RootCerts::new_with_certs(&authorities));
        }
        match (&pem.certificate, &pem.key) {
            (None, None) => {}
            (Some(_), None) | (None, Some(_)) => return Err(TrustError::Key),
            (Some(certificate), Some(key)) => {
                let chain = certificates(certificate).filter(|all| !all.is_empty()).ok_or(TrustError::Certificate)?;
                let key = PrivateKey::from_pem(key.as_bytes()).map_err(|_| TrustError::Key)?;
                tls = tls.client_cert(Some(ClientCert::new_with_certs(&chain, key)));
            }
        }
        Ok(Trust(tls.build()))
    }

    pub(super) fn config(self) -> TlsConfig {
        self.0
    }
}

impl TrustError {
    /// The sentence, in a language.
    pub(crate) fn text(self, lang: Lang) -> &'static str {
        match self {
            TrustError::Authority => pick(lang, "`tls.ca` 不是 PEM 证书", "`tls.ca` holds no certificate in PEM"),
            TrustError::Certificate => {
                pick(lang, "`tls.certificate` 不是 PEM 证书", "`tls.certificate` holds no certificate in PEM")
            }
            TrustError::Key => {
                let en = "`tls.certificate` and `tls.key` belong together, the key in PEM";
                pick(lang, "`tls.certificate` 和 `tls.key` 须同时给出,密钥为 PEM 格式", en)
            }
        }
    }
}

fn certificates(pem: &[u8]) -> Option<Vec<Certificate<'static>>> {
    let mut found = Vec::new();
    for item in parse_pem(pem) {
        if let PemItem::Certificate(certificate) = item.ok()? {
            found.push(certificate);
        }
    }
    Some(found)
}
