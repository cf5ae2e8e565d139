//! Outcomes, outbox, checkpoints, and who may write.

use std::sync::Arc;

use engine::{
    alert::{Book, Change, Note, Noted},
    contact::Contact,
    decision::{Decision, DecisionBody, NotificationOrdered, OperatorAlerted},
    entity::{Entity, EntityKey},
    fact::Position,
    id::Id,
    outcome::{Outcome, RuleAnswer},
    rule::{Answered, Verdict},
    time::Instant,
};
use store::{Checkpoint, Decided, Delivery, Store, StoreError, Write};

use crate::house::{SMALL, append, behind, decide, nothing, on_both, on_disk, open, turn, turns};

fn told(at: i64) -> Decision {
    let body = NotificationOrdered {
        notification: Id([1; 16]),
        alert: Some(Id([2; 16])),
        rule: Some("agent-repeats".into()),
        step: Some(1),
        to: vec!["lead".into()],
        ..NotificationOrdered::default()
    };
    Decision { at: Instant(at), subject: Id([3; 16]), body: DecisionBody::NotificationOrdered(body) }
}

fn busy(position: u64) -> Decided {
    let operator = DecisionBody::OperatorAlerted(OperatorAlerted { reason: "x".into() });
    let changes = vec![
        Change::Decided(Decision { at: Instant(1), subject: Id([3; 16]), body: operator }.into()),
        Change::Noted(Note { subject: Id([3; 16]), what: Noted::Tick { due: Some(Instant(5)) } }),
        Change::Decided(told(2).into()),
        Change::Decided(told(3).into()),
    ];
    let outcome = Outcome { generation: Id([8; 16]), changes, ..Outcome::default() };
    Decided { position: Position(position), outcome }
}

fn contact(n: u64) -> (EntityKey, Entity) {
    let fact = turn(n).into_fact(Position(n + 1));
    let mut contact = Contact::first_seen(&fact);
    contact.fold(&fact);
    (EntityKey::Contact(fact.subject_id()), Entity::Contact(Arc::new(contact)))
}

fn book(n: u8, tick: Option<i64>) -> (EntityKey, Entity) {
    let mut book = Book::new(Id([n; 16]));
    book.tick = tick.map(Instant);
    (EntityKey::Book(Id([n; 16])), Entity::Book(Arc::new(book)))
}

fn checkpoint(store: &mut Store, position: u64, changed: Vec<(EntityKey, Entity)>) -> Result<(), StoreError> {
    let checkpoint = Some(Checkpoint { position: Position(position), changed });
    store.write(Write { checkpoint, ..Write::default() }).map(drop)
}

#[test]
fn outcomes_continue_exactly_where_the_last_ended() {
    on_both(|store| {
        append(store, &turns(0, 5)).unwrap();
        decide(store, &nothing(1..=2)).unwrap();
        for (outcomes, wrong) in [(nothing([2]), 2), (nothing([4]), 4), (nothing([3, 5]), 5), (nothing(3..=6), 6)] {
            match decide(store, &outcomes) {
                Err(StoreError::UnexpectedOutcome { found, .. }) => assert_eq!(found, wrong),
                other => panic!("{other:?}"),
            }
            assert_eq!(store.decided(), Position(2));
        }
        // One write carries both, and an outcome of a fact of the same write is too early to be true.
        let (drafts, outcomes) = (turns(5, 7), nothing(3..=5));
        store.write(Write { drafts: &drafts, outcomes: &outcomes, checkpoint: None }).unwrap();
        assert_eq!((store.appended(), store.decided()), (Position(7), Position(5)));
    });
}

#[test]
fn outcomes_read_as_written_and_an_empty_one_is_two_numbers() {
    let (dir, mut store) = on_disk();
    append(&mut store, &turns(0, 4)).unwrap();
    let poisoned = Outcome { poisoned: Some("panicked".into()), ..Outcome::default() };
    let mut outcomes = nothing([1]);
    outcomes.extend([busy(2), Decided { position: Position(3), outcome: poisoned }]);
    outcomes.extend(nothing([4]));
    decide(&mut store, &outcomes).unwrap();
    drop(store);
    let store = open(dir.path());
    let expected: Vec<_> = outcomes.iter().map(|decided| (decided.position, decided.outcome.clone())).collect();
    assert_eq!(store.outcomes(Position(0), 10).unwrap(), expected);
    assert_eq!(store.outcomes(Position(2), 2).unwrap(), expected[1..3]);
    let empty: i64 =
        behind(dir.path()).query_row("SELECT count(*) FROM outcomes WHERE body IS NULL", [], |row| row.get(0)).unwrap();
    assert_eq!(empty, 2);
    behind(dir.path()).execute("UPDATE outcomes SET body = '{' WHERE position = 2", []).unwrap();
    let error = store.outcomes(Position(1), 10).unwrap_err().to_string();
    assert!(error.starts_with("failed to read the outcome at position 2: "), "{error}");
}

