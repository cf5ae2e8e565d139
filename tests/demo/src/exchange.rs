//! The telephone exchange: a small HTTP server that plaint delivers to. It checks the signature, takes each delivery
//! once, and hands it on; what it does about it stands where the call is told.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Mutex, PoisonError, mpsc::Sender},
    thread,
    time::Duration,
};

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::{failure::Failure, news::News};

/// A sender that says nothing for this long has gone.
const QUIET_MAX: Duration = Duration::from_secs(5);
/// What a delivery of plaint's never comes near.
const BODY_BYTES_MAX: usize = 1 << 20;
/// What HMAC pads a key to, for SHA-256.
const BLOCK_BYTES: usize = 64;

/// What plaint delivered.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    /// The same for every attempt.
    pub(crate) id: String,
    /// The notification or the order.
    pub(crate) body: Value,
}

/// Opens the exchange on a free port; gives its URL.
pub(crate) fn open(secret: &'static str, news: Sender<News>) -> Result<String, Failure> {
    let start = |error| Failure::Start("the telephone exchange".to_owned(), error);
    let listener = TcpListener::bind("127.0.0.1:0").map_err(start)?;
    let address = listener.local_addr().map_err(start)?;
    let taken = Mutex::new(BTreeSet::new());
    thread::spawn(move || {
        thread::scope(|scope| {
            for stream in listener.incoming().map_while(Result::ok) {
                let (news, taken) = (news.clone(), &taken);
                scope.spawn(move || drop(answer(&stream, secret, taken, &news)));
            }
        });
    });
    Ok(format!("http://{address}/plaint"))
}

fn answer(
    stream: &TcpStream,
    secret: &str,
    taken: &Mutex<BTreeSet<String>>,
    news: &Sender<News>,
) -> std::io::Result<()> {
    stream.set_read_timeout(Some(QUIET_MAX))?;
    let mut reader = BufReader::new(stream);
    let headers = headers(&mut reader)?;
    let header = |name: &str| headers.get(name).map_or("", String::as_str);
    let length: usize = header("content-length").parse().unwrap_or(0);
    let mut body = vec![0; length.min(BODY_BYTES_MAX)];
    reader.read_exact(&mut body)?;
    let id = header("idempotency-key");
    let signed = [id.as_bytes(), b".", &body].concat();
    let status = if header("plaint-signature") == format!("v1={}", signature(secret.as_bytes(), &signed)) {
        let is_new = taken.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned());
        let body = serde_json::from_slice(&body).unwrap_or_default();
        let delivery = Delivery { id: id.to_owned(), body };
        if is_new && news.send(News::Delivery(delivery)).is_err() { "503 Service Unavailable" } else { "200 OK" }
    } else {
        "401 Unauthorized"
    };
    let mut writer = stream;
    write!(writer, "HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
}

/// The headers of a request, names in lower case; its first line is of no interest here.
fn headers(reader: &mut BufReader<&TcpStream>) -> std::io::Result<BTreeMap<String, String>> {
    let mut headers = BTreeMap::new();
    let mut lines = reader.lines();
    lines.next().transpose()?;
    for line in lines {
        let line = line?;
        let Some((name, value)) = line.split_once(':') else { break };
        headers.insert(name.trim().to_ascii_lowercase(), value.trim().to_owned());
    }
    Ok(headers)
}

/// HMAC-SHA256 in hexadecimal digits.
fn signature(secret: &[u8], message: &[u8]) -> String {
    let mut key = [0; BLOCK_BYTES];
    key.iter_mut().zip(secret).for_each(|(to, from)| *to = *from);
    let padded = |with: u8| key.map(|byte| byte ^ with);
    let inner = Sha256::new().chain_update(padded(0x36)).chain_update(message).finalize();
    let outer = Sha256::new().chain_update(padded(0x5c)).chain_update(inner).finalize();
    outer.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::signature;

    /// The second test case of RFC 4231.
    #[test]
    fn a_signature_is_hmac_sha256() {
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(signature(b"Jefe", b"what do ya want for nothing?"), expected);
    }
}
