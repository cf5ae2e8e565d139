//! The live lane: requests come through a channel, each sender hears what became of its own; the clock is set by hand.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    thread::JoinHandle,
};

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use engine::{
    decision::{Decision, DecisionBody},
    entity::Listing,
    fact::{Fact, Position},
    rule::{Answered, Verdict},
    time::{Instant, SKEW_MAX},
};
use road::{
    glance::Glance,
    lanes,
    place::Clock,
    source::{Decided, Receipt, Reply, Request, Sent, Stream},
    wire::{Told, parse_event, spell_instant},
};
use serde_json::{Value, json};
use store::{Appended, Store};

use crate::{
    house::{content, scripted},
    log::alert,
};

/// 2024-09-02T02:00:00Z.
const NOON: i64 = 1_725_242_400_000;
const SCRIPT: &str = "我这边会帮您反馈,请您耐心等待";

/// A tenant that is live.
struct Live {
    now: Arc<AtomicI64>,
    requests: Sender<Request>,
    stream: Receiver<Told>,
    road: JoinHandle<Store>,
}

impl Live {
    fn start(dir: &Path, now: i64) -> Self {
        let now = Arc::new(AtomicI64::new(now));
        let clock = Clock::Set(Arc::clone(&now));
        let ((requests, received), (told, stream)) = (unbounded(), unbounded());
        let store = Store::open(dir).expect("a store");
        let rulebook = scripted(Box::new(|_| Answered::Verdict(Verdict::default())));
        let lane = lanes::Live {
            store,
            rulebooks: rulebook.into(),
            threads: 2,
            clock,
            requests: received,
            stream: Some(stream_to(told)),
        };
        let road =
            std::thread::spawn(move || lanes::open(lane).and_then(lanes::Opened::live).expect("a life to its end"));
        Live { now, requests, stream, road }
    }

    fn set(&self, now: i64) {
        self.now.store(now, Ordering::SeqCst);
    }

    /// Sends events of the present and waits for both answers.
    fn send(&self, events: &[Value]) -> (Vec<Receipt>, Decided) {
        let (appended, receipts) = bounded(1);
        let (decided, answer) = bounded(1);
        let events = events.iter().map(|event| parse_event(event.to_string().as_bytes()).expect("an event")).collect();
        let appended = Box::new(move |receipts| drop(appended.send(receipts)));
        let decided: Reply<Decided> = Box::new(move |answer| drop(decided.send(answer)));
        self.requests.send(Request::Events(Sent { events, appended, decided: Some(decided) })).expect("a road");
        let receipts = receipts.recv().expect("receipts");
        (receipts, answer.recv().expect("an answer"))
    }

    /// Looks at the tenant.
    fn look<T: Send + 'static>(&self, look: impl FnOnce(&Glance<'_>) -> T + Send + 'static) -> T {
        let (seen, answer) = bounded(1);
        let look = Box::new(move |glance: &Glance<'_>| drop(seen.send(look(glance))));
        self.requests.send(Request::Look(look)).expect("a road");
        answer.recv().expect("an answer")
    }

    /// What was told up to the first decision of this kind.
    fn until(&self, kind: &str) -> Vec<Told> {
        let mut told = vec![self.stream.recv().expect("a decision")];
        while told.last().is_some_and(|last| last.decision.body.name() != kind) {
            told.push(self.stream.recv().expect("a decision"));
        }
        told
    }

    /// Ends it: every sender is gone.
    fn end(self) -> Store {
        drop(self.requests);
        self.road.join().expect("a road that ends well")
    }
}

fn stream_to(told: Sender<Told>) -> Stream {
    Box::new(move |decided| decided.into_iter().for_each(|one| drop(told.send(one))))
}

fn event(id: &str, kind: &str, subject: &str, time: i64, data: Value) -> Value {
    json!({"specversion": "1.0", "id": id, "source": "chat", "type": kind, "subject": subject,
        "time": spell_instant(Instant(time)), "data": data})
}

fn turn(id: &str, speaker: &str, text: &str, time: i64) -> Value {
    event(id, "plaint.turn.said", "contact/k-1", time, json!({"speaker": speaker, "text": text}))
}

fn names(told: &[Told]) -> Vec<&'static str> {
    told.iter().map(|told| told.decision.body.name()).collect()
}

fn facts(store: &Store) -> Vec<Fact> {
    store.read(Position(1), usize::MAX).expect("facts")
}

