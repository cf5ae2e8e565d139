//! The way out against real servers on this machine: where it leads, what it hides, how it is let in.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use sandbox::{Answer, Cipher, CipherAlgorithm, Mac, MacAlgorithm, Need, Request, Response, Stale};
use ureq::{
    Error,
    config::Config,
    http::Uri,
    unversioned::{
        resolver::{ResolvedSocketAddrs, Resolver},
        transport::NextTimeout,
    },
};

use super::{Auth, Exchange, Grant, Pem, Range, Secrets, Terms, Trust, Walk, reach::Reach, trust::TrustError};

/// What a server was asked.
#[derive(Clone, Debug)]
struct Asked {
    line: String,
    headers: Vec<String>,
    body: String,
}

/// What a server answers: status with further headers, and body.
type Answered = (&'static str, String);

/// A server that answers as a function says, and remembers what it was asked.
struct Server {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    fn open(answer: impl Fn(&Asked) -> Answered + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, asked) = (listener.local_addr().unwrap(), Arc::default());
        let heard = Arc::clone(&asked);
        std::thread::spawn(move || listener.incoming().flatten().try_for_each(|stream| serve(stream, &answer, &heard)));
        Server { address, asked }
    }

    fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

fn serve(stream: TcpStream, answer: &impl Fn(&Asked) -> Answered, heard: &Mutex<Vec<Asked>>) -> Option<()> {
    let mut lines = BufReader::new(stream);
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        // Somebody who connects and says nothing is no end.
        if lines.read_line(&mut line).ok()? == 0 {
            return Some(());
        }
        if line.trim().is_empty() {
            break;
        }
        head.push(line.trim().to_owned());
    }
    let length = head.iter().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    lines.read_exact(&mut body).ok()?;
    let body = String::from_utf8_lossy(&body).into_owned();
    let asked = Asked { line: head[0].clone(), headers: head[1..].to_vec(), body };
    let (status, text) = answer(&asked);
    heard.lock().unwrap().push(asked);
    let answer = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{text}", text.len());
    lines.get_mut().write_all(answer.as_bytes()).ok()
}

fn here() -> Vec<Range> {
    vec!["127.0.0.1".parse().unwrap()]
}

fn grant(place: &str, methods: &[&str]) -> Grant {
    Grant { place: place.parse().unwrap(), methods: methods.iter().map(|&method| method.to_owned()).collect() }
}

fn secrets(secrets: &[(&str, &str)]) -> Secrets {
    Secrets::new(secrets.iter().map(|(name, secret)| ((*name).to_owned(), (*secret).to_owned())).collect())
}

fn way_out(grants: Vec<Grant>, private: Vec<Range>, secrets: Secrets, auth: Option<Auth>) -> Exchange {
    Exchange::new(Terms { grants, private, secrets, auth, trust: Trust::default() })
}

