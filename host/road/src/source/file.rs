//! Files and standard input: read, normalised, put in the order they happened.
//!
//! A file whose times already rise is streamed; another is read whole and sorted by time, stably, an event
//! without a time staying behind the one before it. Standard input is taken as it comes.

use std::{collections::VecDeque, io};

use crossbeam_channel::{Receiver, Sender, bounded};
use engine::time::{Duration, INSTANT_MIN, Instant};
use sandbox::{Connector, Message, ReceiveError};
use serde::Deserialize;
use store::Appended;

pub use super::lines::Input;
use super::{
    Receipt, Source, Want,
    lines::{Line, Lines},
    time_passed,
};
use crate::{
    RoadError,
    glance::Glance,
    wire::{EVENT_BYTES_MAX, Event, Refusal, Told, parse_event, parse_instant, read_draft},
};

/// A larger message is refused: a transcript of ten hours has less.
const MESSAGE_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Lines read ahead of the road: chunks of this many.
const CHUNK_LINES: usize = 512;
/// Chunks waiting.
const CHUNKS_MAX: usize = 8;

/// Nothing goes on for so long without a word; a source's clock may be wrong then.
pub const LEAP: Duration = Duration(366 * 24 * 3_600_000);

/// How an input is read.
pub struct Reading {
    /// Where from.
    pub input: Input,
    /// The connector that understands its lines, and the source's name; without one a line is a CloudEvent.
    pub connector: Option<(Connector, String)>,
    /// What is told before the first line.
    pub before: Vec<Event>,
    /// It tells of the past.
    pub backfill: bool,
    /// Lets time pass until then after the last line.
    pub until: Option<Instant>,
    /// One event at a time, so that decisions are heard right behind the event they were made at.
    pub stepwise: bool,
}

