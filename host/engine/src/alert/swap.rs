//! A swap of generations, seen from one book: what is already true is armed in silence, and what a rollback takes
//! back ends.

use super::{Alert, Book, Deciding, Noted, PendingStep, deciding::definition};
use crate::{condition::Scope, contact::Measured, rule::Policy, time::Instant};

/// How one generation follows another.
#[derive(Clone, Copy, Debug)]
pub struct Swap {
    /// It takes the other back.
    pub withdraws: bool,
}

impl Swap {
    /// Whether a book must be looked at now; any other meets the generation with its next fact.
    pub fn concerns(self, book: &Book, policy: &Policy, at: Instant) -> bool {
        let moves_tick = || book.seen.as_ref().is_some_and(|seen| next_tick(policy, seen, at) != book.tick);
        (self.withdraws && has_gone(book, policy)) || moves_tick()
    }
}

impl Deciding<'_> {
    /// The generation that decides from here on meets the book.
    ///
    /// A rule that only time makes true is armed by how it stands at this instant: it never fires for what was true
    /// before, and does for what becomes true after.
    pub fn swap(&mut self, swap: Swap) {
        if swap.withdraws {
            self.withdraw();
        }
        let Some(seen) = self.book.seen.clone() else { return };
        let due = next_tick(self.policy, &seen, self.at);
        if due != self.book.tick {
            self.meet_generation();
            self.noted(Noted::Tick { due });
        }
    }

    /// Steps that wait and orders nobody has answered end, unless this generation's rules ask for them as well.
    fn withdraw(&mut self) {
        let gone = |alert: &Alert| definition(self.policy, alert).is_none();
        let alert =
            |step: &PendingStep| Some((self.book.alert(step.alert).filter(|alert| gone(alert))?.clone(), step.step));
        let steps: Vec<(Alert, u16)> = self.book.pending.iter().filter_map(alert).collect();
        let orders = self.book.open_commands().filter(|command| self.book.alert(command.order.alert).is_none_or(gone));
        let orders: Vec<_> = orders.map(|command| command.order.clone()).collect();
        for (alert, step) in steps {
            self.skip(&alert, step, None, WITHDRAWN);
        }
        orders.iter().for_each(|order| self.ended(order, WITHDRAWN));
    }
}

/// Why a step or an order of a generation that was taken back is over.
const WITHDRAWN: &str = "withdrawn";

/// When time alone could next make a rule of the policy true.
pub(super) fn next_tick(policy: &Policy, seen: &Measured, at: Instant) -> Option<Instant> {
    if seen.closed {
        return None;
    }
    let scope = Scope::of(at, seen);
    policy.rules.iter().flat_map(|rule| &rule.ticks).filter_map(|tick| tick.due(&scope)).min()
}

/// Whether something waits here under a definition that the policy does not have.
fn has_gone(book: &Book, policy: &Policy) -> bool {
    let gone = |alert| book.alert(alert).is_none_or(|alert| definition(policy, alert).is_none());
    book.pending.iter().any(|step| gone(step.alert)) || book.open_commands().any(|order| gone(order.order.alert))
}
