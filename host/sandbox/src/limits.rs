//! Every limit on a plugin, with its reason. All are on by default.
//!
//! A plugin writes no log and waits for nothing, because it imports nothing: there is no line to count and no call
//! of the host's to cut short.

use std::{num::NonZeroU32, time::Duration};

use crate::manifest::{Budget, Kind};

/// A native rule takes a microsecond and a slow Python one two milliseconds; a judge thread that loses a fifth of a
/// second still keeps up with the live road.
pub const CONTACT_CPU: Duration = Duration::from_millis(200);
/// A message may hold a whole day's transcripts, which take a while to parse; nobody waits live for it.
pub const MESSAGE_CPU: Duration = Duration::from_secs(2);
/// Ten times its CPU time: what runs that long and was not on the processor was kept from it by the machine, and
/// whoever waits should hear so. A guest itself can wait for nothing.
pub const CONTACT_WALL: Duration = Duration::from_secs(2);
/// The same, five times: a thread that takes messages has other things to do.
pub const MESSAGE_WALL: Duration = Duration::from_secs(10);
/// A model in a plugin may think for a while; a judge thread that loses more than this is lost.
pub const CPU_MAX: Duration = Duration::from_secs(5);
/// No longer than a person waits for a page.
pub const WALL_MAX: Duration = Duration::from_secs(30);
/// Room for an interpreter with its library; four judges with four full slots each stay within 1 GiB.
pub const MEMORY_BYTES: usize = 64 << 20;
/// Room for a model beside an interpreter; a house that allows it to all its slots needs the machine for it.
pub const MEMORY_BYTES_MAX: usize = 256 << 20;
/// Half a MiB of a slot; a Rust plugin has some hundred functions in its table, an interpreter thousands.
pub const TABLE_ELEMENTS: usize = 64 << 10;
/// Rust has one; the libraries of an interpreter share one.
pub const MEMORIES: u32 = 4;
/// Rust has one, wit-component's shims have another.
pub const TABLES: u32 = 8;
/// Rust has one; an interpreter has one for each of its native libraries.
pub const INSTANCES: u32 = 64;
/// Wasmtime's default; a quarter of what a Rust thread has.
pub const STACK_BYTES: usize = 512 << 10;
/// A verdict names values and places; it quotes nothing.
pub const VERDICT_BYTES: usize = 256 << 10;
/// The drafts of a message repeat it, with a little around each turn.
pub const RECEIVED_BYTES: usize = 16 << 20;
/// Twice what the largest message makes.
pub const ANSWER_BYTES_MAX: usize = 32 << 20;
/// One request's worth of events.
pub const DRAFTS: usize = 10_000;
/// What a channel says of one fact is flat, or nearly; a reader of JSON that calls itself must not be led deeper.
pub const JSON_DEPTH: usize = 32;
/// A full window of long messages. What is larger is no turn of a conversation.
pub const INPUT_BYTES: usize = 1 << 20;
/// What HTTP servers commonly take.
pub const HEADERS: usize = 100;
/// Callers that may wait for one connector, each on a thread of its own, of which a server has some hundreds; judges
/// and couriers are bounded by their threads and never stand here for long.
pub const QUEUE: usize = 64;
/// A day's transcripts in one upload; a larger one can be cut.
pub const MESSAGE_BYTES: usize = 8 << 20;
/// Settings are written by hand.
pub const SETTINGS_BYTES: usize = 64 << 10;
/// An interpreter and its library come along in one file.
pub const COMPONENT_BYTES: usize = 64 << 20;
/// A toolchain wraps a component once, whoever composes several once more. Far below a thousand the validator and the
/// compiler take longer than anybody waits, and then the host's own stack.
pub const NESTING: usize = 16;
/// Types of components and instances within each other, in one section. Toolchains write two or three; the validator
/// calls itself for each, and nothing but this stops it before the host's stack does.
pub const TYPE_NESTING: usize = 100;
/// A manifest is written by hand.
pub const MANIFEST_BYTES: usize = 64 << 10;
/// The ticker's step. A guest is stopped at most two steps late and never early.
pub const TICK: Duration = Duration::from_millis(10);

