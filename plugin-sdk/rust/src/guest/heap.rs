//! The guest's heap. Its first part lies inside the memory that an instance starts with.
//!
//! The standard heap grows the memory at the first allocation. In a fresh instance that is two system calls and a
//! page fault for each page touched, every time: a third of a short call (measured: 15 µs instead of 20).
#![allow(unsafe_code, reason = "an allocator hands out raw memory")]

use std::alloc::{GlobalAlloc, Layout};
use std::cell::UnsafeCell;
use std::ptr;

use dlmalloc::{Allocator, Dlmalloc};

const PAGE_BYTES: usize = 64 * 1024;
/// Enough for a contact with a full window and its verdict; a page that is never touched costs nothing.
const FIRST_BYTES: usize = 3 * PAGE_BYTES;

#[global_allocator]
static HEAP: Heap = Heap(UnsafeCell::new(Dlmalloc::new_with_allocator(Memory { first_taken: UnsafeCell::new(false) })));

static FIRST: First = First(UnsafeCell::new([0; FIRST_BYTES]));

struct Heap(UnsafeCell<Dlmalloc<Memory>>);

#[repr(align(65536))]
struct First(UnsafeCell<[u8; FIRST_BYTES]>);

/// Where the heap gets its memory: the first part, then new pages.
struct Memory {
    first_taken: UnsafeCell<bool>,
}

// SAFETY: a guest has one thread (threads are off in the host, and this target is built without them).
unsafe impl Sync for Heap {}
// SAFETY: as above; besides, only the heap touches it.
unsafe impl Sync for First {}

// SAFETY: every call goes through to dlmalloc with the layout it was given; no reference outlives its call.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        unsafe { (*self.0.get()).malloc(layout.size(), layout.align()) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        unsafe { (*self.0.get()).free(place, layout.size(), layout.align()) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        unsafe { (*self.0.get()).calloc(layout.size(), layout.align()) }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        unsafe { (*self.0.get()).realloc(place, layout.size(), layout.align(), size) }
    }
}

// SAFETY: the first part is handed out once, and new pages belong to nobody else; both are zero.
unsafe impl Allocator for Memory {
    fn alloc(&self, size: usize) -> (*mut u8, usize, u32) {
        // SAFETY: one thread, and the reference ends with this statement.
        if size <= FIRST_BYTES && !unsafe { self.first_taken.get().replace(true) } {
            return (FIRST.0.get().cast(), FIRST_BYTES, 0);
        }
        let pages = size.div_ceil(PAGE_BYTES);
        match core::arch::wasm32::memory_grow::<0>(pages) {
            usize::MAX => (ptr::null_mut(), 0, 0),
            before => (ptr::with_exposed_provenance_mut(before * PAGE_BYTES), pages * PAGE_BYTES, 0),
        }
    }

    fn remap(&self, _: *mut u8, _: usize, _: usize, _: bool) -> *mut u8 {
        ptr::null_mut()
    }

    fn free_part(&self, _: *mut u8, _: usize, _: usize) -> bool {
        false
    }

    fn free(&self, _: *mut u8, _: usize) -> bool {
        false
    }

    fn can_release_part(&self, _: u32) -> bool {
        false
    }

    fn allocates_zeros(&self) -> bool {
        true
    }

    fn page_size(&self) -> usize {
        PAGE_BYTES
    }
}