#[test]
fn a_sender_hears_that_it_is_kept_and_what_was_decided() {
    let dir = tempfile::tempdir().expect("a folder");
    let live = Live::start(dir.path(), NOON);
    let (receipts, decided) = live.send(&[turn("a", "agent", SCRIPT, NOON), turn("b", "agent", SCRIPT, NOON + 1)]);
    assert_eq!(appended(&receipts), [("a", Appended::New(Position(1))), ("b", Appended::New(Position(2)))]);
    assert_eq!((decided.positions, decided.told.len()), (vec![Position(1), Position(2)], 0));
    let (_, decided) = live.send(&[turn("c", "agent", SCRIPT, NOON + 2)]);
    let expected = ["plaint.alert.raised", "plaint.intervention.ordered", "plaint.notification.ordered"];
    assert_eq!(names(&decided.told), expected);
    let first = decided.told;
    assert_eq!(first, live.until("plaint.notification.ordered"));
    let (receipts, decided) = live.send(&[turn("c", "agent", SCRIPT, NOON + 2), turn("c", "agent", "不", NOON + 2)]);
    let position = Position(3);
    assert_eq!(appended(&receipts), [("c", Appended::Known(position)), ("c", Appended::Conflict { position })]);
    assert_eq!((decided.positions, decided.told), (vec![position], first));
    let store = live.end();
    assert_eq!(facts(&store).len(), 3);
    content(&store);
}

fn appended(receipts: &[Receipt]) -> Vec<(&str, Appended)> {
    receipts.iter().map(|receipt| (receipt.id.as_str(), receipt.appended)).collect()
}

#[test]
fn the_clock_alone_wakes_what_is_due() {
    let dir = tempfile::tempdir().expect("a folder");
    let live = Live::start(dir.path(), NOON);
    live.send(&[turn("a", "customer", "你好", NOON)]);
    live.set(NOON + 120_001);
    let told = live.until("plaint.notification.ordered");
    assert_eq!(names(&told), ["plaint.alert.raised", "plaint.notification.ordered"]);
    assert!(told.iter().all(|told| told.decision.at == Instant(NOON + 120_001)), "{told:?}");
    live.set(NOON + 200_000);
    let (_, decided) = live.send(&[turn("b", "agent", "您好", NOON + 200_000)]);
    assert_eq!(names(&decided.told), ["plaint.alert.cleared"]);
    let store = live.end();
    let kinds: Vec<_> = facts(&store).iter().map(|fact| fact.body.kind().name()).collect();
    assert_eq!(kinds, ["plaint.turn.said", "plaint.time.passed", "plaint.turn.said"]);
    content(&store);
}

#[test]
fn a_late_wake_up_stamps_what_was_due() {
    let dir = tempfile::tempdir().expect("a folder");
    let live = Live::start(dir.path(), NOON);
    for (n, id) in ["a", "b", "c"].into_iter().enumerate() {
        live.send(&[turn(id, "agent", SCRIPT, NOON + n as i64)]);
    }
    live.until("plaint.notification.ordered");
    live.set(NOON + 3_600_000);
    let mut told = live.until("plaint.intervention.ordered");
    told.extend(live.until("plaint.intervention.ordered"));
    let stamped: Vec<_> = told.iter().map(|told| (told.decision.at.0 - NOON, told.decision.body.name())).collect();
    assert_eq!(
        stamped,
        [
            (30_000, "plaint.intervention.ended"),
            (30_000, "plaint.intervention.ordered"),
            (60_000, "plaint.intervention.ended"),
            (60_000, "plaint.intervention.ordered"),
        ]
    );
    content(&live.end());
}

#[test]
fn a_time_that_is_ahead_is_clamped_and_one_that_is_past_is_marked() {
    let dir = tempfile::tempdir().expect("a folder");
    let live = Live::start(dir.path(), NOON);
    let ahead = SKEW_MAX.0;
    for (id, time) in [("on", ahead), ("over", ahead + 1), ("now", 0), ("old", -60_000), ("older", -60_001)] {
        let subject = format!("contact/{id}");
        live.send(&[event(id, "plaint.turn.said", &subject, NOON + time, json!({"speaker": "bot", "text": "x"}))]);
    }
    let known =
        event("over", "plaint.turn.said", "contact/over", NOON + ahead + 1, json!({"speaker": "bot", "text": "x"}));
    assert_eq!(appended(&live.send(&[known]).0), [("over", Appended::Known(Position(2)))]);
    let store = live.end();
    let marked: Vec<_> = facts(&store)
        .into_iter()
        .map(|fact| {
            (fact.id, fact.time.map(|time| time.0 - NOON), fact.at.0 - NOON, fact.marks.clock_skew, fact.marks.backfill)
        })
        .collect();
    let row = |id: &str, time, skew, backfill| (id.to_owned(), Some(time), 0, skew, backfill);
    assert_eq!(
        marked,
        [
            row("on", ahead, false, false),
            row("over", 0, true, false),
            row("now", 0, false, false),
            row("old", -60_000, false, false),
            row("older", -60_001, false, true),
        ]
    );
}

