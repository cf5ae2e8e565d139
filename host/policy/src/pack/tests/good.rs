//! Good packs: what they become, how they are put together, and what keeps its digest.

use std::{collections::BTreeMap, path::Path};

use engine::{
    id::Id,
    rule::{Act, Fire, Intervention, On, Piece, Severity},
    time::Duration,
};

use super::{ALERT, PACK, Pack, pack};
use crate::{Lang, load, load_texts};

fn appliance() -> Pack {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules/appliance");
    load(&folder).unwrap_or_else(|problems| panic!("{problems}"))
}

fn digests(files: &[(&str, &str)]) -> BTreeMap<String, Id> {
    let pack = pack(files).unwrap_or_else(|problems| panic!("{problems}"));
    let policy = pack.into_policy(&BTreeMap::new());
    policy.rules.into_iter().map(|rule| (rule.id, rule.digest)).collect()
}

#[test]
fn the_appliance_pack_is_good() {
    let pack = appliance();
    assert_eq!(pack.name, "appliance");
    let ids: Vec<&str> = pack.rules.iter().map(|rule| rule.id.as_str()).collect();
    let first = ["agent-repeats-script", "dissatisfied-three-times", "script-rephrased", "customer-kept-waiting"];
    assert_eq!(ids[..4], first);
    let [repeats, _, rephrased, waiting, ..] = pack.rules.as_slice() else { panic!() };
    assert_eq!((repeats.on, repeats.fire, repeats.severity), (On::Turn, Fire::Rise, Severity::Critical));
    assert_eq!(repeats.cooldown, Duration::seconds(600));
    let order = &repeats.then[2];
    assert_eq!(order.act, Act::Intervene(Intervention::ChangeAgent));
    assert_eq!((order.after, order.within), (Duration::seconds(30), engine::rule::COMMAND_LIMIT));
    assert_eq!((order.to.join(" "), order.needs.join(" ")), ("role:senior-desk".into(), "authority:settle".into()));
    assert_eq!(order.otherwise, Some(Intervention::Conference));
    assert!(order.unless.is_some() && repeats.clear.is_some());
    let asked: Vec<&str> = pack.asks.iter().map(|ask| ask.plugin.as_str()).collect();
    assert_eq!(asked, ["by-category", "repeated-script", "tone"]);
    assert_eq!(rephrased.ask.as_ref(), pack.asks.get(1));
    assert_eq!(pack.asks[1].settings, "{\"at_least\":3}");
    let families: std::collections::BTreeSet<&str> =
        pack.casework.categories.iter().map(|category| engine::rule::Category::family_of(&category.id)).collect();
    assert_eq!(families.len(), 15);
    assert!(pack.casework.last_resort.is_some() && pack.analyzers.len() == 1);
    assert!(matches!(rephrased.say.zh.as_slice(), [Piece::Words(_), Piece::Score, Piece::Words(_)]));
    let ticks: Vec<i64> = waiting.ticks.iter().map(|tick| tick.reaches.0).collect();
    assert_eq!((waiting.on, ticks), (On::Contact, vec![120_001]));
    assert!(pack.about.iter().all(|about| about.cost > 1 && about.place.file.ends_with("alerts.toml")));
}

#[test]
fn a_digest_changes_with_its_rule_and_with_nothing_else() {
    let base = digests(&[("p/pack.toml", PACK), ("p/a.toml", ALERT)]);
    let same: &[(&str, &[(&str, &str)])] = &[
        (
            "comments and layout",
            &[("p/pack.toml", PACK), ("p/b.toml", &format!("# hello\n\n{}", ALERT.replace(" = ", "   =   ")))],
        ),
        ("another place", &[("p/pack.toml", &format!("{PACK}\n{ALERT}"))]),
        (
            "another rule before it",
            &[("p/pack.toml", PACK), ("p/0.toml", &ALERT.replace("\"repeats\"", "\"other\"")), ("p/a.toml", ALERT)],
        ),
        (
            "included",
            &[
                ("p/pack.toml", "name = \"new\"\ninclude = \"../base\""),
                ("base/pack.toml", PACK),
                ("base/a.toml", ALERT),
            ],
        ),
        ("a parameter it does not read", &[("p/pack.toml", &PACK.replace("2m", "3m")), ("p/a.toml", ALERT)]),
        ("quotes", &[("p/pack.toml", PACK), ("p/a.toml", &ALERT.replace("\"critical\"", "'critical'"))]),
    ];
    for (what, files) in same {
        assert_eq!(digests(files)["repeats"], base["repeats"], "{what}");
    }
    let set = "[[param-set]]\nwhen = \"agent.employer == 'bpo-b'\"\nset = { repeats = 2 }\n";
    let changed: &[(&str, &[(&str, &str)])] = &[
        ("its severity", &[("p/pack.toml", PACK), ("p/a.toml", &ALERT.replace("critical", "info"))]),
        ("a parameter it reads", &[("p/pack.toml", &PACK.replace("default = 3", "default = 4")), ("p/a.toml", ALERT)]),
        ("a set of it", &[("p/pack.toml", &format!("{PACK}{set}")), ("p/a.toml", ALERT)]),
    ];
    for (what, files) in changed {
        assert_ne!(digests(files)["repeats"], base["repeats"], "{what}");
    }
}