/// Evidence a person can still read.
pub const BECAUSE_ENTRIES: usize = 32;
/// A name, not a sentence.
pub const BECAUSE_NAME_BYTES: usize = 64;
/// A sentence, not a page.
pub const BECAUSE_VALUE_BYTES: usize = 512;
/// Two for each turn of a full window.
pub const SPANS: usize = 64;
/// What an analyzer can notice in one utterance and a person still reads.
pub const LABELS: usize = 16;
/// A name, not a sentence.
pub const LABEL_BYTES: usize = 64;
/// A language tag with script and region.
pub const LANGUAGE_BYTES: usize = 32;
/// A department, a role or a priority is a name that a pack can hold; forty ideographs.
pub const ROUTE_NAME_BYTES: usize = 128;
/// A token call, a signature, the request and its repetition fit thrice over; a loop does not.
pub const ASKS_MAX: usize = 16;
/// What a connector remembers between two steps: the delivery itself and a little around it.
pub const STATE_BYTES_MAX: usize = 64 << 10;
/// A delivery fits into the state with room for a token and a signature beside it.
pub const DELIVERY_BYTES: usize = 48 << 10;
/// What HTTP servers commonly take for a line.
pub const URL_BYTES: usize = 8 << 10;
/// A channel's name for what it accepted.
pub const CORRELATION_BYTES: usize = 256;
/// What a plugin says of itself in errors: a line, not a page.
pub const FAULT_BYTES: usize = 512;
/// More wrong settings than this are not listed.
pub const FAULTS: usize = 32;

const KIB: usize = 1 << 10;
const MIB: usize = 1 << 20;

/// What a sandbox allows its guests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Who looks at a contact, a text or a case, and asks for nothing else.
    pub contact: Allowance,
    /// Who understands messages and brings deliveries, and asks for nothing else.
    pub message: Allowance,
    /// The most that any plugin may ask for: the operator's word.
    pub maximum: Allowance,
    /// Elements over all tables of an instance.
    pub table_elements: usize,
    /// Bytes of texts about one contact, one text or one case.
    pub input_bytes: usize,
    /// Bytes of a message, headers included.
    pub message_bytes: usize,
    /// Bytes of a component's file.
    pub component_bytes: usize,
    /// Callers that may wait for one connector.
    pub queue: usize,
}

/// What one instance may take: start, configure and work together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// CPU time of the thread it runs on.
    pub cpu: Duration,
    /// Time that passes, once it has its slot.
    pub wall: Duration,
    /// Bytes over all memories.
    pub memory_bytes: usize,
    /// Bytes of its answer.
    pub answer_bytes: usize,
}

/// A plugin asks for more than the operator allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excess {
    /// The limit, as a manifest writes it.
    pub limit: &'static str,
    /// What is asked for.
    pub asked: u64,
    /// What is allowed.
    pub most: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            contact: Allowance {
                cpu: CONTACT_CPU,
                wall: CONTACT_WALL,
                memory_bytes: MEMORY_BYTES,
                answer_bytes: VERDICT_BYTES,
            },
            message: Allowance {
                cpu: MESSAGE_CPU,
                wall: MESSAGE_WALL,
                memory_bytes: MEMORY_BYTES,
                answer_bytes: RECEIVED_BYTES,
            },
            maximum: Allowance {
                cpu: CPU_MAX,
                wall: WALL_MAX,
                memory_bytes: MEMORY_BYTES_MAX,
                answer_bytes: ANSWER_BYTES_MAX,
            },
            table_elements: TABLE_ELEMENTS,
            input_bytes: INPUT_BYTES,
            message_bytes: MESSAGE_BYTES,
            component_bytes: COMPONENT_BYTES,
            queue: QUEUE,
        }
    }
}

impl Limits {
    /// The same, with what an operator says of the maximum.
    pub fn with_maximum(mut self, most: &Budget) -> Self {
        let Budget { cpu_ms, wall_ms, memory_mib, answer_kib } = most;
        let most = &mut self.maximum;
        most.cpu = cpu_ms.map_or(most.cpu, milliseconds);
        most.wall = wall_ms.map_or(most.wall, milliseconds);
        most.memory_bytes = memory_mib.map_or(most.memory_bytes, |asked| bytes(asked, MIB));
        most.answer_bytes = answer_kib.map_or(most.answer_bytes, |asked| bytes(asked, KIB));
        self
    }