fn request(method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> Request {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Request { method: method.to_owned(), url: url.to_owned(), headers, body: body.as_bytes().to_vec() }
}

fn fetch(exchange: &Exchange, request: Request) -> Answer {
    exchange.walk().answer(Need::Fetch(request))
}

fn fetched(answer: Answer) -> Response {
    if let Answer::Fetched(response) = answer { response } else { panic!("{answer:?}") }
}

fn refused(answer: &Answer) -> &str {
    if let Answer::Refused(why) = answer { why } else { panic!("{answer:?}") }
}

#[test]
fn secrets_are_put_in_and_do_not_come_back() {
    let server = Server::open(|asked| ("200 OK\r\nx-echo: Key tok/1", format!("{} {}", asked.line, asked.body)));
    let granted = vec![grant(&server.url("/v1/"), &["POST"])];
    let exchange = way_out(granted, here(), secrets(&[("key", "tok/1")]), None);
    let json = [("content-type", "application/json"), ("authorization", "Key {secret:key}")];
    let url = server.url("/v1/send?key={secret:key}");
    let response = fetched(fetch(&exchange, request("POST", &url, &json, r#"{"key":"{secret:key}"}"#)));
    let asked = &server.asked()[0];
    assert_eq!(asked.line, "POST /v1/send?key=tok%2F1 HTTP/1.1");
    assert!(asked.headers.contains(&"authorization: Key tok/1".to_owned()), "{asked:?}");
    assert_eq!(asked.body, r#"{"key":"tok/1"}"#);
    assert!(response.headers.contains(&("x-echo".to_owned(), "Key {secret:key}".to_owned())), "{response:?}");
    let body = String::from_utf8(response.body).unwrap();
    assert_eq!(body, r#"POST /v1/send?key={secret:key} HTTP/1.1 {"key":"{secret:key}"}"#);
}

#[test]
fn nothing_is_sent_where_no_grant_leads() {
    let server = Server::open(|_| ("200 OK", String::new()));
    let granted = vec![grant(&server.url("/v1/"), &["POST"])];
    let exchange = way_out(granted.clone(), here(), secrets(&[("key", "../admin")]), None);
    for (method, path) in [
        ("GET", "/v1/send"),
        ("POST", "/v2/send"),
        ("POST", "/v1/../v2"),
        ("POST", "/v1/%2e%2e/v2"),
        ("POST", "/v1/{secret:key}"),
    ] {
        let answer = fetch(&exchange, request(method, &server.url(path), &[], ""));
        assert!(refused(&answer).contains("no grant of this connector reaches that place"), "{method} {path}");
    }
    let hosts = fetch(&exchange, request("POST", &server.url("/v1/"), &[("host", "admin.example")], ""));
    assert_eq!(refused(&hosts), "the header `host` is the host's to write");
    let large = " ".repeat((1 << 20) + 1);
    assert!(refused(&fetch(&exchange, request("POST", &server.url("/v1/"), &[], &large))).contains("at most 1048576"));
    // Granted, and yet an address of the house.
    let exchange = way_out(granted, vec![], secrets(&[]), None);
    let house = fetch(&exchange, request("POST", &server.url("/v1/"), &[], ""));
    assert!(refused(&house).contains("name it in `grants.private`"), "{house:?}");
    assert!(server.asked().is_empty());
}

#[test]
fn a_redirect_is_shown_and_not_followed() {
    let elsewhere = Server::open(|_| ("200 OK", "secret of the house".to_owned()));
    let server = Server::open({
        let elsewhere = elsewhere.url("/");
        move |_| ("302 Found", elsewhere.clone())
    });
    let exchange = way_out(vec![grant(&server.url("/"), &["GET"])], here(), secrets(&[]), None);
    let response = fetched(fetch(&exchange, request("GET", &server.url("/"), &[], "")));
    assert_eq!((response.status, elsewhere.asked().len()), (302, 0));
}

#[test]
fn an_answer_that_is_too_large_is_no_answer() {
    let server = Server::open(|_| ("200 OK", "x".repeat((1 << 20) + 1)));
    let exchange = way_out(vec![grant(&server.url("/"), &["GET"])], here(), secrets(&[]), None);
    let answer = fetch(&exchange, request("GET", &server.url("/"), &[], ""));
    assert!(matches!(answer, Answer::Unreachable(_)), "{answer:?}");
}

#[test]
fn a_delivery_that_has_had_its_time_asks_nobody() {
    let server = Server::open(|_| ("200 OK", String::new()));
    let exchange = way_out(vec![grant(&server.url("/"), &["GET"])], here(), secrets(&[]), None);
    let over = Walk { exchange: &exchange, until: Instant::now() };
    let answer = over.answer(Need::Fetch(request("GET", &server.url("/"), &[], "")));
    assert_eq!(answer, Answer::Unreachable("the delivery took too long".to_owned()));
    assert!(server.asked().is_empty());
}

/// A name that stands for one address at the first look and for another one afterwards.
#[derive(Debug)]
struct Turning {
    looks: Arc<AtomicUsize>,
    first: SocketAddr,
    then: SocketAddr,
}

impl Resolver for Turning {
    fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let mut addresses = self.empty();
        let look = self.looks.fetch_add(1, Ordering::SeqCst);
        addresses.push(if look == 0 { self.first } else { self.then });
        Ok(addresses)
    }
}

#[test]
fn a_name_that_turns_into_an_address_of_the_house_leads_nowhere() {
    let server = Server::open(|_| ("200 OK", String::new()));
    let looks = Arc::new(AtomicUsize::new(0));
    let then = SocketAddr::new("127.0.0.2".parse().unwrap(), server.address.port());
    let turning = Turning { looks: Arc::clone(&looks), first: server.address, then };
    let granted = vec![grant("http://desk.example/", &["GET"])];
    let exchange =
        Exchange::reaching(Reach::with_names(here(), turning), Terms { grants: granted, ..Terms::default() });
    let ask = || fetch(&exchange, request("GET", "http://desk.example/", &[], ""));
    assert_eq!(fetched(ask()).status, 200);
    // One look for one connection: nothing is looked up again between the judgement and the connection.
    assert_eq!((looks.load(Ordering::SeqCst), server.asked().len()), (1, 1));
    assert!(refused(&ask()).contains("desk.example stands for 127.0.0.2"));
    assert_eq!(server.asked().len(), 1);
}

/// A channel with OAuth 2.0: it gives `token-1`, `token-2`, … and takes the last one, or none.
fn channel(takes: &'static str) -> Server {
    let given = AtomicUsize::new(0);
    Server::open(move |asked| {
        if asked.line.starts_with("POST /token") {
            let known = "authorization: Basic aWQlMkYxOnMlM0EyMzQ=";
            let right = asked.headers.iter().any(|header| header == known);
            let right = right && asked.body == "grant_type=client_credentials&scope=send%20all";
            let number = given.fetch_add(1, Ordering::SeqCst) + 1;
            let token = format!(r#"{{"access_token":"token-{number}","expires_in":3600}}"#);
            return if right { ("200 OK", token) } else { ("400 Bad Request", String::new()) };
        }
        let taken = asked.headers.iter().any(|header| header == &format!("authorization: Bearer {takes}"));
        let said = asked.headers.join(" ");
        if taken { ("200 OK", said) } else { ("401 Unauthorized", said) }
    })
}

fn let_in(server: &Server) -> Exchange {
    let oauth = sandbox::Auth::Oauth2 { url: server.url("/token"), scope: Some("send all".to_owned()) };
    let granted = vec![grant(&server.url("/"), &["POST"])];
    let secrets = secrets(&[("client-id", "id/1"), ("client-secret", "s:234")]);
    way_out(granted, here(), secrets, Auth::new(&oauth, |_| None))
}

fn with_token(server: &Server) -> Request {
    request("POST", &server.url("/send"), &[("authorization", "Bearer {auth:token}")], "{}")
}

#[test]
fn a_token_is_asked_for_once_and_kept() {
    let server = channel("token-1");
    let exchange = let_in(&server);
    for _ in 0..3 {
        let response = fetched(fetch(&exchange, with_token(&server)));
        let said = String::from_utf8(response.body).unwrap();
        assert_eq!(response.status, 200);
        assert!(said.contains("authorization: Bearer {auth:token}") && !said.contains("token-1"), "{said}");
    }
    let lines: Vec<String> = server.asked().into_iter().map(|asked| asked.line).collect();
    assert_eq!(lines.iter().filter(|line| line.starts_with("POST /token")).count(), 1);
    assert_eq!(lines.len(), 4);
    // What needs no token asks for none.
    let plain = fetched(fetch(&exchange, request("POST", &server.url("/send"), &[], "{}")));
    assert_eq!(plain.status, 401);
}

#[test]
fn a_token_that_is_no_longer_known_is_asked_for_again_once() {
    for (takes, status, asked) in [("token-2", 200, 4), ("none", 401, 4)] {
        let server = channel(takes);
        let response = fetched(fetch(&let_in(&server), with_token(&server)));
        assert_eq!((response.status, server.asked().len()), (status, asked), "{takes}");
    }
}

#[test]
fn without_a_token_nothing_is_sent() {
    let server = channel("token-1");
    let oauth = sandbox::Auth::Oauth2 { url: server.url("/token"), scope: None };
    let granted = vec![grant(&server.url("/"), &["POST"])];
    let wrong = secrets(&[("client-id", "id/1"), ("client-secret", "wrong")]);
    let exchange = way_out(granted.clone(), here(), wrong, Auth::new(&oauth, |_| None));
    let answer = fetch(&exchange, with_token(&server));
    assert_eq!(answer, Answer::Unreachable("no token could be had: the answer has the status 400".to_owned()));
    assert_eq!(server.asked().len(), 1);
    // The place where tokens are given must be granted, too.
    let sends = vec![grant(&server.url("/send"), &["POST"])];
    let exchange = way_out(sends, here(), secrets(&[]), Auth::new(&oauth, |_| None));
    let answer = fetch(&exchange, with_token(&server));
    assert!(matches!(&answer, Answer::Unreachable(why) if why.contains("no token could be had")), "{answer:?}");
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn a_call_of_the_systems_own_gives_a_token() {
    let given = AtomicUsize::new(0);
    let server = Server::open(move |asked| match asked.line.as_str() {
        "GET /gettoken?corp=c-1&secret=s%26%3D34 HTTP/1.1" => {
            let number = given.fetch_add(1, Ordering::SeqCst) + 1;
            ("200 OK", format!(r#"{{"data":{{"token":"t-{number}"}}}}"#))
        }
        // It forgets the first one at once.
        "POST /send?access_token=t-2 HTTP/1.1" => ("200 OK", r#"{"errcode":0}"#.to_owned()),
        _ => ("200 OK", r#"{"errcode":42001}"#.to_owned()),
    });
    let call = sandbox::Auth::TokenCall {
        method: "GET".to_owned(),
        url: server.url("/gettoken?corp={settings.corp}&secret={secret:corp-secret}"),
        body: None,
        token: "data.token".to_owned(),
        expires: None,
        stale: Some(Stale { field: "errcode".to_owned(), codes: vec![40_014, 42_001] }),
    };
    let auth = Auth::new(&call, |name| (name == "corp").then(|| "c-1".to_owned()));
    let granted = vec![grant(&server.url("/"), &["GET", "POST"])];
    let exchange = way_out(granted, here(), secrets(&[("corp-secret", "s&=34")]), auth);
    let sent = || request("POST", &server.url("/send?access_token={auth:token}"), &[], "");
    for asked in [4, 5] {
        assert_eq!(fetched(fetch(&exchange, sent())).body, br#"{"errcode":0}"#);
        assert_eq!(server.asked().len(), asked);
    }
    assert!(Auth::new(&call, |_| None).is_none(), "a setting that is not set");
}

#[test]
fn keys_sign_and_encrypt_and_stay() {
    let exchange = way_out(vec![], vec![], secrets(&[("key", "Jefe")]), None);
    let mac = |secret: &str| {
        let data = b"what do ya want for nothing?".to_vec();
        let mac = Mac { secret: secret.to_owned(), algorithm: MacAlgorithm::HmacSha1, data };
        exchange.walk().answer(Need::Mac(mac))
    };
    assert!(matches!(mac("key"), Answer::Mac(bytes) if crate::tokens::hex(&bytes).starts_with("effcdf6ae5eb")));
    assert!(refused(&mac("none")).contains("has no secret `none`"));
    let cipher = |data: Vec<u8>, algorithm| Cipher { secret: "key".to_owned(), algorithm, data };
    let sealed = exchange.walk().answer(Need::Encrypt(cipher(b"x".to_vec(), CipherAlgorithm::Feishu)));
    let Answer::Encrypted(sealed) = sealed else { panic!("{sealed:?}") };
    let opened = exchange.walk().answer(Need::Decrypt(cipher(sealed, CipherAlgorithm::Feishu)));
    assert_eq!(opened, Answer::Decrypted(b"x".to_vec()));
    let no_key = exchange.walk().answer(Need::Decrypt(cipher(vec![], CipherAlgorithm::Wecom)));
    assert_eq!(refused(&no_key), "the secret is no key: expected 43 digits of Base64");
}

/// An authority of the house, and a pair of certificate and key that it issued for a name.
struct Authority {
    certificate: rcgen::Certificate,
    issuer: rcgen::Issuer<'static, rcgen::KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let mut parameters = rcgen::CertificateParams::new(vec![]).unwrap();
        parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let key = rcgen::KeyPair::generate().unwrap();
        Authority { certificate: parameters.self_signed(&key).unwrap(), issuer: rcgen::Issuer::new(parameters, key) }
    }

    fn issue(&self, name: &str) -> (rcgen::Certificate, rcgen::KeyPair) {
        let key = rcgen::KeyPair::generate().unwrap();
        let parameters = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap();
        (parameters.signed_by(&key, &self.issuer).unwrap(), key)
    }

    fn pem(&self) -> Option<Vec<u8>> {
        Some(self.certificate.pem().into_bytes())
    }
}

/// A server of the house that talks to whoever shows a certificate of the house's authority.
fn closed_house(authority: &Authority) -> SocketAddr {
    let (certificate, key) = authority.issue("127.0.0.1");
    let mut roots = rustls::RootCertStore::empty();
    roots.add(authority.certificate.der().clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let clients = rustls::server::WebPkiClientVerifier::builder_with_provider(roots.into(), Arc::clone(&provider));
    let key = rustls::pki_types::PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(clients.build().unwrap())
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (address, config) = (listener.local_addr().unwrap(), Arc::new(config));
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let connection = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = BufReader::new(rustls::StreamOwned::new(connection, stream));
            let mut line = String::new();
            while stream.read_line(&mut line).is_ok_and(|read| read > 2) {
                line.clear();
            }
            // Whoever was not let in does not hear it.
            let _ = stream.get_mut().write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n");
        }
    });
    address
}

#[test]
fn a_closed_house_is_reached_with_its_own_certificates() {
    let (house, other) = (Authority::new(), Authority::new());
    let address = closed_house(&house);
    let own = |authority: &Authority, ca: Option<Vec<u8>>| {
        let (certificate, key) = authority.issue("desk");
        Pem { ca, certificate: Some(certificate.pem().into_bytes()), key: Some(key.serialize_pem()) }
    };
    for (pem, is_let_in, why) in [
        (own(&house, house.pem()), true, "the right authority and the right certificate"),
        (Pem { ca: house.pem(), ..Pem::default() }, false, "no certificate"),
        (own(&other, house.pem()), false, "a certificate of another authority"),
        (own(&house, other.pem()), false, "a server of another authority"),
        (own(&house, None), false, "a server that nobody knows"),
    ] {
        let place = format!("https://{address}/");
        let grants = vec![grant(&place, &["GET"])];
        let terms = Terms { grants, private: here(), trust: Trust::new(&pem).unwrap(), ..Terms::default() };
        let answer = fetch(&Exchange::new(terms), request("GET", &place, &[], ""));
        match (is_let_in, &answer) {
            (true, Answer::Fetched(response)) => assert_eq!(response.status, 204),
            (false, Answer::Unreachable(_)) => {}
            (_, _) => panic!("{why}: {answer:?}"),
        }
    }
}

#[test]
fn what_is_no_certificate_is_told_before_anything_is_sent() {
    let nothing = Some(b"nothing".to_vec());
    let (certificate, key) = Authority::new().issue("desk");
    let (certificate, key) = (Some(certificate.pem().into_bytes()), Some(key.serialize_pem()));
    for (pem, expected) in [
        (Pem { ca: nothing.clone(), ..Pem::default() }, TrustError::Authority),
        (Pem { certificate: nothing, key: key.clone(), ca: None }, TrustError::Certificate),
        (Pem { certificate: certificate.clone(), ..Pem::default() }, TrustError::Key),
        (Pem { key, ..Pem::default() }, TrustError::Key),
        (Pem { certificate, key: Some("nothing".to_owned()), ca: None }, TrustError::Key),
    ] {
        assert_eq!(Trust::new(&pem).err(), Some(expected));
    }
}
