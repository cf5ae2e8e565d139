//! Complaints become cases: classified, routed, owned, chased, acted on, and handed over when somebody leaves.

use engine::{
    condition::{Comparison, Condition, Variable},
    fact::{
        About, Caller, Capacity, CaseActionRequested, ComplaintFiled, Concerned, ContactOpened, DutyPlanned, FactBody,
        IdentityKey, IdentityLinked, IdentityUnlinked, PersonUpdated, ProfileUpdated, TouchpointRecorded,
    },
    guard::OnFailure,
    id::Id,
    rule::{Act, Analyzer, Casework, Category, Desk, PluginAsk, Route, RouteTo, RuleStep, Severity},
    time::Duration,
    value::Value,
};

use crate::world::World;

const DESK: &str = "service-desk";

fn house() -> World {
    let mut world = World::new("angry: turn turn.speaker == 'customer'");
    world.policy.rules[0].then = vec![step(Act::OpenCase(None))];
    world.policy.casework = Casework {
        categories: vec![
            category("repair/not-fixed", &["not cooling", "修了两次"], None),
            category("safety/shock", &["electric shock", "漏电"], Some(Severity::Critical)),
        ],
        routes: vec![
            route("safety", family("safety"), "safety", "safety-lead", Some(Duration(86_400_000))),
            Route {
                to: RouteTo::Plugin(PluginAsk {
                    plugin: "by-product".into(),
                    settings: "{}".into(),
                    on_failure: OnFailure::Abstain,
                }),
                ..route("by-product", Condition::always(), "", "", None)
            },
            route("rest", Condition::always(), "quality", "quality-lead", None),
        ],
        keeper: vec![format!("role:{DESK}")],
        confidence_min: 40,
        last_resort: Some("person:p-1".into()),
    };
    for (id, role) in [("p-1", "manager"), ("p-2", "quality-lead"), ("p-3", "quality-lead"), ("p-4", DESK)] {
        world.tell_body("09:00:00", &format!("person/{id}"), person(id, &[role], true));
    }
    world
}

fn step(act: Act) -> RuleStep {
    RuleStep {
        act,
        to: Vec::new(),
        after: Duration(0),
        unless: None,
        needs: Vec::new(),
        within: Duration(30_000),
        otherwise: None,
    }
}

fn category(id: &str, words: &[&str], severity: Option<Severity>) -> Category {
    let words = words.iter().map(|word| (*word).to_owned()).collect();
    Category { id: id.into(), words, severity, ..Category::default() }
}

fn family(family: &str) -> Condition {
    let sides = [Condition::Variable(Variable::CaseFamily), Condition::Constant(Value::Text(family.into()))];
    Condition::Compare(Comparison::Equal, Box::new(sides))
}

fn route(id: &str, when: Condition, department: &str, role: &str, due: Option<Duration>) -> Route {
    let to = RouteTo::Desk(Desk { department: department.into(), role: role.into() });
    Route { id: id.into(), when, to, due, priority: None }
}

fn person(id: &str, roles: &[&str], active: bool) -> FactBody {
    FactBody::PersonUpdated(PersonUpdated {
        person: id.into(),
        name: None,
        team: None,
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        skills: Vec::new(),
        authority: Vec::new(),
        employer: None,
        manager: None,
        active: Some(active),
        reach: [].into(),
    })
}

fn key(value: &str) -> IdentityKey {
    IdentityKey { kind: "phone".into(), value: value.into() }
}

fn complaint(key_value: &str, text: &str, serial: Option<&str>) -> FactBody {
    FactBody::ComplaintFiled(ComplaintFiled {
        text: text.into(),
        channel: Some("app".into()),
        keys: vec![key(key_value)],
        about: About { serial: serial.map(str::to_owned), ..About::default() },
        demand: None,
    })
}

fn action(action: &str, by: &str, note: Option<&str>, to: Option<&str>) -> FactBody {
    FactBody::CaseActionRequested(CaseActionRequested {
        action: action.into(),
        by: Some(by.into()),
        role: Some("owner".into()),
        expected: None,
        to: to.map(str::to_owned),
        note: note.map(str::to_owned),
    })
}

/// Compares what was decided with what is written.
fn expect(told: &[String], written: &str) {
    let written: Vec<&str> = written.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(told.join("\n"), written.join("\n"));
}

