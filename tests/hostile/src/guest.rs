//! Guests: components of our contracts around a core module of any behaviour.

/// A contract as a guest must export it: `%` in a type's name stands for the scope that defines it.
#[derive(Clone, Copy, Debug)]
pub struct Contract {
    /// What is exported.
    pub interface: &'static str,
    /// Name and definition, each using only those before it.
    pub types: &'static [(&'static str, &'static str)],
    /// Name and type: `configure`, and what the kind works by.
    pub functions: &'static [(&'static str, &'static str)],
}

/// `plaint:plugin/alert-rule@0.1.0`.
pub const RULE: Contract = Contract {
    interface: "plaint:plugin/alert-rule@0.1.0",
    types: &[
        (
            "turn",
            r#"(record (field "id" u32) (field "speaker" string) (field "text" string) (field "at-ms" (option s64))
                (field "labels" (list (tuple string f32))) (field "sentiment" (option f32)))"#,
        ),
        (
            "value",
            r#"(variant (case "flag" bool) (case "number" f64) (case "text" string) (case "time" s64)
                (case "absent"))"#,
        ),
        (
            "contact",
            r#"(record (field "id" string) (field "channel" string) (field "turns" (list $turn%))
                (field "signals" (list (tuple string $value%))) (field "customer" (list (tuple string $value%))))"#,
        ),
        ("span", r#"(record (field "turn" u32) (field "start" u32) (field "end" u32))"#),
        (
            "verdict",
            r#"(record (field "fire" bool) (field "score" (option f64)) (field "because" (list (tuple string string)))
                (field "spans" (list $span%)) (field "near" (option string)))"#,
        ),
        ("fault", r#"(record (field "setting" string) (field "expected" string))"#),
    ],
    functions: &[
        ("configure", r#"(param "settings" string) (result (result (error (list $fault%))))"#),
        ("evaluate", r#"(param "contacts" (list $contact%)) (result (list $verdict%))"#),
    ],
};

/// `plaint:plugin/connector@0.1.0`.
pub const CONNECTOR: Contract = Contract {
    interface: "plaint:plugin/connector@0.1.0",
    types: &[
        ("message", r#"(record (field "headers" (list (tuple string string))) (field "body" (list u8)))"#),
        (
            "draft",
            r#"(record (field "id" string) (field "type" string) (field "subject" string)
                (field "time-ms" (option s64)) (field "revision" u32) (field "backfill" bool) (field "data" string))"#,
        ),
        (
            "reply",
            r#"(record (field "status" u16) (field "headers" (list (tuple string string))) (field "body" (list u8)))"#,
        ),
        ("received", r#"(record (field "drafts" (list $draft%)) (field "reply" (option $reply%)))"#),
        ("refusal", r#"(record (field "at" string) (field "expected" string))"#),
        (
            "delivery",
            r#"(record (field "id" string) (field "kind" string) (field "attempt" u32) (field "body" string))"#,
        ),
        (
            "request",
            r#"(record (field "method" string) (field "url" string) (field "headers" (list (tuple string string)))
                (field "body" (list u8)))"#,
        ),
        (
            "response",
            r#"(record (field "status" u16) (field "headers" (list (tuple string string))) (field "body" (list u8)))"#,
        ),
        ("mac", r#"(record (field "secret" string) (field "algorithm" string) (field "data" (list u8)))"#),
        ("cipher", r#"(record (field "secret" string) (field "algorithm" string) (field "data" (list u8)))"#),
        (
            "need",
            r#"(variant (case "fetch" $request%) (case "mac" $mac%) (case "encrypt" $cipher%)
                (case "decrypt" $cipher%))"#,
        ),
        (
            "answer",
            r#"(variant (case "fetched" $response%) (case "unreachable" string) (case "mac" (list u8))
                (case "refused" string) (case "encrypted" (list u8)) (case "decrypted" (list u8)))"#,
        ),
        (
            "delivered",
            r#"(variant (case "delivered") (case "accepted" string) (case "retry-after" (option u32))
                (case "refused" string))"#,
        ),
        ("progress", r#"(variant (case "ask" (tuple $need% (list u8))) (case "done" $delivered%))"#),
        ("fault", r#"(record (field "setting" string) (field "expected" string))"#),
    ],
    functions: &[
        ("configure", r#"(param "settings" string) (result (result (error (list $fault%))))"#),
        ("receive", r#"(param "message" $message%) (result (result $received% (error $refusal%)))"#),
        ("deliver", r#"(param "delivery" $delivery%) (result $progress%)"#),
        ("resume", r#"(param "state" (list u8)) (param "answer" $answer%) (result $progress%)"#),
    ],
};

/// `plaint:plugin/analyzer@0.1.0`.
pub const ANALYZER: Contract = Contract {
    interface: "plaint:plugin/analyzer@0.1.0",
    types: &[
        ("text", r#"(record (field "speaker" string) (field "text" string))"#),
        (
            "reading",
            r#"(record (field "sentiment" (option f32)) (field "labels" (list (tuple string f32)))
                (field "language" (option string)))"#,
        ),
        ("fault", r#"(record (field "setting" string) (field "expected" string))"#),
    ],
    functions: &[
        ("configure", r#"(param "settings" string) (result (result (error (list $fault%))))"#),
        ("read", r#"(param "texts" (list $text%)) (result (list $reading%))"#),
    ],
};

/// `plaint:plugin/routing-policy@0.1.0`.
pub const ROUTING_POLICY: Contract = Contract {
    interface: "plaint:plugin/routing-policy@0.1.0",
    types: &[
        (
            "value",
            r#"(variant (case "flag" bool) (case "number" f64) (case "text" string) (case "time" s64)
                (case "absent"))"#,
        ),
        (
            "case",
            r#"(record (field "category" string) (field "family" string) (field "severity" string)
                (field "channel" string) (field "text" string) (field "labels" (list (tuple string f32)))
                (field "attributes" (list (tuple string $value%))))"#,
        ),
        (
            "routed",
            r#"(record (field "department" string) (field "role" string) (field "priority" (option string))
                (field "because" (list (tuple string string))))"#,
        ),
        ("fault", r#"(record (field "setting" string) (field "expected" string))"#),
    ],
    functions: &[
        ("configure", r#"(param "settings" string) (result (result (error (list $fault%))))"#),
        ("route", r#"(param "cases" (list $case%)) (result (list (option $routed%)))"#),
    ],
};

/// What a well-behaved rule says of itself.
pub const MANIFEST: &str = r#"
id = "guest"
version = "0.1.0"
kind = "alert-rule"
licence = "Apache-2.0"
about = { zh = "客人", en = "a guest" }
[input]
turns = 6
signals = ["agent_repeats"]
"#;

/// The manifest of a well-behaved guest of another kind.
pub fn manifest_of(kind: &str) -> String {
    MANIFEST.split("[input]").next().unwrap_or_default().replace("alert-rule", kind)
}

/// The parts of a core module that takes a list and gives one; each default behaves well as an alert rule.
#[derive(Clone, Copy, Debug)]
pub struct Guest {
    /// The memory, exported as `memory`.
    pub memory: &'static str,
    /// Further items: tables, data, a start function.
    pub more: &'static str,
    /// The body of `realloc(old, old_size, align, size) -> address`.
    pub realloc: &'static str,
    /// The body of `configure(settings, bytes) -> result`.
    pub configure: &'static str,
    /// The body of `evaluate(contacts, count) -> verdicts`, or of what another kind works by.
    pub evaluate: &'static str,
    /// The body of what runs after the verdicts are read.
    pub post_return: &'static str,
}

impl Guest {
    /// Accepts every setting and says of each contact that nothing is wrong.
    pub const GOOD: Guest = Guest {
        memory: r#"(memory (export "memory") 4)"#,
        more: "",
        realloc: "
            (local $at i32)
            (local.set $at (i32.and (i32.add (global.get $free) (i32.const 7)) (i32.const -8)))
            (global.set $free (i32.add (local.get $at) (local.get 3)))
            (local.get $at)",
        // Zeros at 16: accepted.
        configure: "(i32.const 16)",
        // Zeros at 4096: verdicts that do not fire.
        evaluate: "
            (i32.store (i32.const 32) (i32.const 4096))
            (i32.store (i32.const 36) (local.get 1))
            (i32.const 32)",
        post_return: "",
    };

    /// The component, with the manifest of a rule.
    pub fn component(&self) -> Vec<u8> {
        with_manifest(self.bare_component(&RULE), MANIFEST)
    }

    /// The component of another kind.
    pub fn component_of(&self, contract: &Contract, kind: &str) -> Vec<u8> {
        with_manifest(self.bare_component(contract), &manifest_of(kind))
    }

    /// The component, without a manifest, with `contract` said to be what it exports.
    pub fn bare_component(&self, contract: &Contract) -> Vec<u8> {
        let Guest { memory, more, realloc, configure, evaluate, post_return } = self;
        let work = contract.functions[1].0;
        encode(
            contract,
            &format!(
                r#"{memory} {more}
                (global $free (mut i32) (i32.const 65536))
                (func (export "realloc") (param i32 i32 i32 i32) (result i32) {realloc})
                (func (export "configure") (param i32 i32) (result i32) {configure})
                (func (export "post-configure") (param i32))
                (func (export "{work}") (param i32 i32) (result i32) {evaluate})
                (func (export "post-{work}") (param i32) {post_return})"#
            ),
        )
    }
}

/// A component that exports `contract`, lifted from a core module with these items: `memory`, `realloc`, and for
/// each function of the contract one of its name and one with `post-` before it.
///
/// A type that an export uses must have a name there: hence a component within, that takes functions and types and
/// exports them under the names of the contract (as wit-component does it).
pub fn encode(contract: &Contract, core: &str) -> Vec<u8> {
    let Contract { interface, types, functions } = contract;
    let all = |items: &[(&str, &str)], scope: &str, line: &dyn Fn(&str, &str) -> String| -> String {
        items.iter().map(|(name, says)| line(name, &says.replace('%', scope))).collect()
    };
    let made = all(types, "", &|name, says| format!("(type ${name} {says})\n"));
    let lifted = all(functions, "", &|name, says| {
        format!(
            r#"(func ${name} {says} (canon lift (core func $guest "{name}") (memory (core memory $guest "memory"))
                (realloc (core func $guest "realloc")) (post-return (core func $guest "post-{name}"))))"#
        )
    });
    let taken_types = all(types, "-in", &|name, says| {
        format!(r#"(type $taken-{name} {says}) (import "take-{name}" (type ${name}-in (eq $taken-{name})))"#)
    });
    let taken = all(functions, "-in", &|name, says| format!(r#"(import "take-{name}" (func ${name} {says}))"#));
    let given_types = all(types, "-out", &|name, says| {
        format!(r#"(type $given-{name} {says}) (export ${name}-out "{name}" (type $given-{name}))"#)
    });
    let given = all(functions, "-out", &|name, says| format!(r#"(export "{name}" (func ${name}) (func {says}))"#));
    let with_types = all(types, "", &|name, _| format!(r#"(with "take-{name}" (type ${name}))"#));
    let with = all(functions, "", &|name, _| format!(r#"(with "take-{name}" (func ${name}))"#));
    assemble(&format!(
        r#"(component
            (core module $code {core})
            (core instance $guest (instantiate $code))
            {made} {lifted}
            (component $named {taken_types} {taken} {given_types} {given})
            (instance $exported (instantiate $named {with_types} {with}))
            (export "{interface}" (instance $exported)))"#
    ))
}

/// `component` with a manifest at its end.
pub fn with_manifest(mut component: Vec<u8>, manifest: &str) -> Vec<u8> {
    let name = b"plaint:manifest";
    let content = [&[name.len() as u8], &name[..], manifest.as_bytes()].concat();
    component.extend(section(0, &content));
    component
}

/// A section that holds a component that holds a component, and so on.
pub fn nested(depth: usize) -> Vec<u8> {
    const COMPONENT: [u8; 8] = [0, b'a', b's', b'm', 0x0d, 0, 1, 0];
    let mut begins = Vec::with_capacity(depth);
    let mut bytes = 0;
    for _ in 0..depth {
        let begin = [&[4][..], &size(COMPONENT.len() + bytes), &COMPONENT].concat();
        bytes += begin.len();
        begins.push(begin);
    }
    begins.into_iter().rev().flatten().collect()
}

/// A section of types: a component type that declares a component type, and so on.
pub fn nested_types(depth: usize) -> Vec<u8> {
    let (opens, closes) = ([0x41, 1, 1].repeat(depth), [0x41, 0]);
    section(7, &[&[1][..], &opens, &closes].concat())
}

/// A component within, of types: a list, a list of that, and so on.
pub fn nested_lists(depth: u32) -> Vec<u8> {
    let bytes = [&[0x70, 0x7d][..]].concat();
    let lists = (0..depth - 1).flat_map(|inner| [&[0x70][..], &index(inner)].concat());
    let types = section(7, &size(depth as usize).into_iter().chain(bytes).chain(lists).collect::<Vec<u8>>());
    section(4, &[&[0, b'a', b's', b'm', 0x0d, 0, 1, 0][..], &types].concat())
}

/// An index of a type where a negative number would be a type that needs none.
fn index(index: u32) -> Vec<u8> {
    let mut bytes = size(index as usize);
    if let Some(last) = bytes.last_mut().filter(|last| **last >= 0x40) {
        *last |= 0x80;
        bytes.push(0);
    }
    bytes
}

fn section(id: u8, content: &[u8]) -> Vec<u8> {
    [&[id][..], &size(content.len()), content].concat()
}

fn size(mut size: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while size >= 0x80 {
        bytes.push(size as u8 | 0x80);
        size >>= 7;
    }
    bytes.push(size as u8);
    bytes
}

fn assemble(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap_or_else(|error| panic!("a guest's text must be right: {error}"))
}
