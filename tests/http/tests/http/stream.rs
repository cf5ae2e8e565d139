//! `GET /v1/stream`: first the past, then what is new, each decision once, wherever a reader left off.

use std::io::{BufRead, BufReader};

use serde_json::Value;

use crate::{
    house::{Installation, three_times},
    server::{Ask, Server},
};

/// A stream that is read event by event.
pub(crate) struct Reader {
    lines: std::io::Lines<BufReader<ureq::BodyReader<'static>>>,
    /// The event that was read last.
    pub(crate) event: Value,
}

impl Reader {
    pub(crate) fn open(server: &Server, query: &str, token: &str, headers: &[(&str, &str)]) -> Self {
        let ask = Ask { token: Some(token), headers, ..Ask::default() };
        let answer = server.open("GET", &format!("/v1/stream{query}"), ask).expect("an answer");
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        Reader { lines: BufReader::new(answer.into_body().into_reader()).lines(), event: Value::Null }
    }

    /// The next event's id, or the comment it is; `None` at the end.
    pub(crate) fn next(&mut self) -> Option<String> {
        let (mut id, mut kind) = (None, None);
        loop {
            let line = self.lines.next()?.ok()?;
            if let Some(said) = line.strip_prefix("id: ") {
                id = Some(said.to_owned());
            } else if let Some(said) = line.strip_prefix("event: ") {
                kind = Some(said.to_owned());
            } else if let Some(said) = line.strip_prefix("data: ") {
                let event: Value = serde_json::from_str(said).expect("JSON");
                assert_eq!((event["id"].as_str(), event["type"].as_str()), (id.as_deref(), kind.as_deref()));
                self.event = event;
                return id;
            } else if let Some(said) = line.strip_prefix(": ") {
                return Some(said.to_owned());
            }
        }
    }

    fn take(&mut self, count: usize) -> Vec<String> {
        (0..count).map(|_| self.next().expect("an event")).collect()
    }
}

fn sent(server: &Server, installation: &Installation, contact: &str) {
    server.post("/v1/events?wait=decided", installation.token("source"), &three_times(contact)).good(200);
}

#[test]
fn a_reader_hears_the_past_and_then_what_is_new() {
    let installation = Installation::new();
    let server = Server::start(&installation);
    let lead = installation.token("lead");
    sent(&server, &installation, "k-1");
    let mut all = Reader::open(&server, "?after=0-0", lead, &[]);
    assert_eq!(all.take(3), ["5-0", "5-1", "5-2"]);
    let mut new = Reader::open(&server, "", lead, &[]);
    let mut raised = Reader::open(&server, "?type=plaint.alert.raised&after=0-0", lead, &[]);
    let mut resumed = Reader::open(&server, "?after=0-0", lead, &[("last-event-id", "5-1")]);
    sent(&server, &installation, "k-2");
    assert_eq!(all.take(3), ["9-0", "9-1", "9-2"]);
    assert_eq!(new.take(1), ["9-0"]);
    assert_eq!(raised.take(2), ["5-0", "9-0"]);
    assert_eq!(resumed.take(4), ["5-2", "9-0", "9-1", "9-2"]);
    for query in ["?after=x", "?type=plaint.turn.said", "?x=1"] {
        server.get(&format!("/v1/stream{query}"), lead).problem(400, "bad-parameter");
    }
}

/// Whoever comes while decisions are made hears each of them once, in order.
#[test]
fn there_is_no_gap_between_the_past_and_the_present() {
    const CONTACTS: usize = 40;
    let installation = Installation::new();
    let server = Server::start(&installation);
    let lead = installation.token("lead");
    let ids: Vec<Vec<String>> = std::thread::scope(|scope| {
        let (server, installation) = (&server, &installation);
        scope.spawn(move || (0..CONTACTS).for_each(|n| sent(server, installation, &format!("k-{n}"))));
        let readers =
            (0..6).map(|_| scope.spawn(move || Reader::open(server, "?after=0-0", lead, &[]).take(CONTACTS * 3)));
        let readers: Vec<_> = readers.collect();
        readers.into_iter().map(|reader| reader.join().expect("a reader")).collect()
    });
    let expected: Vec<String> =
        (1..=CONTACTS).flat_map(|n| (0..3).map(move |decision| format!("{}-{decision}", n * 4 + 1))).collect();
    for read in ids {
        assert_eq!(read, expected);
    }
}

#[test]
fn a_reader_is_told_when_the_server_stops() {
    let installation = Installation::new();
    let server = Server::start(&installation);
    let mut reader = Reader::open(&server, "", installation.token("lead"), &[]);
    let (status, _) = server.stop();
    assert_eq!(reader.next().as_deref(), Some("the server stops; come again"));
    assert_eq!((reader.next(), status.code()), (None, Some(0)));
}