fn act(world: &mut World, time: &str, body: FactBody) -> Vec<String> {
    let case = world.cases[0];
    world.tell_body(time, &format!("case/{case}"), body)
}

#[test]
fn a_complaint_becomes_a_case_with_an_owner_a_keeper_and_a_date() {
    let mut world = house();
    expect(
        &world.tell_body("10:00:00", "complaint/1", complaint("1", "The fridge is NOT COOLING.", None)),
        "> 10:00:00 case #1 opened repair/not-fixed 100% warning
         > 10:00:00 case #1 assigned quality/quality-lead to p-2 keeper p-4 due 178:00:00 by rest opened
         > 10:00:00 tell person:p-2 of assigned",
    );
    // The next goes to whoever has less to do; what is dangerous goes elsewhere, and nobody is there: last resort.
    expect(
        &world.tell_body("10:01:00", "complaint/2", complaint("2", "修了两次还是坏的", None))[1..],
        "> 10:01:00 case #2 assigned quality/quality-lead to p-3 keeper p-4 due 178:01:00 by rest opened
         > 10:01:00 tell person:p-3 of assigned",
    );
    expect(
        &world.tell_body("10:02:00", "complaint/3", complaint("3", "the cooker gave me an electric shock", None)),
        "> 10:02:00 case #3 opened safety/shock 100% critical
         > 10:02:00 operator: role `safety-lead` has nobody on duty; its case went to p-1
         > 10:02:00 case #3 assigned safety/safety-lead to p-1 keeper p-4 due 34:02:00 by safety fallback
         > 10:02:00 tell person:p-1 of assigned",
    );
}

#[test]
fn a_routing_policy_is_asked_and_a_label_of_an_analyzer_counts() {
    let mut world = house();
    world.policy.analyzers = vec![Analyzer {
        ask: PluginAsk { plugin: "tone".into(), settings: "{}".into(), on_failure: OnFailure::Abstain },
        speakers: Vec::new(),
    }];
    expect(
        &world.tell_body("10:00:00", "complaint/1", complaint("1", "my washing machine [repair/not-fixed]", None))[..2],
        "> 10:00:00 case #1 opened repair/not-fixed 100% warning
         > 10:00:00 operator: role `laundry-lead` has nobody on duty; its case went to p-1",
    );
    let unclear = world.tell_body("10:01:00", "complaint/2", complaint("2", "hello? TRAP", None));
    expect(&unclear[..1], "> 10:01:00 case #2 opened unclassified 0% warning");
}

#[test]
fn the_same_matter_is_a_chaser_a_question_or_a_new_case() {
    let mut world = house();
    world.tell_body("10:00:00", "complaint/1", complaint("1", "not cooling", Some("s-1")));
    expect(
        &world.tell_body("11:00:00", "complaint/2", complaint("1", "still not cooling!", Some("s-1"))),
        "> 11:00:00 case #1 chased 1
         > 11:00:00 tell person:p-2 of chased
         > 11:00:00 tell person:p-4 of chased",
    );
    // Another serial number is another matter, and so is another family.
    let other = world.tell_body("12:00:00", "complaint/3", complaint("1", "not cooling", Some("s-2")));
    expect(&other[..1], "> 12:00:00 case #2 opened repair/not-fixed 100% warning");
    let shock = world.tell_body("13:00:00", "complaint/4", complaint("1", "electric shock", Some("s-1")));
    expect(&shock[..1], "> 13:00:00 case #3 opened safety/shock 100% critical");
    expect(
        &world.tell_body("14:00:00", "complaint/5", complaint("1", "not cooling", None)),
        "> 14:00:00 asked which of #1 #2",
    );
}

