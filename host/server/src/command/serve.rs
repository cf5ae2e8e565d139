//! `plaint serve`: tenants, doors, signals.

use std::{io::Write, process::ExitCode, sync::Arc, thread::available_parallelism};

use engine::time::Duration;
use policy::Lang;
use road::place::Clock;
use serde_json::json;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::watch,
};
use tracing::level_filters::LevelFilter;

use super::{Went, print};
use crate::{
    cli::{LogLevel, Serve},
    config::{self, Config},
    counted,
    http::{self, Doors},
    lang::pick,
    plugins,
    tenant::{self, Shared, Watched},
    tokens::{Role, Tokens, Wanted},
};

/// Serves until it is told to stop; then everything that was taken is decided and written.
pub(crate) fn serve(arguments: &Serve, lang: Lang) -> Went {
    let config = config::read(arguments, lang)?;
    log(arguments.log);
    let threads = available_parallelism().map_or(1, usize::from);
    let (data, limits) = (config.data.as_path(), config.limits);
    let clock = match (config.time_lapse, config.ahead) {
        (0 | 1, Duration(0)) => Clock::Wall,
        (times, ahead) => Clock::lapsing(times.max(1), ahead),
    };
    let sandbox = plugins::sandbox(threads, config.plugin_limits)?;
    let shared = Shared { data, limits, sandbox, threads, clock, lang };
    let (tenants, lives) = tenant::start(&config.tenants, &shared)?;
    let tenants_by_name = tenants.clone();
    let (stopping_told, stopping) = watch::channel(false);
    let tokens = Tokens::of(data);
    let first = first_token(&tokens, &config)?;
    let doors = Doors { tenants, tokens, limits, metrics: counted::begin()?, stopping };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    for (name, tenant) in config.tenants.iter().filter(|(_, tenant)| tenant.watch) {
        let (Some(rules), Some(live)) = (&tenant.rules, tenants_by_name.get(name)) else { continue };
        let plugins = plugins::folders(&tenant.plugins, Some(rules));
        tenant::watch(Arc::clone(live), Watched { rules: rules.clone(), plugins, lang }, runtime.handle().clone())?;
    }
    let served = runtime.block_on(async {
        let stop = stop().map_err(|error| error.to_string())?;
        let listener = TcpListener::bind(&config.listen).await;
        let listener = listener.map_err(|error| unbound(&config.listen, &error, lang))?;
        let listening = listener.local_addr().map_err(|error| error.to_string())?;
        first.map_or(Ok(()), |secret| greet(&listening.to_string(), &secret, lang))?;
        print(&(json!({"listening": listening}).to_string() + "\n"))?;
        http::serve(listener, doors, stopping_told, stop).await.map_err(|error| error.to_string())
    });
    tenants_by_name.values().for_each(|tenant| tenant.close());
    let problems = lives.end();
    served?;
    if problems.is_empty() { Ok(ExitCode::SUCCESS) } else { Err(problems.join("\n")) }
}

/// Over when somebody asks the program to end.
fn stop() -> std::io::Result<impl Future<Output = ()>> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

fn unbound(listen: &str, error: &std::io::Error, lang: Lang) -> String {
    let en = "failed to listen on {listen}: {error}; choose another address with --listen";
    pick(lang, "无法监听 {listen}:{error};请用 --listen 指定别的地址", en)
        .replace("{listen}", listen)
        .replace("{error}", &error.to_string())
}

fn log(level: LogLevel) {
    let level = match level {
        LogLevel::Off => LevelFilter::OFF,
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
    };
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_target(false)
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .init();
}

/// A server that nobody may use yet makes the first token itself.
fn first_token(tokens: &Tokens, config: &Config) -> Result<Option<String>, String> {
    let any = tokens.list().map_err(|error| error.to_string())?;
    let Some(tenant) = config.tenants.keys().next().filter(|_| any.is_empty()) else { return Ok(None) };
    let wanted = Wanted { tenant, role: Role::Operator, person: None, name: Some("first") };
    tokens.create(&wanted).map(Some).map_err(|error| error.to_string())
}

/// Shows the first token, once, with something to try: three times the same words, and what comes of it.
fn greet(listening: &str, secret: &str, lang: Lang) -> Result<(), String> {
    let said = pick(lang, "首个令牌(仅显示一次),可以试用:", "the first token, shown once; try it:");
    let turn = |n: u32| {
        format!(
            "{{\"specversion\":\"1.0\",\"id\":\"{n}\",\"source\":\"try\",\"type\":\"plaint.turn.said\",\
             \"subject\":\"contact/k-1\",\"data\":{{\"speaker\":\"agent\",\
             \"text\":\"我这边会帮您反馈,请您耐心等待\"}}}}"
        )
    };
    let text = format!(
        "{said}\n\n  curl 'http://{listening}/v1/events?wait=decided' -H 'Authorization: Bearer {secret}' \\\n    \
         -H 'Content-Type: application/cloudevents-batch+json' \\\n    -d '[{},{},{}]'\n\n",
        turn(1),
        turn(2),
        turn(3)
    );
    std::io::stderr().write_all(text.as_bytes()).map_err(|error| error.to_string())
}
