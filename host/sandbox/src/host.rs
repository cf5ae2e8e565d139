//! The host: one engine for all plugins, one ticker, and room for so many instances.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
};

use wasmtime::{Config, Enabled, Engine, EngineWeak, InstanceAllocationStrategy, PoolingAllocationConfig};

use crate::{
    cache::Cache,
    component::Component,
    error::SandboxError,
    gate::Gate,
    limits::{INSTANCES, Limits, MEMORIES, STACK_BYTES, TABLES, TICK},
    signature::Trust,
};

/// Instances that may look at contacts at once, for each judge: one that works, one that a generation configures,
/// one that `plugin check` keeps.
const CONTACT_SLOTS: usize = 3;
/// Instances that may read messages at once, for each judge; apart, so that no flood of messages holds up a judge.
const MESSAGE_SLOTS: usize = 1;
/// A Rust plugin's stack, data and first heap pages: what one call dirties, it need not fault in again.
const RESIDENT_BYTES: usize = 4 << 20;
/// A Rust plugin's table of functions.
const TABLE_RESIDENT_BYTES: usize = 64 << 10;
/// Globals, function references and trampolines of an instance, over all its modules; wasmtime's default.
const INSTANCE_BYTES: usize = 1 << 20;

/// How a sandbox is made.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How many threads ask alert rules at once.
    pub judges: usize,
    /// Where compiled code is kept between runs.
    pub cache: Option<PathBuf>,
    /// What guests may take.
    pub limits: Limits,
}

/// Where plugins are loaded. Components and rules hold on to what they need of it, so it may be dropped first.
#[derive(Clone)]
pub struct Sandbox {
    host: Arc<Host>,
    trust: Trust,
}

/// What all plugins share.
pub(crate) struct Host {
    pub(crate) engine: Engine,
    pub(crate) limits: Limits,
    pub(crate) cache: Option<Cache>,
    pub(crate) contact_slots: Arc<Gate>,
    pub(crate) message_slots: Arc<Gate>,
}

impl Sandbox {
    /// Reserves address space for the instances and starts the ticker.
    pub fn new(settings: Settings) -> Result<Self, SandboxError> {
        let judges = settings.judges.max(1);
        let engine = Engine::new(&config(judges, &settings.limits))
            .map_err(|error| SandboxError::Start(format!("{error:#}")))?;
        start_ticker(engine.weak()).map_err(|error| SandboxError::Start(error.to_string()))?;
        let cache = settings.cache.map(|folder| Cache::open(&folder, &engine)).transpose()?;
        let host = Arc::new(Host {
            engine,
            limits: settings.limits,
            cache,
            contact_slots: Gate::new(judges * CONTACT_SLOTS),
            message_slots: Gate::new(judges * MESSAGE_SLOTS),
        });
        Ok(Sandbox { host, trust: Trust::Anyone })
    }

    /// The same sandbox for somebody who trusts only these: tenants share slots and code, and trust whom they like.
    pub fn trusting(&self, trust: Trust) -> Self {
        Sandbox { host: Arc::clone(&self.host), trust }
    }

    /// Checks and compiles a plugin; `origin` names it in errors.
    pub fn load(&self, bytes: &[u8], origin: &str) -> Result<Component, SandboxError> {
        Component::load(&self.host, bytes, origin, &self.trust)
    }

    /// Reads a plugin's file, but no more of it than a plugin may have, and loads it.
    pub fn load_file(&self, path: &Path) -> Result<Component, SandboxError> {
        Component::load_file(&self.host, path, &self.trust)
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Sandbox")
            .field("limits", &self.host.limits)
            .field("trust", &self.trust)
            .finish_non_exhaustive()
    }
}

/// The one configuration: what compiles code and what runs it must agree to the last flag.
fn config(judges: usize, limits: &Limits) -> Config {
    let mut config = Config::new();
    config
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool(judges, limits)))
        .epoch_interruption(true)
        .max_wasm_stack(STACK_BYTES)
        // The same input must give the same bits on every machine.
        .cranelift_nan_canonicalization(true)
        .wasm_relaxed_simd(false)
        .wasm_shared_everything_threads(false);
    config
}

fn pool(judges: usize, limits: &Limits) -> PoolingAllocationConfig {
    let slots = u32::try_from(judges * (CONTACT_SLOTS + MESSAGE_SLOTS)).unwrap_or(u32::MAX);
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(slots)
        .total_core_instances(slots.saturating_mul(INSTANCES))
        .total_memories(slots.saturating_mul(MEMORIES))
        .total_tables(slots.saturating_mul(TABLES))
        .max_core_instances_per_component(INSTANCES)
        .max_memories_per_component(MEMORIES)
        .max_tables_per_component(TABLES)
        .max_memories_per_module(MEMORIES)
        .max_tables_per_module(TABLES)
        .max_component_instance_size(INSTANCE_BYTES)
        .max_core_instance_size(INSTANCE_BYTES)
        .max_memory_size(limits.maximum.memory_bytes)
        .table_elements(limits.table_elements);
    // Without the kernel's list of dirty pages (Linux 6.7), keeping pages means clearing all of them: slower than
    // giving them back.
    if PoolingAllocationConfig::is_pagemap_scan_available() {
        pool.pagemap_scan(Enabled::Auto)
            .linear_memory_keep_resident(RESIDENT_BYTES)
            .table_keep_resident(TABLE_RESIDENT_BYTES);
    }
    pool
}

/// Counts the engine's epoch up on a thread of its own, always, at even steps, until the last plugin is gone.
fn start_ticker(engine: EngineWeak) -> std::io::Result<()> {
    let tick = move || {
        while let Some(engine) = engine.upgrade() {
            engine.increment_epoch();
            drop(engine);
            thread::sleep(TICK);
        }
    };
    thread::Builder::new().name("plaint-ticker".to_owned()).spawn(tick).map(drop)
}