#[test]
fn a_case_is_moved_by_those_who_may_and_comes_back_when_it_was_not_solved() {
    let mut world = house();
    world.tell_body("10:00:00", "complaint/1", complaint("1", "not cooling", None));
    for (time, body, expected) in [
        (
            "10:01:00",
            action("accept", "p-3", None, None),
            "case #1 refused to accept: the owner, p-2 is missing, assigned",
        ),
        (
            "10:02:00",
            action("resolve", "p-2", Some("x"), None),
            "case #1 refused to resolve: an accepted case is missing, assigned",
        ),
        (
            "10:03:00",
            action("shout", "p-2", None, None),
            "case #1 refused to shout: one of accept, note, transfer, resolve, reopen, close is missing, assigned",
        ),
        ("10:04:00", action("accept", "p-2", None, None), "case #1 accept now accepted"),
        (
            "10:05:00",
            action("resolve", "p-2", None, None),
            "case #1 refused to resolve: a `note`: why, or what was done is missing, accepted",
        ),
        ("10:06:00", action("resolve", "p-2", Some("new compressor"), None), "case #1 resolve now resolved"),
        ("10:07:00", action("close", "p-2", None, None), "case #1 close now closed"),
    ] {
        assert_eq!(act(&mut world, time, body)[0], format!("> {time} {expected}"));
    }
    expect(
        &world.tell_body("11:00:00", "complaint/2", complaint("1", "not cooling again", None)),
        "> 11:00:00 case #1 reopen now assigned
         > 11:00:00 case #1 chased 1
         > 11:00:00 tell person:p-2 of chased",
    );
    let later = world.tell_body("900:00:00", "complaint/3", complaint("2", "hello", None));
    assert!(later[0].contains("case #2 opened"), "{later:?}");
}

#[test]
fn whoever_leaves_leaves_no_case_behind() {
    let mut world = house();
    world.tell_body("10:00:00", "complaint/1", complaint("1", "not cooling", None));
    expect(
        &world.tell_body("10:01:00", "person/p-2", person("p-2", &["quality-lead"], false)),
        "> 10:01:00 case #1 assigned quality/quality-lead to p-3 keeper p-4 due 178:00:00 by owner-left owner-left
         > 10:01:00 tell person:p-3 of assigned",
    );
    expect(
        &world.tell_body("10:02:00", "person/p-3", person("p-3", &[], true)),
        "> 10:02:00 operator: role `quality-lead` has lost its last person
         > 10:02:00 operator: role `quality-lead` has nobody on duty; its case went to p-1
         > 10:02:00 case #1 assigned quality/quality-lead to p-1 keeper p-4 due 178:00:00 by owner-left fallback
         > 10:02:00 tell person:p-1 of assigned",
    );
    expect(
        &world.tell_body("10:03:00", "person/p-1", person("p-1", &["manager"], false))[..2],
        "> 10:03:00 operator: role `manager` has lost its last person
         > 10:03:00 operator: `p-1`, the pack's last resort, has left",
    );
}

#[test]
fn a_transfer_needs_a_reason_and_somebody_who_is_there() {
    let mut world = house();
    world.tell_body("10:00:00", "complaint/1", complaint("1", "not cooling", None));
    let refused = act(&mut world, "10:01:00", action("transfer", "p-2", Some("not ours"), Some("role:logistics")));
    assert!(refused[0].contains("somebody who is there is missing"), "{refused:?}");
    expect(
        &act(&mut world, "10:02:00", action("transfer", "p-2", Some("not ours"), Some("person:p-3"))),
        "> 10:02:00 case #1 transfer now assigned
         > 10:02:00 case #1 assigned quality/quality-lead to p-3 keeper p-4 due 178:00:00 by transfer transfer
         > 10:02:00 tell person:p-3 of assigned",
    );
}

fn opened(capacity: Capacity, caller: &str, concerns: &[(&str, &str)]) -> FactBody {
    FactBody::ContactOpened(ContactOpened {
        channel: Some("phone".into()),
        agent: Some("p-4".into()),
        caller: Some(Caller { capacity, keys: vec![key(caller)] }),
        concerns: concerns
            .iter()
            .map(|(customer, serial)| Concerned {
                keys: vec![key(customer)],
                about: About { serial: Some((*serial).into()), ..About::default() },
                category: None,
            })
            .collect(),
        ..ContactOpened::default()
    })
}

