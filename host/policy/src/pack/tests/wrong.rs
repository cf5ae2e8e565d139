//! Every kind of problem.

use super::{ALERT, PACK, pack};
use crate::{Lang, Problem};

/// `file:line:column kind` of each problem of a pack of `files`.
fn found(files: &[(&str, &str)]) -> String {
    match pack(files) {
        Ok(_) => "fine".to_owned(),
        Err(problems) => {
            let one = |problem: &Problem| format!("{} {}", problem.place, problem.kind);
            problems.iter().map(one).collect::<Vec<_>>().join("\n")
        }
    }
}

/// The rule of [`ALERT`] with one of its lines replaced, or lines added.
fn with(key: &str, line: &str) -> String {
    let mut lines: Vec<String> = ALERT.lines().map(str::to_owned).collect();
    match lines.iter_mut().find(|known| known.starts_with(&format!("{key} ="))) {
        Some(known) => *known = line.to_owned(),
        None => lines.push(line.to_owned()),
    }
    lines.join("\n")
}

#[test]
fn folders_and_files() {
    let cases: &[(&[(&str, &str)], &str)] = &[
        (&[], "p/pack.toml:1:1 NoPackFile"),
        (&[("p/alerts.toml", ALERT)], "p/pack.toml:1:1 NoPackFile"),
        (&[("p/pack.toml", PACK)], "p/pack.toml:1:1 NoRules"),
        (&[("p/pack.toml", "")], "p/pack.toml:1:1 Missing\np/pack.toml:1:1 NoRules"),
        (
            &[("p/pack.toml", PACK), ("p/a.toml", "x = = 1\ny = \"a\" b")],
            "p/a.toml:1:5 Syntax\np/a.toml:1:7 Syntax\np/a.toml:2:9 Syntax",
        ),
        (&[("p/pack.toml", PACK), ("p/a.toml", "[[alert]]\nid = “x”")], "p/a.toml:2:6 FullWidth"),
        (&[("p/pack.toml", PACK), ("p/a.toml", "[[alert]]\nid ＝ \"x\"")], "p/a.toml:2:4 FullWidth"),
        (
            &[("p/pack.toml", PACK), ("p/a.toml", "name = \"x\"\n[params]\n")],
            "p/a.toml:1:1 Elsewhere\np/a.toml:2:2 Elsewhere\np/pack.toml:1:1 NoRules",
        ),
        (
            &[("p/pack.toml", PACK), ("p/a.toml", "[alert]\nid = \"x\"")],
            "p/a.toml:1:1 WrongType\np/pack.toml:1:1 NoRules",
        ),
        (&[("p/pack.toml", PACK), ("p/a.toml", ALERT), ("p/b.toml", "[[alrt]]")], "p/b.toml:1:3 UnknownKey"),
        (&[("p/pack.toml", PACK), ("p/a.toml", ALERT), ("p/b.toml", "[[signal]]")], "p/b.toml:1:3 NotYet"),
        (
            &[("p/pack.toml", "name = \"x\"\ninclude = [\"../no\", \"/abs\"]"), ("p/a.toml", "")],
            "p/pack.toml:2:12 IncludeMissing\np/pack.toml:2:21 IncludeOutside",
        ),
        (
            &[
                ("p/pack.toml", "name = \"x\"\ninclude = \"../q\""),
                ("q/pack.toml", "name = \"y\"\ninclude = \"../p\""),
                ("p/a.toml", ALERT),
            ],
            "p/a.toml:4:34 UnknownParam\nq/pack.toml:2:11 IncludeCycle",
        ),
        (
            &[("p/pack.toml", "name = \"Shop One\""), ("p/a.toml", ALERT)],
            "p/a.toml:4:34 UnknownParam\np/pack.toml:1:8 BadName",
        ),
    ];
    for (files, expected) in cases {
        assert_eq!(found(files), *expected, "{files:?}");
    }
    let broken = super::super::load_texts([("p/pack.toml".to_owned(), vec![0xff])].into(), "p").unwrap_err();
    assert_eq!(broken.iter().next().unwrap().kind, "NotUtf8");
    let huge = vec![b'#'; crate::limits::FILE_BYTES_MAX + 1];
    let huge = super::super::load_texts([("p/pack.toml".to_owned(), huge)].into(), "p").unwrap_err();
    assert_eq!(huge.iter().next().unwrap().kind, "TooBig");
    let missing = crate::load(std::path::Path::new("no/such/folder")).unwrap_err();
    assert_eq!(missing.to_string().split(": ").next(), Some("no/such/folder/pack.toml:1:1"));
}

