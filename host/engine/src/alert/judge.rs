//! Judging: which rules fire on what was just measured.

use super::{Alert, Book, Deciding, Noted, Truth, deciding::definition, swap::next_tick};
use crate::{
    condition::Scope,
    contact::{Measured, Turn},
    decision::{AlertCleared, AlertRaised, DecisionBody, Evidence, Planned, Said},
    fact::{Fact, FactBody},
    id::Id,
    rule::{Act, Answered, Fire, On, Piece, Rule, Verdict},
    time::Instant,
};

/// A contact just measured.
#[derive(Clone, Copy, Debug)]
pub struct Looked<'a> {
    /// The fact that was folded in.
    pub fact: &'a Fact,
    /// What was measured then.
    pub measured: &'a Measured,
    /// The turn the fact tells of, as the window has it now.
    pub turn: Option<&'a Turn>,
    /// What plugins answered, by the rule's place in the policy.
    pub answers: &'a [(usize, Answered)],
}

impl Rule {
    /// Whether a fact makes this rule worth a look.
    pub fn looks_at(&self, body: &FactBody) -> bool {
        match self.on {
            On::Turn => matches!(body, FactBody::TurnSaid(_)),
            On::Contact => true,
        }
    }
}

impl Deciding<'_> {
    /// Looks at a contact just measured: rules, clearing, orders that lost their purpose, the next tick.
    pub fn look(&mut self, looked: Looked<'_>) {
        self.meet_generation();
        self.book.see(looked.fact, looked.measured.clone());
        let held = self.book.held(looked.fact);
        self.release_held(looked.measured);
        let policy = self.policy;
        for (place, rule) in policy.rules.iter().enumerate() {
            if !rule.looks_at(&looked.fact.body) {
                continue;
            }
            match &rule.ask {
                None => self.judge_condition(rule, looked.measured, Some(looked)),
                Some(_) => {
                    match looked.answers.iter().find(|(rule, _)| *rule == place) {
                        Some((_, answer)) => self.judge_answer(rule, looked, answer),
                        // A revision took away what made the plugin worth asking: its alert has no cause any more.
                        None if held.contains(&rule.id) => drop(self.rises(rule, Truth::False, Vec::new())),
                        None => {}
                    }
                }
            }
        }
        self.clear(looked, &held);
        if looked.measured.closed {
            self.end_open_orders();
        }
        self.plan_tick(looked.measured);
    }

    /// Looks again at what only time has changed.
    pub(super) fn look_at_passing_time(&mut self) {
        let Some(seen) = self.book.seen.clone() else { return self.noted(Noted::Tick { due: None }) };
        let policy = self.policy;
        for rule in policy.rules.iter().filter(|rule| rule.on == On::Contact && rule.ask.is_none()) {
            self.judge_condition(rule, &seen, None);
        }
        self.plan_tick(&seen);
    }

    /// A new generation arms silently what was already true; a rule that did not change keeps what it remembers.
    pub(super) fn meet_generation(&mut self) {
        if self.book.generation == Some(self.policy.generation) {
            return;
        }
        let policy = self.policy;
        if let Some(seen) = self.book.seen.clone() {
            let scope = self.scope(&seen, None, None);
            let changed = |rule: &&Rule| {
                rule.ask.is_none() && self.book.memory(&rule.id).is_none_or(|known| known.definition != rule.digest)
            };
            let armed: Vec<(&Rule, Truth)> =
                policy.rules.iter().filter(changed).map(|rule| (rule, rule.when.holds(&scope).into())).collect();
            for (rule, truth) in armed {
                self.note_truth(rule, truth, Vec::new());
            }
        }
        self.noted(Noted::Met { generation: policy.generation });
    }

    fn judge_condition(&mut self, rule: &Rule, measured: &Measured, looked: Option<Looked<'_>>) {
        let scope = self.scope(measured, looked.and_then(|looked| looked.turn), None);
        let truth = Truth::from(rule.when.holds(&scope));
        let missing = if truth == Truth::Unknown { rule.when.missing(&scope) } else { Vec::new() };
        if self.rises(rule, truth, missing) {
            let evidence = Evidence {
                compared: rule.when.compared(&scope),
                verdict: None,
                turns: turns_behind(rule, measured, looked),
                spans: Vec::new(),
            };
            self.raise(rule, &scope, evidence);
        }
    }

    fn judge_answer(&mut self, rule: &Rule, looked: Looked<'_>, answer: &Answered) {
        let verdict = match answer {
            Answered::Verdict(verdict) => verdict,
            Answered::Abstained(abstention) => {
                self.rises(rule, Truth::Unknown, vec![abstention.reason.as_str()]);
                return;
            }
        };
        if self.rises(rule, Some(verdict.fire).into(), Vec::new()) {
            let scope = self.scope(looked.measured, looked.turn, None);
            let mut turns: Vec<String> = verdict.spans.iter().map(|span| span.turn.clone()).collect();
            turns.dedup();
            let evidence = Evidence {
                compared: rule.when.compared(&scope),
                spans: verdict.spans.clone(),
                verdict: Some(Verdict { spans: Vec::new(), ..verdict.clone() }),
                turns,
            };
            self.raise(rule, &scope, evidence);
        }
    }

    /// Remembers the truth; says whether the rule fires now. A rule that abstains keeps what it knew.
    fn rises(&mut self, rule: &Rule, truth: Truth, missing: Vec<&str>) -> bool {
        let known = self.book.memory(&rule.id).filter(|memory| memory.definition == rule.digest);
        let before = known.map(|memory| memory.truth);
        if truth == Truth::Unknown {
            if before.is_none() {
                self.note_truth(rule, truth, missing);
            }
            return false;
        }
        if before.unwrap_or(Truth::False) != truth {
            self.note_truth(rule, truth, Vec::new());
        }
        truth == Truth::True && (rule.fire == Fire::Each || before != Some(Truth::True))
    }

    fn note_truth(&mut self, rule: &Rule, truth: Truth, missing: Vec<&str>) {
        self.noted(Noted::Truth {
            rule: rule.id.clone(),
            definition: rule.digest,
            truth,
            missing: missing.into_iter().map(str::to_owned).collect(),
        });
    }

    fn raise(&mut self, rule: &Rule, scope: &Scope<'_>, evidence: Evidence) {
        if let Some(because) = self.keeps_still(rule) {
            if rule.fire == Fire::Rise {
                self.noted(Noted::Kept { rule: rule.id.clone(), because: because.to_owned() });
            }
            return;
        }
        let nth = self.book.memory(&rule.id).map_or(0, |memory| memory.episodes) + 1;
        let alert = Id::of(&[b"alert", rule.id.as_bytes(), &self.book.subject.0, &nth.to_le_bytes()]);
        let verdict = evidence.verdict.as_ref();
        let say = Said { zh: words(&rule.say.zh, scope, verdict), en: words(&rule.say.en, scope, verdict) };
        let late = self.book.backfill;
        let plan = plan(rule, self.at, late);
        self.decided(DecisionBody::AlertRaised(AlertRaised {
            alert,
            rule: rule.id.clone(),
            severity: rule.severity,
            say,
            agent: scope.contact.about.agent.as_ref().map(|agent| agent.id.clone()),
            late,
            evidence,
            plan,
            definition: rule.digest,
        }));
        self.take_due_steps();
    }

    /// Cooling down and "already open" are the engine's, never a rule's or a plugin's.
    fn keeps_still(&self, rule: &Rule) -> Option<&'static str> {
        if self.is_paused(&rule.id, None) {
            return Some("paused");
        }
        let open = |alert: &Alert| alert.rule == rule.id && alert.state.is_open();
        if self.book.alerts.iter().any(open) {
            return Some("already-open");
        }
        let raised = self.book.memory(&rule.id)?.raised?;
        (self.at.since(raised) < rule.cooldown).then_some("cooldown")
    }

    /// Clears open alerts whose rule says so, or whose cause a revision took away: that `held` before it.
    fn clear(&mut self, looked: Looked<'_>, held: &[String]) {
        let because = |book: &Book, alert: &Alert, rule: &Rule| {
            let scope = self.scope(looked.measured, looked.turn, Some(alert));
            let over = rule.clear.as_ref().is_some_and(|clear| clear.holds(&scope) == Some(true));
            let gone =
                held.contains(&rule.id) && book.memory(&rule.id).is_some_and(|memory| memory.truth == Truth::False);
            if over { Some("clear") } else { gone.then_some("revised") }
        };
        let open = self.book.alerts.iter().filter(|alert| alert.state.is_open());
        let cleared: Vec<AlertCleared> = open
            .filter_map(|alert| {
                // A rule that has changed since clears by what it says now; one that is gone, with its contact.
                let rule = definition(self.policy, alert).or_else(|| self.policy.rule(&alert.rule));
                let because = match rule {
                    Some(rule) => because(self.book, alert, rule)?,
                    None => looked.measured.closed.then_some("rule-gone")?,
                };
                let because = because.to_owned();
                Some(AlertCleared { alert: alert.id, rule: alert.rule.clone(), because })
            })
            .collect();
        for cleared in cleared {
            self.decided(DecisionBody::AlertCleared(cleared));
        }
    }

    fn end_open_orders(&mut self) {
        let open: Vec<_> = self.book.open_commands().map(|command| command.order.clone()).collect();
        open.iter().for_each(|order| self.ended(order, "contact-closed"));
    }

    fn plan_tick(&mut self, measured: &Measured) {
        let due = next_tick(self.policy, measured, self.at);
        if due != self.book.tick {
            self.noted(Noted::Tick { due });
        }
    }
}

