//! Telling: decisions to standard output, everything else to standard error.

mod casework;
mod summary;
mod text;
mod words;

use std::{
    collections::BTreeMap,
    io::{self, BufWriter, Stdout, Write},
    time::Instant,
};

use engine::time::Instant as At;
use indicatif::{ProgressBar, ProgressStyle};
use policy::Lang;
use road::{
    source::{Heard, Listener},
    wire::{Refusal, decision_json, spell_instant},
};

use crate::cli::Format;
use text::Story;

/// Bad lines that are spelled out; of more only the number is told.
const BAD_LINES_MAX: u64 = 100;

/// Tells a run.
pub(crate) struct Teller {
    format: Format,
    lang: Lang,
    out: BufWriter<Stdout>,
    story: Story,
    bar: ProgressBar,
    counts: Counts,
    started: Instant,
}

/// What there was.
#[derive(Default)]
struct Counts {
    appended: u64,
    known: u64,
    bad: u64,
    decisions: BTreeMap<&'static str, u64>,
}

impl Teller {
    pub(crate) fn new(format: Format, lang: Lang) -> Self {
        Teller {
            format,
            lang,
            out: BufWriter::new(io::stdout()),
            story: Story::new(lang),
            bar: ProgressBar::no_length().with_style(style("{spinner} {bytes} {elapsed}")),
            counts: Counts::default(),
            started: Instant::now(),
        }
    }

    /// Tells the sum; gives how many lines were bad.
    pub(crate) fn finish(mut self) -> u64 {
        self.bar.finish_and_clear();
        let rest = self.story.rest();
        // A reader that has seen enough closes the pipe; the summary is still worth a try.
        let _ = self.out.write_all(rest.as_bytes()).and_then(|()| self.out.flush());
        let summary = summary::summary(&self.counts, self.started.elapsed(), self.lang);
        let _ = writeln!(io::stderr(), "{summary}");
        self.counts.bad
    }

    fn bad(&mut self, line: u64, refusal: &Refusal) -> io::Result<()> {
        self.counts.bad += 1;
        let text = refusal.text(self.lang);
        let told = match (self.counts.bad, self.lang) {
            (..=BAD_LINES_MAX, Lang::Zh) => format!("第 {line} 行:{text}"),
            (..=BAD_LINES_MAX, Lang::En) => format!("line {line}: {text}"),
            _ => return Ok(()),
        };
        self.bar.suspend(|| writeln!(io::stderr(), "{told}"))
    }

    fn leap(&mut self, line: u64, time: At) -> io::Result<()> {
        let time = spell_instant(time);
        let told = match self.lang {
            Lang::Zh => format!("第 {line} 行:时间跳到 {time},比前一事件晚一年以上;若时钟有误,请更正这一行"),
            Lang::En => format!(
                "line {line}: time leaps to {time}, more than a year behind the event before; correct the line if \
                 that clock is wrong"
            ),
        };
        self.bar.suspend(|| writeln!(io::stderr(), "{told}"))
    }
}

impl Listener for Teller {
    fn hear(&mut self, heard: Heard<'_>) -> io::Result<()> {
        match heard {
            Heard::Bad(line, refusal) => return self.bad(line, refusal),
            Heard::Leap(line, time) => return self.leap(line, time),
            Heard::Appended => self.counts.appended += 1,
            Heard::Known => self.counts.known += 1,
            Heard::Progress(read, total) => {
                if let Some(total) = total.filter(|_| self.bar.length().is_none()) {
                    self.bar.set_length(total);
                    self.bar.set_style(style("{bar:30} {percent}% {bytes}/{total_bytes} {eta}"));
                }
                self.bar.set_position(read);
            }
            Heard::Event(event) => {
                let text = self.story.event(event);
                self.out.write_all(text.as_bytes())?;
            }
            Heard::Decided(told) => {
                *self.counts.decisions.entry(told.decision.body.name()).or_default() += 1;
                match self.format {
                    Format::Json => writeln!(self.out, "{}", decision_json(told))?,
                    Format::Text => self.out.write_all(self.story.decision(told).as_bytes())?,
                }
            }
            Heard::Idle => self.out.flush()?,
        }
        Ok(())
    }
}

/// How far the input has been read: shown on a terminal only.
fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