#[test]
fn what_came_too_late_to_act_on_raises_late() {
    let dir = tempfile::tempdir().expect("a folder");
    let live = Live::start(dir.path(), NOON);
    let said: Vec<Value> = (0..3).map(|n| turn(&n.to_string(), "agent", SCRIPT, NOON - 100_000 + n)).collect();
    let (_, decided) = live.send(&said);
    assert_eq!(names(&decided.told), ["plaint.alert.raised"]);
    live.end();
}

#[test]
fn a_restart_goes_on_where_it_ended() {
    let dir = tempfile::tempdir().expect("a folder");
    let live = Live::start(dir.path(), NOON);
    live.send(&[
        turn("a", "agent", SCRIPT, NOON),
        turn("b", "agent", SCRIPT, NOON + 1),
        turn("w", "customer", "?", NOON + 2),
    ]);
    drop(live.end());

    let live = Live::start(dir.path(), NOON + 10_000);
    let (receipts, decided) = live.send(&[turn("c", "agent", SCRIPT, NOON + 10_000)]);
    assert_eq!(appended(&receipts), [("c", Appended::New(Position(4)))]);
    assert_eq!(names(&decided.told)[0], "plaint.alert.raised");
    drop(live.end());

    // While nobody was there the hint expired, and the agent was to be changed.
    let live = Live::start(dir.path(), NOON + 45_000);
    let told = live.until("plaint.intervention.ordered");
    assert_eq!(told.last().map(|told| told.decision.at), Some(Instant(NOON + 40_000)));
    let about = format!("alert/{}", alert("chat", "contact/k-1", "agent-repeats-script", 1));
    let (_, decided) = live.send(&[event("t", "plaint.alert.taken", &about, NOON + 45_000, json!({}))]);
    assert!(decided.told.is_empty(), "{:?}", decided.told);
    let (_, decided) = live.send(&[event(
        "u",
        "plaint.alert.taken",
        "alert/00000000000000000000000000000000",
        NOON + 45_000,
        json!({}),
    )]);
    assert_eq!(names(&decided.told), ["plaint.alert.action-refused"]);
    content(&live.end());
}

/// A clock that is set back does not set the log back.
#[test]
fn the_log_never_goes_back() {
    let dir = tempfile::tempdir().expect("a folder");
    let live = Live::start(dir.path(), NOON);
    live.send(&[turn("a", "customer", "你好", NOON)]);
    live.set(NOON - 30_000);
    live.send(&[turn("b", "agent", "您好", NOON - 30_000)]);
    let store = live.end();
    assert_eq!(facts(&store).iter().map(|fact| fact.at).collect::<Vec<_>>(), [Instant(NOON); 2]);
}

/// Whoever looks sees the state of one position: what was decided up to there, all of it, and nothing later.
#[test]
fn a_look_is_sharp_and_the_past_is_told_as_it_was() {
    let dir = tempfile::tempdir().expect("a folder");
    let live = Live::start(dir.path(), NOON);
    let said: Vec<Value> = (0..3).map(|n| turn(&n.to_string(), "agent", SCRIPT, NOON + n)).collect();
    let (_, decided) = live.send(&said);
    live.send(&[event("end", "plaint.contact.closed", "contact/k-2", NOON, json!({}))]);
    let seen = |live: &Live| {
        live.look(|glance| {
            let listed = |listing| glance.listed(listing, None).map(|(since, _)| since.0 - NOON).collect::<Vec<_>>();
            let (mut told, mut after) = (Vec::new(), (Position(0), 0));
            loop {
                let recalled = glance.recall(after, 2).expect("a log");
                told.extend(recalled.told);
                after = recalled.after;
                if recalled.is_all {
                    break;
                }
            }
            let trail = glance.trail(Position(3), 2).expect("a log").into_iter().map(|fact| fact.id);
            (glance.decided(), listed(Listing::Contacts), listed(Listing::Alerts), told, trail.collect::<Vec<_>>())
        })
    };
    let first = seen(&live);
    let trail = vec!["1".to_owned(), "2".to_owned()];
    assert_eq!(first, (Position(4), vec![0], vec![0], decided.told, trail));
    drop(live.end());
    let again = Live::start(dir.path(), NOON + 1);
    assert_eq!(seen(&again), first);
    let raised = |decision: &Decision| matches!(decision.body, DecisionBody::AlertRaised(_));
    let found = again.look(move |glance| glance.find(Instant(NOON), raised).expect("a log"));
    assert_eq!(found.as_ref(), first.3.first());
    again.end();
}