#[test]
fn a_programme_calls_for_two_customers_and_both_cases_are_theirs() {
    let mut world = house();
    world.tell_body("10:00:00", "contact/k-1", opened(Capacity::Media, "tv", &[("1", "s-1"), ("2", "s-2")]));
    expect(
        &world.tell("10:00:05 customer: two fridges are not cooling"),
        "> 10:00:05 raised angry/1 [2]
         > 10:00:05 case #1 opened repair/not-fixed 100% warning
         > 10:00:05 case #1 assigned quality/quality-lead to p-2 keeper p-4 due 178:00:05 by rest opened
         > 10:00:05 tell person:p-2 of assigned
         > 10:00:05 case #2 opened repair/not-fixed 100% warning
         > 10:00:05 case #2 assigned quality/quality-lead to p-3 keeper p-4 due 178:00:05 by rest opened
         > 10:00:05 tell person:p-3 of assigned"
            .replace("[2]", "[6]")
            .as_str(),
    );
    // The customer calls herself: about the case that is there.
    expect(
        &world.tell_body("20:00:00", "contact/k-2", opened(Capacity::SelfCaller, "1", &[])),
        "> 20:00:00 case #1 chased 1
         > 20:00:00 tell person:p-2 of chased
         > 20:00:00 tell person:p-4 of chased",
    );
}

#[test]
fn what_is_known_of_a_customer_hangs_together_until_somebody_says_it_does_not() {
    let mut world = house();
    world.policy.rules[0].when = Condition::Compare(
        Comparison::GreaterOrEqual,
        Box::new([Condition::Variable(Variable::CustomerHurts), Condition::Constant(Value::Number(2.0))]),
    );
    world.policy.rules[0].then.clear();
    let touch = |key_value: &str, kind: &str| {
        FactBody::TouchpointRecorded(TouchpointRecorded {
            kind: kind.into(),
            title: None,
            keys: vec![key(key_value)],
            fields: [].into(),
        })
    };
    let (a, b) = (key("1"), key("member-1"));
    world.tell_body("09:00:01", "t/1", touch("1", "app-error"));
    world.tell_body("09:00:02", "t/2", touch("member-1", "repair-failed"));
    world.tell_body("10:00:00", "contact/k-1", opened(Capacity::SelfCaller, "1", &[]));
    expect(&world.tell("10:00:01 customer: hello"), "");
    let link = IdentityLinked { a: a.clone(), b: b.clone(), evidence: None, confidence: None };
    world.tell_body("10:00:02", "link/1", FactBody::IdentityLinked(link));
    expect(&world.tell("10:00:03 customer: hello"), "> 10:00:03 raised angry/1 [10]");
    world.tell_body("10:00:04", "link/2", FactBody::IdentityUnlinked(IdentityUnlinked { a, b, evidence: None }));
    let profile = ProfileUpdated {
        keys: vec![key("1"), key("member-1")],
        tier: Some("gold".into()),
        tags: Vec::new(),
        benefits: Vec::new(),
        attributes: [].into(),
    };
    // Named together again, they stay apart: only somebody who says so joins them.
    world.tell_body("10:00:05", "profile/1", FactBody::ProfileUpdated(profile));
    world.tell("10:00:06 closes");
    world.tell_body("10:00:07", "contact/k-2", opened(Capacity::SelfCaller, "1", &[]));
    expect(&world.tell("10:00:08 k-2 customer: hello"), "");
}

#[test]
fn duty_is_by_the_clock_and_an_alert_reaches_somebody_or_the_last_resort() {
    let mut world = house();
    let tell = RuleStep { to: vec!["duty:night".into(), "lead-of:agent".into()], ..step(Act::Notify) };
    world.policy.rules[0].then = vec![tell];
    let duty = |person: &str, from: &str, until: &str| {
        FactBody::DutyPlanned(DutyPlanned {
            roster: "night".into(),
            person: person.into(),
            from: format!("2024-09-02T{from}:00Z"),
            until: format!("2024-09-02T{until}:00Z"),
        })
    };
    world.tell_body("09:00:01", "duty/1", duty("p-3", "20:00", "23:00"));
    expect(
        &world.tell("10:00:00 customer: x")[1..],
        "> 10:00:00 operator: rule `angry` reaches nobody on duty; told instead: p-1
         > 10:00:00 notify angry/1/0 duty:night lead-of:agent = p-1",
    );
    expect(
        &world.tell("21:00:00 k-2 customer: x")[1..],
        "> 21:00:00 k-2 notify angry/1/0 duty:night lead-of:agent = p-3",
    );
}

#[test]
fn ids_say_what_a_case_is_of() {
    let mut world = house();
    world.tell_body("10:00:00", "complaint/1", complaint("1", "not cooling", None));
    let anchor = key("1").id();
    assert_eq!(world.cases[0], Id::of(&[b"case", &anchor.0, &1_u32.to_le_bytes()]));
}