    /// What a plugin of this kind may take: what it asks for, else what is usual, and never more than the maximum.
    pub(crate) fn allowance(&self, kind: Kind, asked: &Budget) -> Result<Allowance, Excess> {
        let usual = match kind {
            Kind::AlertRule | Kind::Analyzer | Kind::RoutingPolicy => self.contact,
            Kind::Connector => self.message,
        };
        let most = self.maximum;
        let within = |limit, asked: NonZeroU32, most: u128| {
            let asked = asked.get().into();
            let most = u64::try_from(most).unwrap_or(u64::MAX);
            if asked > most { Err(Excess { limit, asked, most }) } else { Ok(()) }
        };
        let Budget { cpu_ms, wall_ms, memory_mib, answer_kib } = asked;
        cpu_ms.map_or(Ok(()), |asked| within("cpu_ms", asked, most.cpu.as_millis()))?;
        wall_ms.map_or(Ok(()), |asked| within("wall_ms", asked, most.wall.as_millis()))?;
        memory_mib.map_or(Ok(()), |asked| within("memory_mib", asked, (most.memory_bytes / MIB) as u128))?;
        answer_kib.map_or(Ok(()), |asked| within("answer_kib", asked, (most.answer_bytes / KIB) as u128))?;
        Ok(Allowance {
            cpu: cpu_ms.map_or(usual.cpu.min(most.cpu), milliseconds),
            wall: wall_ms.map_or(usual.wall.min(most.wall), milliseconds),
            memory_bytes: memory_mib.map_or(usual.memory_bytes.min(most.memory_bytes), |asked| bytes(asked, MIB)),
            answer_bytes: answer_kib.map_or(usual.answer_bytes.min(most.answer_bytes), |asked| bytes(asked, KIB)),
        })
    }
}

fn milliseconds(asked: NonZeroU32) -> Duration {
    Duration::from_millis(asked.get().into())
}

fn bytes(asked: NonZeroU32, unit: usize) -> usize {
    (asked.get() as usize).saturating_mul(unit)
}

/// The beginning of `text`, cut between characters.
pub(crate) fn beginning(mut text: String, bytes_max: usize) -> String {
    text.truncate(text.floor_char_boundary(bytes_max));
    text
}

#[cfg(test)]
mod tests {
    use std::{num::NonZeroU32, time::Duration};

    use super::{Excess, Limits};
    use crate::manifest::{Budget, Kind};

    #[test]
    fn a_plugin_gets_what_it_asks_for_up_to_the_maximum() {
        let limits = Limits::default();
        let (some, none) = (NonZeroU32::new, Budget::default());
        let asked = Budget { cpu_ms: some(1_500), memory_mib: some(128), ..none };
        let allowed = limits.allowance(Kind::AlertRule, &asked).unwrap();
        assert_eq!((allowed.cpu, allowed.memory_bytes), (Duration::from_millis(1_500), 128 << 20));
        assert_eq!((allowed.wall, allowed.answer_bytes), (limits.contact.wall, limits.contact.answer_bytes));
        assert_eq!(limits.allowance(Kind::Connector, &none), Ok(limits.message));
        let excess = |asked: Budget| limits.allowance(Kind::Analyzer, &asked).unwrap_err();
        let said = |limit, asked, most| Excess { limit, asked, most };
        assert_eq!(excess(Budget { cpu_ms: some(5_001), ..none }), said("cpu_ms", 5_001, 5_000));
        assert_eq!(excess(Budget { wall_ms: some(30_001), ..none }), said("wall_ms", 30_001, 30_000));
        assert_eq!(excess(Budget { memory_mib: some(257), ..none }), said("memory_mib", 257, 256));
        assert_eq!(excess(Budget { answer_kib: some(u32::MAX), ..none }), said("answer_kib", u32::MAX.into(), 32_768));
    }

    #[test]
    fn a_maximum_below_what_is_usual_holds_for_everybody() {
        let most = Budget { cpu_ms: NonZeroU32::new(50), memory_mib: NonZeroU32::new(512), ..Budget::default() };
        let limits = Limits::default().with_maximum(&most);
        let usual = limits.allowance(Kind::Analyzer, &Budget::default()).unwrap();
        assert_eq!((usual.cpu, usual.memory_bytes), (Duration::from_millis(50), limits.contact.memory_bytes));
        let asked = Budget { memory_mib: NonZeroU32::new(512), ..Budget::default() };
        assert_eq!(limits.allowance(Kind::Analyzer, &asked).unwrap().memory_bytes, 512 << 20);
    }
}