/// What somebody listening to a reading hears.
pub enum Heard<'a> {
    /// A line that could not be taken in.
    Bad(u64, &'a Refusal),
    /// The event of a line lies more than [`LEAP`] behind the one before: a clock may be wrong.
    Leap(u64, Instant),
    /// An event, about to be appended; only in a stepwise reading.
    Event(&'a Event),
    /// A decision, committed.
    Decided(&'a Told),
    /// An event was appended.
    Appended,
    /// An event stood in the log already.
    Known,
    /// Bytes of the input read so far, and in all where that is known.
    Progress(u64, Option<u64>),
    /// There is nothing more to hear for now.
    Idle,
}

/// Somebody who listens.
pub trait Listener {
    /// Hears something.
    ///
    /// # Errors
    /// When it can listen no more; the road stops then.
    fn hear(&mut self, heard: Heard<'_>) -> io::Result<()>;
}

/// A file or standard input as a source.
pub struct FileSource<'l> {
    chunks: Receiver<io::Result<Chunk>>,
    waiting: VecDeque<(u64, Event)>,
    given: Vec<u64>,
    latest: Option<Instant>,
    until: Option<Instant>,
    bytes: Option<u64>,
    stepwise: bool,
    listener: &'l mut dyn Listener,
    name: String,
}

/// What was read of some lines.
struct Chunk {
    events: Vec<(u64, Event)>,
    bad: Vec<(u64, Refusal)>,
    read: u64,
}

impl<'l> FileSource<'l> {
    /// Begins to read.
    ///
    /// # Errors
    /// When the input cannot be opened.
    pub fn open(reading: Reading, listener: &'l mut dyn Listener) -> Result<Self, RoadError> {
        let name = reading.input.name();
        let (until, stepwise) = (reading.until, reading.stepwise);
        let failed = |error: io::Error| RoadError::Input { origin: reading.input.name(), problem: error.to_string() };
        let streamed =
            reading.input == Input::Stdin || (reading.connector.is_none() && rises(&reading.input).map_err(failed)?);
        let input = reading.input.clone();
        let waiting = reading.before.iter().map(|event| (0, event.clone())).collect();
        let reader = Reader::open(reading)?;
        let bytes = if reader.lines.is_gzip() { None } else { input.bytes() };
        let (sender, chunks) = bounded(CHUNKS_MAX);
        std::thread::spawn(move || if streamed { reader.stream(&sender) } else { reader.sort(&sender) });
        Ok(FileSource { chunks, waiting, given: Vec::new(), latest: None, until, bytes, stepwise, listener, name })
    }

    fn take(&mut self, chunk: io::Result<Chunk>) -> Result<(), RoadError> {
        let chunk =
            chunk.map_err(|error| RoadError::Input { origin: self.name.clone(), problem: error.to_string() })?;
        for (line, refusal) in &chunk.bad {
            self.hear(Heard::Bad(*line, refusal))?;
        }
        self.waiting.extend(chunk.events);
        self.hear(Heard::Progress(chunk.read, self.bytes))
    }

    fn hear_leaps(&mut self, events: &[Event]) -> Result<(), RoadError> {
        for (place, time) in events.iter().enumerate().filter_map(|(place, event)| Some((place, event.time?))) {
            if self.latest.is_some_and(|latest| time.since(latest) > LEAP) {
                self.hear(Heard::Leap(self.given[place], time))?;
            }
            self.latest = self.latest.max(Some(time));
        }
        Ok(())
    }

    fn hear(&mut self, heard: Heard<'_>) -> Result<(), RoadError> {
        self.listener.hear(heard).map_err(RoadError::Output)
    }
}

impl Source for FileSource<'_> {
    fn receive(&mut self, want: Want) -> Result<Option<Vec<Event>>, RoadError> {
        if self.stepwise && want.ready {
            return Ok(Some(Vec::new()));
        }
        let most = if self.stepwise { 1 } else { want.most };
        while self.waiting.len() < most {
            let nothing_yet = self.waiting.is_empty();
            let chunk = match self.chunks.try_recv() {
                Ok(chunk) => chunk,
                Err(_) if nothing_yet && !want.ready => match self.chunks.recv() {
                    Ok(chunk) => chunk,
                    Err(_) => break,
                },
                Err(crossbeam_channel::TryRecvError::Empty) => break,
                Err(crossbeam_channel::TryRecvError::Disconnected) => break,
            };
            self.take(chunk)?;
        }
        let count = most.min(self.waiting.len());
        let (lines, mut events): (Vec<u64>, Vec<Event>) = self.waiting.drain(..count).unzip();
        self.given = lines;
        self.hear_leaps(&events)?;
        if events.is_empty() && want.ready {
            self.hear(Heard::Idle)?;
            return Ok(Some(events));
        }
        if let (true, Some(event)) = (self.stepwise, events.first()) {
            self.listener.hear(Heard::Event(event)).map_err(RoadError::Output)?;
        }
        if events.is_empty()
            && let Some(until) = self.until.take()
        {
            self.given.push(0);
            events.push(time_passed(until));
        }
        Ok((!events.is_empty()).then_some(events))
    }

    fn tell(&mut self, receipts: Vec<Receipt>, decided: Vec<Told>, _: &Glance<'_>) -> Result<(), RoadError> {
        let lines = std::mem::take(&mut self.given);
        for (receipt, line) in receipts.into_iter().zip(lines) {
            match receipt.appended {
                Appended::New(_) | Appended::Known(_) if line == 0 => {}
                Appended::New(_) => self.hear(Heard::Appended)?,
                Appended::Known(_) => self.hear(Heard::Known)?,
                Appended::Conflict { position } => {
                    let Receipt { source, id, .. } = receipt;
                    self.hear(Heard::Bad(line, &Refusal::Conflict { source, id, position: position.0 }))?;
                }
            }
        }
        decided.iter().try_for_each(|told| self.hear(Heard::Decided(told)))
    }
}

/// Reads lines on a thread of its own, ahead of the road.
struct Reader {
    lines: Lines,
    connector: Option<(Connector, String)>,
    backfill: bool,
}

impl Reader {
    fn open(reading: Reading) -> Result<Self, RoadError> {
        let bytes_max = if reading.connector.is_some() { MESSAGE_BYTES_MAX } else { EVENT_BYTES_MAX };
        let lines = Lines::open(&reading.input, bytes_max)
            .map_err(|error| RoadError::Input { origin: reading.input.name(), problem: error.to_string() })?;
        Ok(Reader { lines, connector: reading.connector, backfill: reading.backfill })
    }

    fn stream(mut self, to: &Sender<io::Result<Chunk>>) {
        loop {
            match self.chunk(CHUNK_LINES) {
                Ok(Some(chunk)) => {
                    if to.send(Ok(chunk)).is_err() {
                        return;
                    }
                }
                Ok(None) => return,
                Err(error) => {
                    let _ = to.send(Err(error));
                    return;
                }
            }
        }
    }

    fn sort(mut self, to: &Sender<io::Result<Chunk>>) {
        let mut all = Vec::new();
        let mut latest = INSTANT_MIN;
        loop {
            match self.chunk(CHUNK_LINES) {
                Ok(Some(mut chunk)) => {
                    for (line, event) in chunk.events.drain(..) {
                        latest = event.time.unwrap_or(latest);
                        all.push((latest, line, event));
                    }
                    if to.send(Ok(chunk)).is_err() {
                        return;
                    }
                }
                Ok(None) => break,
                Err(error) => {
                    let _ = to.send(Err(error));
                    return;
                }
            }
        }
        all.sort_by_key(|(time, _, _)| *time);
        let read = self.lines.read();
        let mut events = all.into_iter().map(|(_, line, event)| (line, event)).peekable();
        while events.peek().is_some() {
            let events = events.by_ref().take(CHUNK_LINES).collect();
            if to.send(Ok(Chunk { events, bad: Vec::new(), read })).is_err() {
                return;
            }
        }
    }

    /// What the next lines say; ends early where the input has no more to give at once.
    fn chunk(&mut self, most: usize) -> io::Result<Option<Chunk>> {
        let mut chunk = Chunk { events: Vec::new(), bad: Vec::new(), read: 0 };
        for count in 0..most {
            if count > 0 && self.lines.would_wait() {
                break;
            }
            let Some(line) = self.lines.next()? else {
                if count == 0 {
                    return Ok(None);
                }
                break;
            };
            match self.normalise(&line) {
                Ok(events) => chunk.events.extend(events.into_iter().map(|event| (line.number, event))),
                Err(refusal) => chunk.bad.push((line.number, refusal)),
            }
        }
        chunk.read = self.lines.read();
        Ok(Some(chunk))
    }

    fn normalise(&self, line: &Line) -> Result<Vec<Event>, Refusal> {
        let mut events = match &self.connector {
            None if line.bytes > EVENT_BYTES_MAX => return Err(Refusal::TooLarge(line.bytes)),
            None => vec![parse_event(&line.text)?],
            Some(_) if line.bytes > MESSAGE_BYTES_MAX => return Err(Refusal::TooLarge(line.bytes)),
            Some((connector, source)) => normalise(connector, source, &line.text)?,
        };
        events.iter_mut().for_each(|event| event.backfill |= self.backfill);
        Ok(events)
    }
}

/// A message is atomic: all of its drafts are taken, or none.
fn normalise(connector: &Connector, source: &str, message: &[u8]) -> Result<Vec<Event>, Refusal> {
    let message = Message { headers: Vec::new(), body: message.to_vec() };
    let received = connector.receive(&message).map_err(|error| match error {
        ReceiveError::Refused { at, expected } => Refusal::Connector { at, expected },
        ReceiveError::Failed(why) => Refusal::Connector { at: String::new(), expected: why.reason },
        ReceiveError::Overrun(overrun) => Refusal::Connector { at: String::new(), expected: overrun.to_string() },
    })?;
    let made_by = |event| Event { connector: Some(connector.digest().id()), ..event };
    received.drafts.into_iter().map(|draft| read_draft(source, draft).map(made_by)).collect()
}

/// Whether the times of a file never fall.
fn rises(input: &Input) -> io::Result<bool> {
    #[derive(Deserialize)]
    struct OnlyTime<'a> {
        #[serde(borrow)]
        time: Option<std::borrow::Cow<'a, str>>,
    }
    let mut lines = Lines::open(input, EVENT_BYTES_MAX)?;
    let mut latest = INSTANT_MIN;
    while let Some(line) = lines.next()? {
        let time = serde_json::from_slice::<OnlyTime<'_>>(&line.text).ok().and_then(|line| line.time);
        let Some(time) = time.and_then(|time| parse_instant(&time).ok()) else { continue };
        if time < latest {
            return Ok(false);
        }
        latest = time;
    }
    Ok(true)
}
