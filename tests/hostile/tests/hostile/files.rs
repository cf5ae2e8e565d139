//! Files that are no plugins: imports, other formats and versions, damage, nesting, manifests.

use engine::rule::Answered;
use plaint_hostile::{
    Contract, Guest, LIMITS, MANIFEST, RULE, beside_a_neighbour, load, nested, nested_lists, nested_types, question,
    sandbox, with_manifest,
};
use sandbox::{AlertRule, Connector, SandboxError};

use crate::{GOOD, refused};

#[test]
fn imports() {
    let function = r#"(component (import "steal" (func (param "what" string))))"#;
    refused("importing a function", &wat::parse_str(function).unwrap(), "imports `steal`, and a plugin may import");
    let interface = r#"(component (import "wasi:http/client@0.2.0" (instance
        (export "fetch" (func (param "url" string))) (export "post" (func (param "url" string))))))"#;
    let named = "imports `wasi:http/client@0.2.0#fetch`, `wasi:http/client@0.2.0#post`, and";
    refused("importing an interface", &wat::parse_str(interface).unwrap(), named);
    let module = r#"(component (import "code" (core module)))"#;
    refused("importing a module", &wat::parse_str(module).unwrap(), "`code`");
}

#[test]
fn what_is_no_component() {
    refused("a core module", &wat::parse_str("(module)").unwrap(), "it is a core WebAssembly module");
    refused("a text", b"(component)", "it is not a valid component");
    refused("nothing", b"", "it is not a valid component");
    refused("a shared memory", &threads(), "threads");
    let large = with_manifest(GOOD.component(), &" ".repeat(LIMITS.component_bytes));
    refused("a file larger than a plugin", &large, "more than 1048576 bytes");
}

fn threads() -> Vec<u8> {
    Guest { more: "(memory 1 1 shared)", ..GOOD }.component()
}

#[test]
fn a_truncated_file() {
    let whole = GOOD.component();
    let load_all = || (0..whole.len()).for_each(|length| drop(load(&whole[..length]).unwrap_err()));
    let ((), beside) = beside_a_neighbour(load_all);
    beside.tell(&format!("each of {} beginnings of a file", whole.len()), "the checks of a file");
}

#[test]
fn a_corrupt_file() {
    let whole = GOOD.component();
    let damaged = |place: usize| {
        let mut bytes = whole.clone();
        bytes[place] ^= 1 << (place % 8);
        load(&bytes)
    };
    let (survived, beside) = beside_a_neighbour(|| {
        let loaded = (0..whole.len()).filter_map(|place| damaged(place).ok());
        let rules = loaded.filter_map(|component| AlertRule::new(&component, "{}").ok());
        rules
            .filter(|rule| rule.evaluate(&question()).is_ok_and(|answer| matches!(answer, Answered::Verdict(_))))
            .count()
    });
    let stopped_by = format!("the checks of a file; {survived} loaded and did no harm");
    beside.tell(&format!("one flipped bit at each of {} places", whole.len()), stopped_by);
}

#[test]
fn another_version() {
    let contract = |interface| Contract { interface, ..RULE };
    let check = |interface, expected: &str| {
        let bytes = with_manifest(GOOD.bare_component(&contract(interface)), MANIFEST);
        refused(&format!("speaking {interface}"), &bytes, expected);
    };
    check("plaint:plugin/alert-rule@0.3.0", "it speaks alert-rule 0.3, this host speaks 0.1");
    check("plaint:plugin/alert-rule@0.1.7", "it speaks alert-rule 0.1.7, this host speaks 0.1");
    check("plaint:plugin/alert-rule@1.0.0", "it speaks alert-rule 1.0, this host speaks 0.1");
    check("plaint:plugin/oracle@0.1.0", "its manifest says alert-rule, but it exports `plaint:plugin/oracle@0.1.0`");
    check("else:where/alert-rule@0.1.0", "it exports nothing that this host knows");
}