#[test]
fn rules() {
    let cases = [
        (with("id", "id = \"Repeats!\""), "2:6 BadName"),
        (with("id", "id = 3"), "2:6 WrongType"),
        (with("id", "# none"), "1:1 Missing"),
        (with("on", "on = \"turns\""), "3:6 NotOneOf"),
        (with("on", "on = \"case\""), "3:6 NotYet"),
        (with("when", "# none"), "1:1 Missing"),
        (with("when", "when = \"contact.turns ＝ 3\""), "4:23 FullWidth"),
        (with("when", "when = \"\"\"\n  contact.turns > 3\n  && contact.turn > 4\"\"\""), "6:6 UnknownVariable"),
        (with("when", "when = \"turn.text == \\\"\\u4e2d\\\" && contact.turn > 4\""), "4:36 UnknownVariable"),
        (with("fire", "fire = \"once\""), "7:8 NotOneOf"),
        (with("clear", "clear = \"turn.speaker == 'agent'\""), "7:10 NotOffered"),
        (with("severity", "severity = \"critcal\""), "5:12 NotOneOf"),
        (with("say", "say = { zh = \"好\" }"), "6:7 Missing"),
        (with("say", "say = \"好\""), "6:7 WrongType"),
        (with("say", "say = { zh = \"\", en = \"a\" }"), "6:14 Empty"),
        (with("say", "say = { zh = \"好 {turn.text}\", en = \"{turn.txet}\" }"), "6:18 Personal\n6:38 SayHole"),
        (with("say", "say = { zh = \"{score}\", en = \"{because.how}\" }"), "6:16 OnlyWith\n6:32 OnlyWith"),
        (with("say", "say = { zh = \"{a\", en = \"a}\" }"), "6:15 SayBrace\n6:27 SayBrace"),
        (
            with("say", "say = { zh = \"{{}} {param.repaets}\", en = \"{alert.age}\" }"),
            "6:21 UnknownParam\n6:45 NotOffered",
        ),
        (with("cooldown", "cooldown = \"10 min\""), "7:12 BadDuration"),
        (with("cooldown", "cooldown = 600"), "7:12 WrongType"),
        (with("cooldown", "cooldown = \"5 working days\""), "7:12 WorkingDays"),
        (with("plugin", "settings = { a = 1 }"), "7:12 OnlyWith"),
        (with("plugin", "plugin = \"x\"\nsettings = 3"), "8:12 WrongType"),
        (with("override", "override = true"), "2:6 NothingToOverride"),
        (with("override", "override = \"yes\""), "7:12 WrongType"),
        (with("group_by", "group_by = [\"brand\"]"), "7:1 NotYet"),
        (with("cooldwn", "cooldwn = \"1s\""), "7:1 UnknownKey"),
        (format!("{ALERT}{ALERT}"), "8:6 DuplicateId"),
    ];
    for (alert, expected) in cases {
        let expected: Vec<String> = expected.lines().map(|line| format!("p/a.toml:{line}")).collect();
        assert_eq!(found(&[("p/pack.toml", PACK), ("p/a.toml", &alert)]), expected.join("\n"), "{alert}");
    }
}

#[test]
fn steps() {
    let cases = [
        ("{ hint = \"own-words\" }", "fine"),
        ("{}", "9 StepIdle"),
        ("{ hint = \"a\", notify = \"owner\" }", "9 StepActs"),
        ("{ callback = true }", "11 NotYet"),
        ("{ hint = \"a\", during = \"night\" }", "23 NotYet"),
        ("{ hnit = \"a\" }", "9 StepIdle\n11 UnknownKey"),
        ("{ hint = \"Own Words\" }", "18 BadName"),
        ("{ notify = \"lead-of:agnet\" }", "20 Recipient"),
        ("{ notify = \"role:\" }", "20 Recipient"),
        ("{ notify = [] }", "20 Empty"),
        ("{ notify = [\"owner\", 3] }", "30 WrongType"),
        ("{ notify = \"owner\", to = \"keeper\" }", "34 ToTwice"),
        ("{ intervene = \"chnage-agent\", to = \"role:a\" }", "23 NotOneOf"),
        ("{ intervene = \"barge\" }", "9 Missing"),
        ("{ intervene = \"hint\" }", "fine"),
        ("{ intervene = \"barge\", to = \"role:a\", needs = [\"settle\"] }", "56 Needs"),
        ("{ intervene = \"barge\", to = \"role:a\", within = \"0s\" }", "56 NotZero"),
        ("{ intervene = \"barge\", to = \"role:a\", else = \"shout\" }", "54 NotOneOf"),
        ("{ hint = \"a\", unless = \"turn.speaker == 'bot'\", after = \"1x\" }", "33 NotOffered\n65 BadDuration"),
        ("3", "9 WrongType"),
    ];
    for (step, expected) in cases {
        let alert = with("then", &format!("then = [{step}]"));
        let lines: Vec<String> = expected.lines().map(|line| format!("p/a.toml:7:{line}")).collect();
        let expected = if expected == "fine" { expected.to_owned() } else { lines.join("\n") };
        assert_eq!(found(&[("p/pack.toml", PACK), ("p/a.toml", &alert)]), expected, "{step}");
    }
}

