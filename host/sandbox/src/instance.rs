//! An instance: a component with its settings, started fresh, metered, and gone after its work.
//!
//! What all kinds share stands here: starting, `configure`, and what becomes of a guest that breaks. One instance
//! has one store, so nothing of one question is left when the next one comes.

use std::{sync::Arc, time::Instant};

use engine::absence::{Absence, Abstention};
use wasmtime::{
    Store, Trap, UpdateDeadline,
    component::{
        ComponentExportIndex, ComponentNamedList, ComponentType, Instance as WasmInstance, InstancePre, Lift, Linker,
        Lower, TypedFunc,
    },
};

use crate::{
    component::Component,
    counters::{Counters, Snapshot},
    error::{Fault, Overrun, SandboxError},
    gate::{Gate, Pass, Queue},
    host::Host,
    limits::{Allowance, FAULT_BYTES, FAULTS, SETTINGS_BYTES, beginning},
    manifest::Kind,
    meter::Meter,
};

const CONFIGURE: &str = "configure";

/// A component that accepted its settings: everything that can be done before a question comes is done.
pub(crate) struct Prepared {
    pub(crate) plugin: String,
    host: Arc<Host>,
    slots: Arc<Gate>,
    /// Where callers are not bounded by their own threads.
    queue: Option<Queue>,
    allowance: Allowance,
    counters: Counters,
    settings: Arc<str>,
    pre: InstancePre<Meter>,
    configure: ComponentExportIndex,
    work: Export,
}

/// A function that the component exports, of the type that the contract declares.
pub(crate) struct Export(ComponentExportIndex);

/// A running instance.
pub(crate) struct Instance {
    store: Store<Meter>,
    instance: WasmInstance,
    answer_bytes: usize,
    /// Let go after the store, whose slot it stands for.
    _pass: Pass,
}

/// Why a guest did not do what it was asked.
#[derive(Debug)]
pub(crate) enum Stop {
    /// It spent its time.
    Overrun(Overrun),
    /// It does not accept its settings.
    Faults(Vec<Fault>),
    /// It broke, or was not let in.
    Broke(Abstention),
}

#[derive(ComponentType, Lift)]
#[component(record)]
struct WitFault {
    setting: String,
    expected: String,
}

type ConfigureFunc<'a> = TypedFunc<(&'a str,), (Result<(), Vec<WitFault>>,)>;