#[test]
fn an_outcome_that_could_not_be_read_back_is_refused() {
    let (_dir, mut store) = on_disk();
    append(&mut store, &turns(0, 2)).unwrap();
    let mut outcomes = nothing(1..=2);
    let verdict = Verdict { score: Some(f64::NAN), ..Verdict::default() };
    let answer = RuleAnswer { rule: "r".into(), answer: Answered::Verdict(verdict) };
    outcomes[1].outcome.answers.push(answer);
    let refused = decide(&mut store, &outcomes);
    assert!(matches!(refused, Err(StoreError::NotFiniteOutcome { position: 2 })), "{refused:?}");
    assert_eq!(store.decided(), Position(0));
}

#[test]
fn what_is_delivered_stands_in_the_outbox_until_it_is_settled() {
    let (dir, mut store) = on_disk();
    append(&mut store, &turns(0, 3)).unwrap();
    let mut outcomes = nothing([1]);
    outcomes.extend([busy(2), busy(3)]);
    decide(&mut store, &outcomes).unwrap();
    store.settle(&[(Position(2), 1), (Position(3), 2)]).unwrap();
    drop(store);
    let store = open(dir.path());
    let expected = [
        Delivery { position: Position(2), n: 2, decision: told(3) },
        Delivery { position: Position(3), n: 1, decision: told(2) },
    ];
    assert_eq!(store.undelivered(10).unwrap(), expected);
    assert_eq!(store.undelivered(1).unwrap(), expected[..1]);
}

#[test]
fn the_state_is_that_of_the_last_checkpoint() {
    on_both(|store| {
        append(store, &turns(0, 10)).unwrap();
        decide(store, &nothing(1..=6)).unwrap();
        let home = (EntityKey::Home(Id([9; 16])), Entity::Home(Id([3; 16])));
        let first = vec![home.clone(), book(2, Some(50)), contact(1), book(1, Some(60)), book(3, None)];
        checkpoint(store, 4, first).unwrap();
        assert_eq!(store.checkpoint(), Position(4));
        let keys = [EntityKey::Book(Id([1; 16])), EntityKey::Book(Id([77; 16])), contact(1).0];
        assert_eq!(store.load(&keys).unwrap(), [Some(book(1, Some(60)).1), None, Some(contact(1).1)]);
        let due = |n: u8, at: i64| (Instant(at), EntityKey::Book(Id([n; 16])));
        assert_eq!(store.dues().unwrap(), [due(2, 50), due(1, 60)]);
        checkpoint(store, 6, vec![book(2, Some(70)), book(1, None)]).unwrap();
        assert_eq!(store.dues().unwrap(), [due(2, 70)]);
        let entities: Vec<_> = store.entities().collect::<Result<_, _>>().unwrap();
        assert_eq!(entities, [contact(1), book(1, None), book(2, Some(70)), book(3, None), home]);
        for wrong in [5, 7] {
            let refused = checkpoint(store, wrong, vec![book(1, None)]);
            assert!(matches!(refused, Err(StoreError::UnexpectedCheckpoint { .. })), "{wrong}: {refused:?}");
        }
    });
}

#[test]
fn entities_come_in_order_over_many_pages() {
    on_both(|store| {
        let mut changed: Vec<_> = (0..1_000).map(contact).collect();
        checkpoint(store, 0, changed.clone()).unwrap();
        changed.reverse();
        changed.sort_by_key(|(key, _)| *key);
        changed.dedup_by_key(|(key, _)| *key);
        let entities: Vec<_> = store.entities().collect::<Result<_, _>>().unwrap();
        assert!(entities.is_sorted_by(|a, b| a.0 < b.0));
        assert_eq!(entities.len(), changed.len());
    });
}