#[test]
fn a_contract_of_another_shape() {
    let check = |tried: &str, functions: [(&'static str, &'static str); 2]| {
        let contract = Contract { functions: functions.to_vec().leak(), ..RULE };
        let component = load(&with_manifest(GOOD.bare_component(&contract), MANIFEST)).unwrap();
        let (made, beside) = beside_a_neighbour(|| AlertRule::new(&component, "{}"));
        let error = made.unwrap_err().to_string();
        assert!(error.contains("evaluate is not as plaint:plugin/alert-rule@0.1.0 declares it"), "{error}");
        beside.tell(tried, error);
    };
    let [configure, evaluate] = [RULE.functions[0], RULE.functions[1]];
    check(
        "evaluate with other types",
        [configure, ("evaluate", r#"(param "contacts" (list u32)) (result (list u32))"#)],
    );
    check("no evaluate", [configure, ("judge", evaluate.1)]);
}

#[test]
fn manifests() {
    let bare = GOOD.bare_component(&RULE);
    refused("no manifest", &bare, "it has no manifest");
    let other =
        MANIFEST.replace("alert-rule", "connector").replace("[input]\nturns = 6\nsignals = [\"agent_repeats\"]", "");
    refused(
        "a manifest of another kind",
        &with_manifest(bare.clone(), &other),
        "its manifest says connector, but it exports",
    );
    let typo = MANIFEST.replace("licence", "license");
    refused("a manifest with a typing mistake", &with_manifest(bare.clone(), &typo), "unknown field `license`");
    let greedy = MANIFEST.replace("agent_repeats", "customer_name");
    refused(
        "asking for what is not measured",
        &with_manifest(bare.clone(), &greedy),
        "`customer_name`: expected one of",
    );
    let endless = format!("{MANIFEST}#{}", "x".repeat(100_000));
    refused("an endless manifest", &with_manifest(bare, &endless), "the limit is 65536");
}

#[test]
fn a_rule_is_no_connector() {
    let error = Connector::new(&load(&GOOD.component()).unwrap(), "{}").unwrap_err();
    assert_eq!(error.to_string(), "use `guest` as connector: its kind is alert-rule");
}

#[test]
fn a_signature_does_not_change_the_digest() {
    let plain = GOOD.component();
    let mut signed = plain.clone();
    signed.extend([&[0, 13, 9][..], b"signature", &[1, 2, 3]].concat());
    let mut renamed = plain.clone();
    renamed.extend([&[0, 13, 9][..], b"signatura", &[1, 2, 3]].concat());
    let digest = |bytes: &[u8]| load(bytes).unwrap().digest();
    assert_eq!(digest(&plain), digest(&signed));
    assert_ne!(digest(&plain), digest(&renamed));
    assert_eq!(digest(&plain).id().to_string(), digest(&plain).to_string()[..32]);
}

#[test]
fn a_file_that_is_not_there() {
    let error = sandbox().load_file("no/such.wasm".as_ref()).unwrap_err();
    assert!(matches!(&error, SandboxError::Read { origin, .. } if origin == "no/such.wasm"), "{error}");
}

#[test]
fn components_and_types_within_each_other() {
    // Beside the good one. Whoever walks down by calling itself must be stopped before the stack is.
    let deep = [GOOD.component(), nested(60_000)].concat();
    refused("sixty thousand components within each other", &deep, "nested deeper than 16");
    let deep = [GOOD.component(), nested(17)].concat();
    refused("seventeen components within each other", &deep, "nested deeper than 16");
    load(&[GOOD.component(), nested(16)].concat()).unwrap();
    let deep = [GOOD.component(), nested_types(100_000)].concat();
    refused("a hundred thousand types within each other", &deep, "its types are nested deeper than 100");
    let (loaded, beside) = beside_a_neighbour(|| load(&[GOOD.component(), nested_lists(50_000)].concat()));
    let stopped_by = loaded.err().map_or_else(|| "nothing: it does no harm".to_owned(), |error| error.to_string());
    beside.tell("fifty thousand lists of lists", stopped_by);
}

#[test]
fn blocks_within_each_other() {
    let evaluate = ["block ".repeat(20_000), "end ".repeat(20_000), GOOD.evaluate.to_owned()].concat().leak();
    let (answer, beside) = beside_a_neighbour(|| {
        let rule = AlertRule::new(&load(&Guest { evaluate, ..GOOD }.component())?, "{}")?;
        Ok::<_, SandboxError>(rule.evaluate(&question()))
    });
    assert!(matches!(answer, Ok(Ok(Answered::Verdict(_)))), "{answer:?}");
    beside.tell("twenty thousand blocks within each other", "nothing: it is compiled and does no harm");
}