impl Prepared {
    /// Finds `configure` and `work` among the exports, starts once, and asks whether the settings are accepted.
    pub(crate) fn new<P, R>(
        component: &Component,
        (kind, work): (Kind, &'static str),
        settings: &str,
    ) -> Result<Self, SandboxError>
    where
        P: ComponentNamedList + Lower,
        R: ComponentNamedList + Lift,
    {
        let plugin = component.manifest().id.clone();
        if component.kind() != kind {
            return Err(SandboxError::OtherKind { plugin, kind: component.kind(), wanted: kind });
        }
        if settings.len() > SETTINGS_BYTES {
            let expected = format!("at most {SETTINGS_BYTES} bytes");
            return Err(SandboxError::Configure { plugin, faults: vec![Fault { setting: String::new(), expected }] });
        }
        let prepared = Prepared::link(component, work, settings)?;
        let mut instance = prepared.start().map_err(|stop| stop.while_configuring(&plugin))?;
        let shape = |function, error: wasmtime::Error| misshapen(component, function, format!("{error:#}"));
        instance.function::<P, R>(&prepared.work.0).map_err(|error| shape(work, error))?;
        instance.configure_function(&prepared).map_err(|error| shape(CONFIGURE, error))?;
        instance.configure(&prepared).map_err(|stop| stop.while_configuring(&plugin))?;
        Ok(prepared)
    }

    fn link(component: &Component, work: &'static str, settings: &str) -> Result<Self, SandboxError> {
        let (host, code) = (component.host(), component.code());
        // The linker is empty: a guest can call nothing of ours.
        let pre = Linker::new(&host.engine).instantiate_pre(code).map_err(|error| SandboxError::Compile {
            origin: component.manifest().id.clone(),
            reason: format!("{error:#}"),
        })?;
        let (slots, queue) = match component.kind() {
            Kind::AlertRule | Kind::Analyzer | Kind::RoutingPolicy => (&host.contact_slots, None),
            Kind::Connector => (&host.message_slots, Some(Queue::new(host.limits.queue))),
        };
        Ok(Prepared {
            plugin: component.manifest().id.clone(),
            host: Arc::clone(host),
            slots: Arc::clone(slots),
            queue,
            allowance: component.allowance(),
            counters: Counters::default(),
            settings: settings.into(),
            pre,
            configure: find(component, CONFIGURE)?,
            work: Export(find(component, work)?),
        })
    }

    /// Another function of the same interface, found and compared with what the contract declares.
    pub(crate) fn other<P, R>(&self, component: &Component, function: &'static str) -> Result<Export, SandboxError>
    where
        P: ComponentNamedList + Lower,
        R: ComponentNamedList + Lift,
    {
        let export = find(component, function)?;
        let mut instance = self.start().map_err(|stop| stop.while_configuring(&self.plugin))?;
        match instance.function::<P, R>(&export) {
            Ok(_) => Ok(Export(export)),
            Err(error) => Err(misshapen(component, function, format!("{error:#}"))),
        }
    }

    /// The settings it accepted, a JSON object.
    pub(crate) fn settings(&self) -> &str {
        &self.settings
    }

    /// A fresh instance that accepted the settings.
    pub(crate) fn configured(&self) -> Result<Instance, Stop> {
        let mut instance = self.start()?;
        instance.configure(self)?;
        Ok(instance)
    }

    /// Does `work` in a fresh instance, and counts what came of it.
    pub(crate) fn asked<T>(&self, work: impl FnOnce(&mut Instance) -> Result<T, Stop>) -> Result<T, Stop> {
        let answer = self.configured().and_then(|mut instance| {
            let ready = Instant::now();
            let fresh = ready.duration_since(instance.store.data().began());
            let answer = work(&mut instance);
            self.counters.clock(fresh, ready.elapsed(), instance.store.data().memory_bytes());
            answer
        });
        self.counters.count(answer.as_ref().err().map(Stop::cause));
        answer
    }

    /// A question that is not even asked: counted like all that have no answer.
    pub(crate) fn not_asked(&self, cause: Absence, reason: String) -> Stop {
        self.counters.count(Some(cause));
        Stop::Broke(Abstention::new(cause, reason))
    }

    /// Refuses what is larger than a guest is given.
    pub(crate) fn check_input(&self, bytes: usize) -> Result<(), Stop> {
        let most = self.host.limits.input_bytes;
        if bytes <= most {
            return Ok(());
        }
        Err(self.not_asked(Absence::Input, format!("it would be asked with {bytes} bytes, the limit is {most}")))
    }

    /// What it did so far.
    pub(crate) fn snapshot(&self) -> Snapshot {
        self.counters.snapshot(self.queue.as_ref().map_or(0, Queue::waiting))
    }

    fn enter(&self) -> Result<Pass, Stop> {
        let Some(queue) = &self.queue else { return Ok(self.slots.enter()) };
        queue.enter(&self.slots).ok_or_else(|| {
            let reason = format!("{} callers wait for it already, which is the limit", queue.most());
            Stop::Broke(Abstention::new(Absence::Busy, reason))
        })
    }

    fn start(&self) -> Result<Instance, Stop> {
        let pass = self.enter()?;
        let meter = Meter::new(&self.allowance, self.host.limits.table_elements);
        let mut store = Store::new(&self.host.engine, meter);
        store.limiter(|meter| meter);
        store.set_hostcall_fuel(self.allowance.answer_bytes);
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(|mut store| {
            store.data_mut().tick()?;
            Ok(UpdateDeadline::Continue(1))
        });
        let started = self.pre.instantiate(&mut store);
        let instance = started.map_err(|error| Stop::of(&error, store.data(), (Absence::Trap, "it did not start")))?;
        Ok(Instance { store, instance, answer_bytes: self.allowance.answer_bytes, _pass: pass })
    }
}

impl Instance {
    /// Calls `work`. After an error the instance is of no further use.
    pub(crate) fn work<P, R>(&mut self, prepared: &Prepared, parameters: P) -> Result<R, Stop>
    where
        P: ComponentNamedList + Lower,
        R: ComponentNamedList + Lift,
    {
        self.call(&prepared.work, parameters)
    }

    /// Calls another function than `work`. After an error the instance is of no further use.
    pub(crate) fn call<P, R>(&mut self, function: &Export, parameters: P) -> Result<R, Stop>
    where
        P: ComponentNamedList + Lower,
        R: ComponentNamedList + Lift,
    {
        let function = self.function::<P, R>(&function.0);
        let answer = function.and_then(|function| function.call(&mut self.store, parameters));
        answer.map_err(|error| self.stop(&error))
    }

    /// A kept instance is asked again: its CPU time counts anew.
    pub(crate) fn begin_call(&mut self) {
        self.store.data_mut().begin_call();
        self.store.set_epoch_deadline(1);
    }

    /// Bytes over all its memories.
    pub(crate) fn memory_bytes(&self) -> usize {
        self.store.data().memory_bytes()
    }

    fn configure(&mut self, prepared: &Prepared) -> Result<(), Stop> {
        let function = self.configure_function(prepared);
        let answer = function.and_then(|function| function.call(&mut self.store, (&*prepared.settings,)));
        let (accepted,) = answer.map_err(|error| self.stop(&error))?;
        accepted.map_err(|faults| Stop::Faults(faults.into_iter().take(FAULTS).map(Fault::from).collect()))
    }

    fn configure_function<'a>(&mut self, prepared: &Prepared) -> wasmtime::Result<ConfigureFunc<'a>> {
        self.instance.get_typed_func(&mut self.store, prepared.configure)
    }

    fn function<P, R>(&mut self, index: &ComponentExportIndex) -> wasmtime::Result<TypedFunc<P, R>>
    where
        P: ComponentNamedList + Lower,
        R: ComponentNamedList + Lift,
    {
        self.instance.get_typed_func(&mut self.store, index)
    }

    fn stop(&self, error: &wasmtime::Error) -> Stop {
        let limit = self.answer_bytes;
        let failed = format!("it did not keep to the contract's form, or to {limit} bytes for an answer");
        Stop::of(error, self.store.data(), (Absence::Answer, &failed))
    }
}

impl Stop {
    fn of(error: &wasmtime::Error, meter: &Meter, (otherwise, failed): (Absence, &str)) -> Self {
        if let Some(overrun) = error.downcast_ref::<Overrun>() {
            return Stop::Overrun(*overrun);
        }
        let trap = error.downcast_ref::<Trap>();
        Stop::Broke(match (trap, meter.refused()) {
            (Some(trap), None) => Abstention::new(Absence::Trap, format!("it broke off: {trap}")),
            (Some(trap), Some((cause, refused))) => {
                Abstention::new(cause, format!("{refused}; then it broke off: {trap}"))
            }
            (None, None) => Abstention::new(otherwise, format!("{failed}: {error:#}")),
            (None, Some((cause, refused))) => Abstention::new(cause, format!("{failed}: {refused}")),
        })
    }

    /// An answer that is not what was asked for.
    pub(crate) fn answer(reason: String) -> Self {
        Stop::Broke(Abstention::new(Absence::Answer, reason))
    }

    /// What it is counted as.
    fn cause(&self) -> Absence {
        match self {
            Stop::Overrun(overrun) => overrun.cause(),
            Stop::Faults(_) => Absence::Settings,
            Stop::Broke(abstention) => abstention.cause,
        }
    }

    /// Why there is no answer, where that is not for the caller to decide.
    pub(crate) fn abstention(self) -> Result<Abstention, Overrun> {
        match self {
            Stop::Overrun(overrun) => Err(overrun),
            Stop::Faults(faults) => {
                let names = faults.iter().map(|fault| fault.setting.as_str()).collect::<Vec<_>>().join(", ");
                let reason = format!("it accepted its settings before and does not now: {names}");
                Ok(Abstention::new(Absence::Settings, reason))
            }
            Stop::Broke(abstention) => Ok(abstention),
        }
    }

    /// The same, as an error of the plugin that was being configured.
    pub(crate) fn while_configuring(self, plugin: &str) -> SandboxError {
        let plugin = plugin.to_owned();
        match self {
            Stop::Overrun(overrun) => SandboxError::Overrun { plugin, overrun },
            Stop::Faults(faults) => SandboxError::Configure { plugin, faults },
            Stop::Broke(abstention) => SandboxError::Broke { plugin, reason: abstention.reason },
        }
    }
}

fn find(component: &Component, function: &'static str) -> Result<ComponentExportIndex, SandboxError> {
    let interface = component.code().get_export_index(None, component.kind().interface());
    let export = component.code().get_export_index(interface.as_ref(), function);
    export.ok_or_else(|| misshapen(component, function, "it is missing".to_owned()))
}

fn misshapen(component: &Component, function: &'static str, reason: String) -> SandboxError {
    SandboxError::Shape { plugin: component.manifest().id.clone(), kind: component.kind(), function, reason }
}

impl From<WitFault> for Fault {
    fn from(fault: WitFault) -> Self {
        Fault { setting: beginning(fault.setting, FAULT_BYTES), expected: beginning(fault.expected, FAULT_BYTES) }
    }
}
