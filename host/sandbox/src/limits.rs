//! Every limit on a plugin, with its reason. All are on by default.

use std::time::Duration;

/// A native rule takes a microsecond and a slow Python one two milliseconds; a judge thread that loses a fifth of a
/// second still keeps up with the live road.
pub const CONTACT_CPU: Duration = Duration::from_millis(200);
/// A message may hold a whole day's transcripts, which take a while to parse; nobody waits live for it.
pub const MESSAGE_CPU: Duration = Duration::from_secs(2);
/// Room for an interpreter with its library; four judges with four full slots each stay within 1 GiB.
pub const MEMORY_BYTES: usize = 64 << 20;
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
/// A day's transcripts in one upload; a larger one can be cut.
pub const MESSAGE_BYTES: usize = 8 << 20;
/// Settings are written by hand.
pub const SETTINGS_BYTES: usize = 64 << 10;
/// An interpreter and its library come along in one file.
pub const COMPONENT_BYTES: usize = 64 << 20;
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

/// What a sandbox allows its guests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// CPU time to look at one contact (or one batch in a kept instance): start, configure and evaluate together.
    pub contact_cpu: Duration,
    /// CPU time to understand one message, start and configure included.
    pub message_cpu: Duration,
    /// Bytes over all memories of an instance.
    pub memory_bytes: usize,
    /// Elements over all tables of an instance.
    pub table_elements: usize,
    /// Bytes of verdicts.
    pub verdict_bytes: usize,
    /// Bytes of drafts and reply.
    pub received_bytes: usize,
    /// Bytes of a message, headers included.
    pub message_bytes: usize,
    /// Bytes of a component's file.
    pub component_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            contact_cpu: CONTACT_CPU,
            message_cpu: MESSAGE_CPU,
            memory_bytes: MEMORY_BYTES,
            table_elements: TABLE_ELEMENTS,
            verdict_bytes: VERDICT_BYTES,
            received_bytes: RECEIVED_BYTES,
            message_bytes: MESSAGE_BYTES,
            component_bytes: COMPONENT_BYTES,
        }
    }
}

/// The beginning of `text`, cut between characters.
pub(crate) fn beginning(mut text: String, bytes_max: usize) -> String {
    text.truncate(text.floor_char_boundary(bytes_max));
    text
}
