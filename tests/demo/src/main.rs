//! `plaint-demo`: the story plaint was made for, told live against a real server, at many times its speed.
//!
//! It is a test, too: what must be decided and is not ends it with an error. It knows of plaint only what its doors
//! say. The scenes stand in [`scene`], the texts in `story/`.

mod client;
mod crowd;
mod exchange;
mod failure;
mod house;
mod news;
mod paper;
mod people;
mod scene;
mod story;
mod tell;

use std::{
    env,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::mpsc::{self, Sender},
    thread,
};

use signal_hook::{
    consts::{SIGINT, SIGTERM},
    iterator::Signals,
};

use crowd::Crowd;
use failure::Failure;
use house::{House, MAIN, THEN};
use news::{Desk, News};
use paper::{Ink, Paper};
use people::People;
use scene::{Pace, Stage, call, cases, ending, journey, next_day, then};
use story::{Lang, Recording, Story};
use tell::Teller;

const USAGE: &str = "usage: plaint-demo [--once] [--fast] [--lang zh|en]
  --once   stop when the story is told; otherwise the server stays up, to be tried
  --fast   leave no pauses for a reader
  --lang   the language; the locale's by default";

/// What shells show for a program that was interrupted.
const INTERRUPTED: u8 = 130;

/// What was asked for on the command line.
struct Asked {
    stays: bool,
    pace: Pace,
    lang: Lang,
}

fn main() -> ExitCode {
    let paper = Paper::of_stdout();
    let Some(asked) = asked(env::args().skip(1)) else {
        paper.line(Ink::Plain, USAGE);
        return ExitCode::from(2);
    };
    match tell(&paper, &asked) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Stopped) => ExitCode::from(INTERRUPTED),
        Err(failure) => {
            paper.line(Ink::Red, &format!("plaint-demo: failed to {failure}"));
            ExitCode::FAILURE
        }
    }
}

fn asked(mut words: impl Iterator<Item = String>) -> Option<Asked> {
    let mut asked = Asked { stays: true, pace: Pace::Spoken, lang: of_locale() };
    while let Some(word) = words.next() {
        match word.as_str() {
            "--once" => asked.stays = false,
            "--fast" => asked.pace = Pace::AtOnce,
            "--lang" => asked.lang = Lang::named(&words.next()?)?,
            _ => return None,
        }
    }
    Some(asked)
}

/// The locale's language: Chinese where it begins with `zh`, English otherwise.
fn of_locale() -> Lang {
    let set = |name: &&str| env::var(name).ok().filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(set);
    if locale.is_some_and(|locale| locale.starts_with("zh")) { Lang::Zh } else { Lang::En }
}

/// The repository: this package stands two folders below it.
fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.canonicalize().unwrap_or(root)
}

/// `plaint`, which was built beside this program.
fn plaint() -> Result<PathBuf, Failure> {
    let own = env::current_exe().map_err(|error| Failure::Start("plaint".to_owned(), error))?;
    Ok(own.with_file_name(format!("plaint{}", env::consts::EXE_SUFFIX)))
}

fn tell(paper: &Paper, asked: &Asked) -> Result<(), Failure> {
    let root = root();
    let story = Story::read(&root.join("tests/demo/story"), asked.lang)?;
    let recording = Recording::read(&root.join("tests/scenarios/stories"), asked.lang)?;
    let people = People::read(&root.join("rules/appliance"), asked.lang, story.names.clone())?;
    let teller = Teller::new(paper, &story, &people, asked.lang);
    let (sender, news) = mpsc::channel();
    stop_when_asked(sender.clone())?;
    let exchange = exchange::open(house::SIGNING, sender.clone())?;
    let house = House::build(plaint()?, &root, &exchange, asked.lang)?;
    paper.line(Ink::Bold, story.word("title"));
    paper.gap();
    let operator = house.token(MAIN, "operator", None)?;
    let play =
        Play { house: &house, teller: &teller, recording: &recording, pace: asked.pace, sender, operator: &operator };
    let stage = play.through(&root, Desk::new(news, Box::new(|decision| teller.decided(decision))))?;
    if asked.stays {
        stay(stage, &operator);
        return Ok(());
    }
    drop(stage);
    house.verify()?;
    paper.paragraph(Ink::Dim, story.word("verified"));
    Ok(())
}

/// What the whole story is played with.
struct Play<'a> {
    house: &'a House,
    teller: &'a Teller<'a>,
    recording: &'a Recording,
    pace: Pace,
    sender: Sender<News>,
    operator: &'a str,
}

impl<'a> Play<'a> {
    /// The story, over two days; gives the stage as it is left.
    fn through(&self, root: &Path, desk: Desk<'a>) -> Result<Stage<'a>, Failure> {
        let mut stage = self.stage(house::Day::First, desk)?;
        let past = self.house.client(&stage.server, (THEN, "operator"), None)?;
        let then = then::play(&past, self.recording, self.teller)?;
        let journey = journey::play(&mut stage)?;
        let crowd = Crowd::begin(root, &stage.client);
        let call = call::play(&mut stage)?;
        let taken = cases::play(&mut stage)?;
        let passed = crowd.end();
        let mut stage = self.overnight(stage)?;
        let next_day = next_day::play(&mut stage, &taken)?;
        let played = ending::Played { then: &then, journey: &journey, call: &call, taken: &taken, next_day: &next_day };
        ending::play(self.teller, &played)?;
        ending::beside(self.teller, passed)?;
        Ok(stage)
    }

    /// The server is stopped, and started again a day later.
    fn overnight(&self, stage: Stage<'a>) -> Result<Stage<'a>, Failure> {
        let (paper, story) = (self.teller.paper, self.teller.story);
        paper.heading(story.word("next-day-heading"));
        paper.paragraph(Ink::Plain, story.word("overnight"));
        paper.gap();
        let Stage { server, mut desk, .. } = stage;
        drop(server);
        desk.hear_out()?;
        self.stage(house::Day::Next, desk)
    }

    /// A server that was just started, with everybody in their places.
    fn stage(&self, day: house::Day, desk: Desk<'a>) -> Result<Stage<'a>, Failure> {
        let server = self.house.open(day)?;
        let client = client::Client::new(&server.address, self.operator);
        news::follow(&client, self.sender.clone())?;
        let Play { house, teller, recording, pace, .. } = *self;
        Ok(Stage { house, server, client, desk, teller, recording, pace })
    }
}

/// Stays up and says what can be tried.
fn stay(mut stage: Stage<'_>, operator: &str) {
    let teller = stage.teller;
    for line in teller.story.say("try", &[("address", &stage.server.address), ("token", operator)]).lines() {
        teller.paper.line(Ink::Plain, line);
    }
    stage.desk.stay();
    teller.paper.line(Ink::Dim, teller.story.word("stopped"));
}

/// Ctrl-C and its relatives end the demo, and the server with it, in order.
fn stop_when_asked(news: Sender<News>) -> Result<(), Failure> {
    let signals = Signals::new([SIGINT, SIGTERM]);
    let mut signals = signals.map_err(|error| Failure::Start("listening to signals".to_owned(), error))?;
    thread::spawn(move || {
        for _ in signals.forever() {
            drop(news.send(News::Stop));
        }
    });
    Ok(())
}