#[test]
fn params() {
    let cases = [
        ("repeats = 3", "11 ParamForm"),
        ("repeats = {}", "11 Missing"),
        ("repeats = { default = [] }", "23 WrongType"),
        ("repeats = { default = 9, max = 6 }", "23 ParamRange"),
        ("repeats = { default = 3, min = \"2m\" }", "32 ParamKind"),
        ("repeats = { default = true, min = 1 }", "35 NoRange"),
        ("repeats = { default = \"2 min\", min = \"1m\" }", "23 BadDuration"),
        ("repeats = { default = 3, mix = 1 }", "26 UnknownKey"),
        ("repeats = { default = inf }", "23 NumberTooBig"),
        ("repeats = { default = \"5 working days\" }", "23 WorkingDays"),
        ("Repeats-x = { default = 3 }\nrepeats = { default = 3 }", "1 BadName"),
        ("repeats = { default = 3, override = true }", "1 NothingToOverride"),
    ];
    for (param, expected) in cases {
        let pack = format!("name = \"shop\"\n[params]\n{param}");
        let expected = format!("p/pack.toml:3:{expected}");
        assert_eq!(found(&[("p/pack.toml", &pack), ("p/a.toml", ALERT)]), expected, "{param}");
    }
    let sets = [
        ("when = \"contact.closed\"\nset = { repeats = 9 }", "8:19 ParamRange"),
        ("when = \"contact.closed\"\nset = { repeats = \"9\" }", "8:19 ParamKind"),
        ("when = \"contact.closed\"\nset = { repaets = 2 }", "8:9 UnknownParam"),
        ("when = \"contact.closed\"\nset = {}", "8:7 Empty"),
        ("when = \"contact.closed\"\nset = 3", "8:7 WrongType"),
        ("when = \"contact.turns * 2 > 3\"\nset = { repeats = 2 }", "7:23 SetComputes"),
        ("wenn = \"contact.closed\"\nset = { repeats = 2 }", "6:1 Missing\n7:1 UnknownKey"),
    ];
    for (set, expected) in sets {
        let pack = format!("{PACK}[[param-set]]\n{set}");
        let expected: Vec<String> = expected.lines().map(|line| format!("p/pack.toml:{line}")).collect();
        assert_eq!(found(&[("p/pack.toml", &pack), ("p/a.toml", ALERT)]), expected.join("\n"), "{set}");
    }
}

/// A file that is no TOML may hold what others miss: they are not blamed for it.
#[test]
fn a_broken_file_is_the_only_one_to_blame() {
    assert_eq!(found(&[("p/pack.toml", "name = x"), ("p/a.toml", ALERT)]), "p/pack.toml:1:8 Syntax");
}

/// What a set's condition is lowered to may grow with every `&&` inside an `==`.
#[test]
fn a_set_stays_small() {
    let nested =
        (0..7).fold("contact.closed".to_owned(), |inner, _| format!("({inner} == contact.held && contact.closed)"));
    let pack = format!("{PACK}[[param-set]]\nwhen = \"{nested}\"\nset = {{ repeats = 2 }}");
    assert_eq!(found(&[("p/pack.toml", &pack), ("p/a.toml", ALERT)]), "p/pack.toml:7:8 TooMany");
}

#[test]
fn too_much_is_too_much() {
    let many = |count: usize| {
        (0..count).map(|n| ALERT.replace("id = \"repeats", &format!("id = \"r-{n}"))).collect::<String>()
    };
    assert_eq!(found(&[("p/pack.toml", PACK), ("p/a.toml", &many(1_000))]), "fine");
    assert_eq!(found(&[("p/pack.toml", PACK), ("p/a.toml", &many(1_001))]), "p/a.toml:6001:1 TooMany");
    let steps = with("then", &format!("then = [{}]", "{ hint = \"a\" },".repeat(17)));
    assert_eq!(found(&[("p/pack.toml", PACK), ("p/a.toml", &steps)]), "p/a.toml:7:249 TooMany");
    let say = with("say", &format!("say = {{ zh = \"{}\", en = \"a\" }}", "好".repeat(501)));
    assert_eq!(found(&[("p/pack.toml", PACK), ("p/a.toml", &say)]), "p/a.toml:6:14 TooLong");
    let settings = with("plugin", &format!("plugin = \"x\"\nsettings = {{ a = \"{}\" }}", "b".repeat(16_400)));
    assert_eq!(found(&[("p/pack.toml", PACK), ("p/a.toml", &settings)]), "p/a.toml:8:12 TooLong");
}

#[test]
fn forty_mistakes_are_forty_problems() {
    let problems =
        pack(&[("p/pack.toml", include_str!("forty/pack.toml")), ("p/alerts.toml", include_str!("forty/alerts.toml"))])
            .unwrap_err();
    assert_eq!(problems.len(), 40, "{problems}");
    let mut sorted: Vec<&Problem> = problems.iter().collect();
    sorted.sort();
    assert!(sorted.into_iter().eq(problems.iter()));
    insta::assert_snapshot!("forty_en", problems.text(Lang::En));
    insta::assert_snapshot!("forty_zh", problems.text(Lang::Zh));
}
