//! Rules as text, without a pack and its checker.
//!
//! ```text
//! repeats: turn contact.agent_repeats >= 3 | clear contact.closed | cooldown 10m | hint own-words
//! waiting: contact contact.waiting > 2m | each | notify lead after 30s unless alert.taken
//! same:    plugin turn.speaker == 'agent' | change-agent after 30s within 10s unless alert.taken else conference
//! ```

use engine::{
    condition::{Comparison, Condition, Variable},
    guard::OnFailure,
    id::Id,
    rule::{
        Act, COMMAND_LIMIT, Casework, Fire, Intervention, On, Piece, PluginAsk, Policy, Rule, RuleStep, Say, Severity,
    },
    time::Duration,
    value::Value,
};

/// The policy of these rules, one a line; its generation and each rule's digest are of their texts.
pub(crate) fn policy(rules: &str) -> Policy {
    let lines = rules.lines().map(str::trim).filter(|line| !line.is_empty());
    let rules: Vec<Rule> = lines.map(rule).collect();
    let digests: Vec<&[u8]> = rules.iter().map(|rule| &rule.digest.0[..]).collect();
    Policy {
        pack: "tests".to_owned(),
        generation: Id::of(&digests),
        rules,
        analyzers: Vec::new(),
        casework: Casework::default(),
        freezes: Vec::new(),
        forced_by_machine: true,
    }
}

fn rule(line: &str) -> Rule {
    let (id, says) = line.split_once(": ").expect("a name, then the rule");
    let mut clauses = says.trim().split(" | ");
    let (on, when) = clauses.next().and_then(|first| first.split_once(' ')).expect("what it looks at, then when");
    let when = condition(when);
    let said = vec![Piece::Words("said ".to_owned()), Piece::Value(Condition::Variable(Variable::AgentRepeats))];
    let mut rule = Rule {
        id: id.to_owned(),
        digest: Id::of(&[line.as_bytes()]),
        on: if on == "contact" { On::Contact } else { On::Turn },
        ask: (on == "plugin").then(|| PluginAsk {
            plugin: id.to_owned(),
            settings: "{}".to_owned(),
            on_failure: OnFailure::Abstain,
        }),
        ticks: if on == "contact" { when.ticks() } else { Vec::new() },
        when,
        fire: Fire::Rise,
        clear: None,
        severity: Severity::Warning,
        say: Say { zh: said.clone(), en: said },
        then: Vec::new(),
        cooldown: Duration(0),
    };
    clauses.for_each(|clause| take(&mut rule, clause));
    rule
}

fn take(rule: &mut Rule, clause: &str) {
    let (word, rest) = clause.split_once(' ').unwrap_or((clause, ""));
    match word {
        "clear" => rule.clear = Some(condition(rest)),
        "cooldown" => rule.cooldown = duration(rest),
        "each" => rule.fire = Fire::Each,
        _ => rule.then.push(step(word, rest)),
    }
}

/// What follows a word up to the next one of these.
const WORDS: [&str; 4] = ["after", "within", "unless", "else"];

fn step(act: &str, rest: &str) -> RuleStep {
    let words: Vec<&str> = rest.split(' ').filter(|word| !word.is_empty()).collect();
    let said = |word: &str| -> Option<String> {
        let from = words.iter().position(|found| *found == word)? + 1;
        let to = words[from..].iter().position(|found| WORDS.contains(found)).map_or(words.len(), |to| from + to);
        Some(words[from..to].join(" "))
    };
    let object = words.first().filter(|word| !WORDS.contains(word)).map(|word| (*word).to_owned());
    RuleStep {
        act: match act {
            "hint" => Act::Hint(object.clone().unwrap_or_default()),
            "notify" => Act::Notify,
            word => Act::Intervene(intervention(word)),
        },
        to: object.into_iter().collect(),
        after: said("after").map_or(Duration(0), |text| duration(&text)),
        unless: said("unless").map(|text| condition(&text)),
        needs: Vec::new(),
        within: said("within").map_or(COMMAND_LIMIT, |text| duration(&text)),
        otherwise: said("else").map(|word| intervention(&word)),
    }
}

fn intervention(word: &str) -> Intervention {
    Intervention::WORDS.iter().find(|(known, _)| *known == word).map(|(_, order)| *order).expect("an intervention")
}

/// `a && !b && c >= 3`, `a || b`.
fn condition(text: &str) -> Condition {
    let parts = |sign: &str| -> Vec<Condition> { text.split(sign).map(condition).collect() };
    if text.contains(" || ") {
        return Condition::Or(parts(" || "));
    }
    if text.contains(" && ") {
        return Condition::And(parts(" && "));
    }
    if let Some(text) = text.strip_prefix('!') {
        return Condition::Not(Box::new(condition(text)));
    }
    let words: Vec<&str> = text.split(' ').collect();
    match words[..] {
        [left, sign, right] => Condition::Compare(comparison(sign), Box::new([value(left), value(right)])),
        _ => value(text),
    }
}

fn comparison(sign: &str) -> Comparison {
    let all = [
        Comparison::Equal,
        Comparison::Unequal,
        Comparison::Less,
        Comparison::LessOrEqual,
        Comparison::Greater,
        Comparison::GreaterOrEqual,
    ];
    all.into_iter().find(|how| how.sign() == sign).expect("a comparison")
}

fn value(word: &str) -> Condition {
    if let Some(variable) = Variable::named(word) {
        return Condition::Variable(variable);
    }
    if let Ok(number) = word.parse() {
        return Condition::Constant(Value::Number(number));
    }
    match word.strip_prefix('\'').and_then(|word| word.strip_suffix('\'')) {
        Some(text) => Condition::Constant(Value::Text(text.to_owned())),
        None => Condition::Constant(Value::Duration(duration(word))),
    }
}

/// `30s`, `2m`, `1h`.
fn duration(text: &str) -> Duration {
    let (count, unit) = text.split_at(text.len() - 1);
    let size = [("s", 1), ("m", 60), ("h", 3_600)].into_iter().find(|(known, _)| *known == unit).expect("a unit").1;
    Duration::seconds(count.parse::<i64>().expect("a count") * size)
}
