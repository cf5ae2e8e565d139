//! Rotation: between two sayings of a script the agent said nothing but one or two other scripts, also said again.

use crate::script::Script;
use crate::utterance::Utterances;

/// One more would be a conversation: a loop has two or three scripts.
const OTHERS_MAX: usize = 2;

/// The scripts that alternate with `most`; none when there is no loop.
pub(crate) fn others_in_loop(all: &Utterances, scripts: &[Script], most: usize) -> Vec<usize> {
    let order = in_order(all, scripts, most);
    let mut others = vec![];
    // What stands before its first saying and after its last is no loop yet, or none any more.
    let mut gaps = order.split(|script| *script == most).skip(1).collect::<Vec<_>>();
    gaps.pop();
    for gap in &gaps {
        if gap.is_empty() || gap.iter().any(|other| scripts[*other].sayings.len() < 2) {
            return vec![];
        }
        others.extend(gap.iter().copied());
    }
    others.sort_unstable();
    others.dedup();
    if others.len() > OTHERS_MAX { vec![] } else { others }
}

/// One script for each of the agent's turns that says any: `most`, or else the one most often said.
fn in_order(all: &Utterances, scripts: &[Script], most: usize) -> Vec<usize> {
    let said_in =
        |script: usize| scripts[script].sayings.iter().map(move |saying| (all.list[saying.utterance].turn, script));
    let mut of_turn: Vec<(usize, usize)> = (0..scripts.len()).flat_map(said_in).collect();
    let rank = |script: usize| (script != most, std::cmp::Reverse(scripts[script].said()), script);
    of_turn.sort_unstable_by_key(|(turn, script)| (*turn, rank(*script)));
    of_turn.dedup_by_key(|(turn, _)| *turn);
    of_turn.into_iter().map(|(_, script)| script).collect()
}
