//! Guests that loop, recurse, grow and trap, in whatever function they are called.

use engine::absence::Absence;
use plaint_hostile::Guest;

use crate::{GOOD, LOOP, abstains, never_starts, overruns, refused};

#[test]
fn a_loop_in_evaluate() {
    overruns("an infinite loop in evaluate", &Guest { evaluate: LOOP, ..GOOD });
}

#[test]
fn a_loop_after_the_answer() {
    overruns("an infinite loop after the verdict is read", &Guest { post_return: LOOP, ..GOOD });
}

#[test]
fn a_loop_in_configure() {
    never_starts("an infinite loop in configure", &Guest { configure: LOOP, ..GOOD }, "more than 60ms of CPU time");
}

#[test]
fn a_loop_in_the_start_function() {
    let more = "(func $start (loop $for_ever (br $for_ever))) (start $start)";
    never_starts("an infinite loop in the start function", &Guest { more, ..GOOD }, "more than 60ms of CPU time");
}

#[test]
fn a_loop_where_the_host_asks_for_memory() {
    never_starts("an infinite loop in realloc", &Guest { realloc: LOOP, ..GOOD }, "more than 60ms of CPU time");
}

#[test]
fn a_loop_only_in_the_second_call() {
    // The first 4 bytes the host writes are the settings; a contact is larger.
    let realloc = "
        (if (i32.gt_u (local.get 3) (i32.const 8)) (then (loop $for_ever (br $for_ever))))
        (i32.const 65536)";
    overruns("a loop that begins once it was accepted", &Guest { realloc, ..GOOD });
}

#[test]
fn unbounded_recursion() {
    let guest = Guest { more: "(func $deeper (call $deeper))", evaluate: "(call $deeper) (unreachable)", ..GOOD };
    abstains("unbounded recursion", &guest, (Absence::Trap, "call stack exhausted"));
}

#[test]
fn a_memory_bomb() {
    let evaluate = "
        (loop $more (br_if $more (i32.ne (memory.grow (i32.const 16)) (i32.const -1))))
        (unreachable)";
    let expected = "bytes of memory, the limit is 16777216; then it broke off";
    abstains("growing one memory for ever", &Guest { evaluate, ..GOOD }, (Absence::Memory, expected));
}

#[test]
fn a_bomb_of_several_memories() {
    let memory = r#"(memory (export "memory") 4) (memory $b 1) (memory $c 1)"#;
    let evaluate = "
        (drop (memory.grow (i32.const 100)))
        (drop (memory.grow $b (i32.const 100)))
        (drop (memory.grow $c (i32.const 100)))
        (if (i32.eq (memory.size $c) (i32.const 1)) (then (unreachable)))
        (i32.const 32)";
    let expected = "it asked for 20054016 bytes of memory, the limit is 16777216";
    abstains(
        "growing three memories, each below the limit",
        &Guest { memory, evaluate, ..GOOD },
        (Absence::Memory, expected),
    );
}

#[test]
fn memory_to_begin_with() {
    let guest = Guest { memory: r#"(memory (export "memory") 257)"#, ..GOOD };
    refused(
        "17 MiB of memory to begin with",
        &guest.component(),
        "a minimum byte size of 16842752 which exceeds the limit",
    );
    let guest = Guest { memory: r#"(memory (export "memory") 4) (memory 200) (memory 200)"#, ..GOOD };
    never_starts("twice 13 MiB of memory to begin with", &guest, "the limit is 16777216");
    let guest = Guest { more: "(memory 0) (memory 0) (memory 0) (memory 0)", ..GOOD };
    refused("five memories", &guest.component(), "memories");
}

#[test]
fn a_table_bomb() {
    let guest = Guest {
        more: "(table $t 1 funcref)",
        evaluate: "
            (loop $more (br_if $more (i32.ne (table.grow $t (ref.null func) (i32.const 1000)) (i32.const -1))))
            (unreachable)",
        ..GOOD
    };
    abstains("growing a table for ever", &guest, (Absence::Table, "table elements, the limit is 10000"));
    let more = "(table 4000 funcref) (table 4000 funcref) (table 4000 funcref)";
    never_starts("three tables, each below the limit", &Guest { more, ..GOOD }, "table elements, the limit is 10000");
    let more = "(table 10001 funcref)";
    refused("a large table", &Guest { more, ..GOOD }.component(), "size of 10001 which exceeds the limit of 10000");
}

#[test]
fn a_trap() {
    let check = |tried: &str, guest: &Guest, expected| abstains(tried, guest, (Absence::Trap, expected));
    check("a trap", &Guest { evaluate: "(unreachable)", ..GOOD }, "`unreachable` instruction executed");
    let guest = Guest { post_return: "(unreachable)", ..GOOD };
    check("a trap after the verdict is read", &guest, "`unreachable` instruction executed");
    never_starts("a trap in configure", &Guest { configure: "(unreachable)", ..GOOD }, "`unreachable` instruction");
    let evaluate = "(i32.div_s (i32.const 1) (i32.const 0))";
    check("a division by zero", &Guest { evaluate, ..GOOD }, "divide by zero");
    let evaluate = "(i32.load (i32.const -4))";
    check("a look beyond the memory", &Guest { evaluate, ..GOOD }, "out of bounds memory access");
}

#[test]
fn settings_that_are_refused() {
    // An error at 64: two faults at 96, the names and what was expected at 8192.
    let configure = "
        (i32.store8 (i32.const 64) (i32.const 1))
        (i32.store (i32.const 68) (i32.const 96))
        (i32.store (i32.const 72) (i32.const 1))
        (i32.store (i32.const 96) (i32.const 8192))
        (i32.store (i32.const 100) (i32.const 5))
        (i32.store (i32.const 104) (i32.const 8197))
        (i32.store (i32.const 108) (i32.const 8))
        (i32.const 64)";
    let guest = Guest { more: r#"(data (i32.const 8192) "timesa number")"#, configure, ..GOOD };
    never_starts("refusing the settings", &guest, "configure `guest`: `times`: expected a number");
    let guest = Guest { configure: "(i32.store8 (i32.const 64) (i32.const 9)) (i32.const 64)", ..GOOD };
    never_starts("neither accepting nor refusing the settings", &guest, "discriminant");
}
