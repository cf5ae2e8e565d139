//! News: what the server decided and what reached the exchange, in the order it came; whoever tells the story waits
//! for what must come, and never longer than it may take.

use std::{
    io::BufRead as _,
    sync::mpsc::{Receiver, RecvTimeoutError, Sender},
    thread,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use serde_json::Value;

use crate::{client::Client, exchange::Delivery, failure::Failure};

/// Longest wait for what must come: a slow machine under load, not a broken one.
const WAIT_MAX: Duration = Duration::from_secs(30);

/// What can come.
pub(crate) enum News {
    /// The server decided something.
    Decision(Decision),
    /// The exchange was told something.
    Delivery(Delivery),
    /// The stream is over.
    Over,
    /// Somebody asked the demo to stop.
    Stop,
}

/// A decision as the stream tells it.
#[derive(Clone, Debug)]
pub(crate) struct Decision {
    /// Its address: the fact it was made at, and its ordinal there.
    pub(crate) address: String,
    /// `plaint.alert.raised`, …
    pub(crate) kind: String,
    /// When, by the server's clock.
    pub(crate) time: Timestamp,
    /// What it says.
    pub(crate) data: Value,
}

impl Decision {
    /// Reads a CloudEvent.
    pub(crate) fn read(event: &Value) -> Option<Self> {
        let text = |name: &str| event[name].as_str().map(str::to_owned);
        let time = event["time"].as_str()?.parse().ok()?;
        Some(Decision { address: text("id")?, kind: text("type")?, time, data: event["data"].clone() })
    }

    /// A field of its data that is a text; empty where there is none.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.data[name].as_str().unwrap_or_default()
    }

    /// Whether it is of this kind and says this under this name.
    pub(crate) fn is(&self, kind: &str, name: &str, value: &str) -> bool {
        self.kind == kind && self.text(name) == value
    }

    /// Where it stands in the stream.
    fn place(&self) -> Option<(u64, u32)> {
        let (position, n) = self.address.split_once('-')?;
        Some((position.parse().ok()?, n.parse().ok()?))
    }
}

/// Follows the server's stream on a thread of its own.
pub(crate) fn follow(client: &Client, news: Sender<News>) -> Result<(), Failure> {
    let stream = client.stream()?;
    thread::spawn(move || {
        for line in stream.lines().map_while(Result::ok) {
            let event = line.strip_prefix("data:").and_then(|data| serde_json::from_str(data.trim()).ok());
            let decision = event.as_ref().and_then(Decision::read);
            if decision.is_some_and(|decision| news.send(News::Decision(decision)).is_err()) {
                return;
            }
        }
        drop(news.send(News::Over));
    });
    Ok(())
}

/// Hears the news, keeps what concerns the story, and has it told.
pub(crate) struct Desk<'a> {
    news: Receiver<News>,
    /// Tells of a decision as it comes; whether it belongs to the story.
    tell: Box<dyn FnMut(&Decision) -> bool + 'a>,
    heard: Vec<Decision>,
    delivered: Vec<Delivery>,
    latest: (u64, u32),
}

impl<'a> Desk<'a> {
    /// Hears `news`.
    pub(crate) fn new(news: Receiver<News>, tell: Box<dyn FnMut(&Decision) -> bool + 'a>) -> Self {
        Desk { news, tell, heard: Vec::new(), delivered: Vec::new(), latest: (0, 0) }
    }

    /// Hears what comes until then.
    pub(crate) fn listen(&mut self, until: Instant) -> Result<(), Failure> {
        while self.hear(until)? {}
        Ok(())
    }

    /// Waits until the stream has told everything a request was answered with.
    pub(crate) fn catch_up(&mut self, answer: &Value) -> Result<(), Failure> {
        let decisions = answer["decisions"].as_array();
        let last = decisions.and_then(|decisions| Decision::read(decisions.last()?)?.place());
        self.wait("what the answer told, in the stream as well", |desk| {
            (last.is_none_or(|last| desk.latest >= last)).then_some(())
        })
    }

    /// The decision of the story that must come, or came already.
    pub(crate) fn expect(&mut self, what: &str, is: impl Fn(&Decision) -> bool) -> Result<Decision, Failure> {
        self.wait(what, |desk| desk.heard.iter().find(|decision| is(decision)).cloned())
    }

    /// One more of the story's decisions that are like this than there were `before`.
    pub(crate) fn expect_another(
        &mut self,
        what: &str,
        before: usize,
        is: impl Fn(&Decision) -> bool,
    ) -> Result<Decision, Failure> {
        self.wait(what, |desk| desk.heard.iter().filter(|decision| is(decision)).nth(before).cloned())
    }

    /// The delivery that must reach the exchange, or did already.
    pub(crate) fn expect_delivery(&mut self, what: &str, is: impl Fn(&Value) -> bool) -> Result<Delivery, Failure> {
        self.wait(what, |desk| desk.delivered.iter().find(|delivery| is(&delivery.body)).cloned())
    }

    /// Everything of the story so far that is like this.
    pub(crate) fn all(&self, is: impl Fn(&Decision) -> bool) -> Vec<Decision> {
        self.heard.iter().filter(|decision| is(decision)).cloned().collect()
    }

    /// Hears out a server that is being stopped.
    pub(crate) fn hear_out(&mut self) -> Result<(), Failure> {
        loop {
            match self.hear(Instant::now() + WAIT_MAX) {
                Err(Failure::Server(_)) => return Ok(()),
                Err(stopped) => return Err(stopped),
                Ok(_) => {}
            }
        }
    }

    /// Stays until somebody asks the demo to stop, or the server has gone.
    pub(crate) fn stay(&mut self) {
        let long = Duration::from_secs(60);
        while self.hear(Instant::now() + long).is_ok() {}
    }

    fn wait<T>(&mut self, what: &str, mut found: impl FnMut(&Self) -> Option<T>) -> Result<T, Failure> {
        let until = Instant::now() + WAIT_MAX;
        loop {
            if let Some(found) = found(self) {
                return Ok(found);
            }
            if !self.hear(until)? {
                return Err(Failure::NotCome { what: what.to_owned(), within: WAIT_MAX });
            }
        }
    }

    /// One piece of news; whether there was any.
    fn hear(&mut self, until: Instant) -> Result<bool, Failure> {
        match self.news.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(News::Decision(decision)) => {
                self.latest = self.latest.max(decision.place().unwrap_or_default());
                if (self.tell)(&decision) {
                    self.heard.push(decision);
                }
            }
            Ok(News::Delivery(delivery)) => self.delivered.push(delivery),
            Ok(News::Stop) => return Err(Failure::Stopped),
            Ok(News::Over) | Err(RecvTimeoutError::Disconnected) => {
                return Err(Failure::Server("has ended".to_owned()));
            }
            Err(RecvTimeoutError::Timeout) => return Ok(false),
        }
        Ok(true)
    }
}