#[test]
fn a_plugin_is_part_of_its_rule_and_of_the_generation() {
    let plugins = |digest: &[u8]| BTreeMap::from([("repeated-script".to_owned(), Id::of(&[digest]))]);
    let (old, new) = (appliance().into_policy(&plugins(b"1")), appliance().into_policy(&plugins(b"2")));
    assert_ne!(old.generation, new.generation);
    assert_eq!(old.generation, appliance().into_policy(&plugins(b"1")).generation);
    for (old, new) in old.rules.iter().zip(&new.rules) {
        assert_eq!(old.digest == new.digest, old.ask.is_none(), "{}", old.id);
    }
}

#[test]
fn an_include_is_read_first_and_replaced_on_purpose() {
    let base: [(&str, &str); 2] = [("base/pack.toml", PACK), ("base/a.toml", ALERT)];
    let child = "name = \"child\"\ninclude = [\"../base\"]\n\n[params]\nrepeats = { default = 4, override = true }\n";
    let louder = ALERT.replace("critical", "info") + "override = true\n";
    let files = [base[0], base[1], ("p/pack.toml", child), ("p/a.toml", &louder)];
    let found = pack(&files).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!((found.name.as_str(), found.rules.len()), ("child", 1));
    assert_eq!(found.rules[0].severity, Severity::Info);
    let names: Vec<&str> = found.sources.iter().map(|source| source.name.as_str()).collect();
    assert_eq!(names, ["pack.toml", "../base/pack.toml", "../base/a.toml", "a.toml"]);
    insta::assert_snapshot!("printed", found.print());

    let quiet = ALERT.replace("critical", "info");
    let twice = pack(&[base[0], base[1], ("p/pack.toml", child), ("p/a.toml", &quiet)]).unwrap_err();
    let kinds: Vec<&str> = twice.iter().map(|problem| problem.kind).collect();
    assert_eq!(kinds, ["DuplicateId"]);
    assert!(twice.to_string().contains("already stands in base/a.toml:2:6"), "{twice}");
}

#[test]
fn what_is_printed_can_be_read_and_is_the_same() {
    let plugins = BTreeMap::from([("repeated-script".to_owned(), Id::of(&[b"1"]))]);
    let pack = appliance();
    let printed = pack.print().to_owned();
    let again = load_texts([("p/pack.toml".to_owned(), printed.clone().into_bytes())].into(), "p")
        .unwrap_or_else(|problems| panic!("{problems}\n{printed}"));
    let digests = |pack: Pack| pack.into_policy(&plugins).rules.iter().map(|rule| rule.digest).collect::<Vec<_>>();
    assert_eq!(digests(pack), digests(again));
}

/// The first set that matches counts, and one that cannot be known does not match.
#[test]
fn sets_choose_in_order() {
    let sets = "[[param-set]]\nwhen = \"agent.employer == 'bpo-b'\"\nset = { repeats = 2 }\n\
                [[param-set]]\nwhen = \"contact.turns > 1\"\nset = { repeats = 5 }\n";
    let pack = pack(&[("p/pack.toml", &format!("{PACK}{sets}")), ("p/a.toml", ALERT)]).unwrap();
    let fires = |employer: Option<&str>, turns: u32, repeats: u32| {
        let agent = engine::contact::Agent { id: "a".into(), team: None, employer: employer.map(str::to_owned) };
        let about = engine::contact::About { agent: Some(agent), ..Default::default() };
        let measured = engine::contact::Measured {
            about: std::sync::Arc::new(about),
            episode: 1,
            opened: Default::default(),
            closed: false,
            held: false,
            sensitive: false,
            concerned: 0,
            agents: 1,
            signals: engine::contact::Signals { turns, agent_repeats: repeats * 1_000, ..Default::default() },
        };
        let scope = engine::condition::Scope::of(Default::default(), &measured);
        pack.rules[0].when.holds(&scope)
    };
    // Employer, turns, and how often it must be said.
    for (employer, turns, needed) in [
        (Some("bpo-b"), 1, 2),
        (Some("bpo-b"), 9, 2),
        (Some("own"), 1, 3),
        (Some("own"), 9, 5),
        (None, 1, 3),
        (None, 9, 5),
    ] {
        assert_eq!(fires(employer, turns, needed), Some(true), "{employer:?} {turns}");
        assert_eq!(fires(employer, turns, needed - 1), Some(false), "{employer:?} {turns}");
    }
}

#[test]
fn the_pages_speak_both_languages() {
    let (zh, en) = (crate::vocabulary(Lang::Zh), crate::vocabulary(Lang::En));
    assert!(zh.contains("| `contact.agent_repeats` | 次数 |  | 坐席把同一话术说了几遍 |"), "{zh}");
    assert!(en.contains("| `turn.text` | text | yes | the words |"), "{en}");
    for page in [&zh, &en] {
        for word in ["`duration('2m')`", "`intervene`", "`lead-of:agent`", "`change-agent`"] {
            assert!(page.contains(word), "{word}");
        }
    }
}

#[test]
fn the_schema_knows_every_key() {
    let schema = crate::schema();
    let alert = &schema["$defs"]["alert"];
    assert_eq!(alert["properties"]["severity"]["enum"], serde_json::json!(["info", "warning", "critical"]));
    assert_eq!(alert["required"], serde_json::json!(["id", "on", "severity", "say"]));
    assert!(alert["properties"].get("group_by").is_none());
}