/// Of the past only cases come: nobody is told, and nothing is ordered.
fn plan(rule: &Rule, at: Instant, late: bool) -> Vec<Planned> {
    let steps = rule.then.iter().zip(0..).filter(|(step, _)| !late || matches!(step.act, Act::OpenCase(_)));
    steps.map(|(step, place)| Planned { step: place, due: at.plus(step.after) }).collect()
}

/// The turns a condition rests on: those that say the script, where it speaks of scripts, and the one just said.
fn turns_behind(rule: &Rule, measured: &Measured, looked: Option<Looked<'_>>) -> Vec<String> {
    let speaks_of_scripts = rule.when.reads().contains(&crate::condition::Variable::AgentRepeats);
    let script = measured.signals.script_turns.iter().filter(|_| speaks_of_scripts);
    let mut turns: Vec<String> = script.map(|turn| turn.to_string()).collect();
    if let Some(turn) = looked.and_then(|looked| looked.turn)
        && !turns.iter().any(|known| **known == *turn.id)
    {
        turns.push(turn.id.to_string());
    }
    turns
}

fn words(pieces: &[Piece], scope: &Scope<'_>, verdict: Option<&Verdict>) -> String {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Words(words) => text.push_str(words),
            Piece::Value(value) => {
                text.push_str(&value.value(scope).map_or_else(|| "?".to_owned(), |slot| slot.spelled()))
            }
            Piece::Score => match verdict.and_then(|verdict| verdict.score) {
                Some(score) => text.push_str(&score.to_string()),
                None => text.push('?'),
            },
            Piece::Because(name) => {
                let said = verdict.and_then(|verdict| verdict.because.get(name));
                text.push_str(said.map_or("?", String::as_str));
            }
        }
    }
    text
}