#[test]
fn a_reopened_store_stands_where_it_stood() {
    let (dir, mut store) = on_disk();
    let drafts = turns(0, 700);
    append(&mut store, &drafts).unwrap();
    let mut outcomes = nothing(1..=500);
    outcomes.push(busy(501));
    let checkpoint = Some(Checkpoint { position: Position(400), changed: vec![contact(1), book(1, Some(5))] });
    store.write(Write { drafts: &[], outcomes: &outcomes, checkpoint }).unwrap();
    drop(store);
    let store = open(dir.path());
    let heads = (store.appended(), store.decided(), store.checkpoint(), store.last_at());
    assert_eq!(heads, (Position(700), Position(501), Position(400), Some(drafts[0].at)));
    assert_eq!(store.outcomes(Position(401), 1_000).unwrap().len(), 101);
    assert_eq!(store.read(Position(502), 1_000).unwrap().len(), 199);
    assert_eq!(store.entities().count(), 2);
    assert_eq!(store.verify(Position(1), store.appended()).unwrap(), None);
}

#[test]
fn one_tenant_has_one_writer() {
    let (dir, mut store) = on_disk();
    let second = Store::open_sized(dir.path(), SMALL).unwrap_err();
    assert_eq!(second.to_string(), format!("failed to open {}: another process holds it", dir.path().display()));
    append(&mut store, &turns(0, 2)).unwrap();
    // Somebody went round the lock: the epoch tells.
    behind(dir.path()).execute("UPDATE meta SET value = value + 1 WHERE name = 'epoch'", []).unwrap();
    assert!(matches!(append(&mut store, &turns(2, 3)), Err(StoreError::Superseded { mine: 1, now: 2 })));
    assert!(matches!(store.settle(&[]), Err(StoreError::Superseded { .. })));
    drop(store);
    let mut store = open(dir.path());
    assert_eq!(store.appended(), Position(2));
    append(&mut store, &turns(2, 3)).unwrap();
}

#[test]
fn a_newer_layout_is_left_alone() {
    let (dir, store) = on_disk();
    drop(store);
    behind(dir.path()).execute("INSERT INTO layout (version) VALUES (99)", []).unwrap();
    let error = Store::open(dir.path()).unwrap_err();
    assert!(matches!(error, StoreError::Newer { found: 99, known: 2, .. }), "{error}");
    assert!(error.to_string().contains("use the newer plaint"));
}

#[test]
fn what_is_no_directory_or_no_database_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "x").unwrap();
    assert!(matches!(Store::open(&file), Err(StoreError::Open { .. })));
    let tenant = dir.path().join("tenant");
    std::fs::create_dir(&tenant).unwrap();
    std::fs::write(tenant.join("plaint.db"), "this is no database, and long enough to be seen as none".repeat(20))
        .unwrap();
    assert!(matches!(Store::open(&tenant), Err(StoreError::Database(_))));
}

#[test]
fn a_state_of_another_layout_is_forgotten_and_the_log_is_not() {
    let (dir, mut store) = on_disk();
    append(&mut store, &turns(0, 3)).unwrap();
    decide(&mut store, &nothing(1..=3)).unwrap();
    checkpoint(&mut store, 3, vec![contact(0)]).unwrap();
    drop(store);
    behind(dir.path()).execute("UPDATE meta SET value = 99 WHERE name = 'state_layout'", []).unwrap();
    let store = open(dir.path());
    assert_eq!((store.checkpoint(), store.decided()), (Position(0), Position(3)));
    assert_eq!(store.entities().count(), 0);
    drop(store);
    assert_eq!(open(dir.path()).checkpoint(), Position(0));
}

#[test]
fn the_layout_of_entities_is_the_one_it_is_numbered_by() {
    let (_, contact) = contact(0);
    let mut book = Book::new(Id([1; 16]));
    if let Entity::Contact(contact) = &contact {
        book.seen = Some(contact.measured());
    }
    busy(1).outcome.changes.iter().for_each(|change| book.apply(change));
    let bytes = |entity: &Entity| postcard::to_allocvec(entity).unwrap();
    let all = [bytes(&contact), bytes(&Entity::Book(Arc::new(book))), bytes(&Entity::Home(Id([2; 16])))].concat();
    let found = (engine::entity::LAYOUT, Id::of(&[&all]).to_string());
    assert_eq!(
        found,
        (2, "45a2faf3e2877be57e43fead5adfe017".to_owned()),
        "raise engine::entity::LAYOUT and take the new digest over"
    );
}
