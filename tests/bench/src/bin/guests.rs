//! How long the other kinds take: `cargo run --release -p plaint-bench --bin guests`.
//!
//! An analyzer reads a turn, a routing policy sends a case, a connector delivers (a step for the signature, one for the
//! request, one for the end), each in fresh instances, as the road does it. Shown are the answer, and the median and
//! the slowest of a hundred rounds in microseconds a call.

#![allow(clippy::print_stdout, reason = "a measurement is printed")]

use std::{error::Error, fmt::Debug, hint::black_box, path::Path, time::Instant as Clock};

use engine::{contact::Text, fact::Speaker, rule::Brief};
use sandbox::{
    Analyzer, Answer, Connector, Delivery, DeliveryKind, Limits, Need, Response, RoutingPolicy, Sandbox, Settings,
};

const ROUNDS: usize = 100;
const CALLS: u32 = 100;
const TURNS: [&str; 4] = [
    "好的,谢谢",
    "冰箱修了三次还是不制冷,你们到底什么时候能解决?再不处理我就打12315!",
    "thanks, that works",
    "I have called four times and nobody called me back. Let me speak to your manager or I will go to the press.",
];

fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::new(Settings { judges: 1, cache: None, limits: Limits::default() })?;
    let load = |plugin: &str| sandbox.load_file(Path::new(&format!("target/plugins/{plugin}.wasm")));

    let tone = Analyzer::new(&load("tone")?, "{}")?;
    for turn in TURNS {
        let texts = [Text { speaker: Speaker::Customer, text: turn.into() }];
        tell(&format!("tone, {} bytes", turn.len()), || tone.read(&texts));
    }

    let routes = r#"{"map":{"repair/*":"quality/quality-lead","*":"service/desk"}}"#;
    let routes = RoutingPolicy::new(&load("by-category")?, routes)?;
    let brief = Brief { category: "repair/not-fixed".to_owned(), family: "repair".to_owned(), ..Brief::default() };
    tell("by-category", || routes.route(&brief));

    let webhook = Connector::new(&load("webhook")?, r#"{"url":"https://desk.example.com/plaint"}"#)?;
    let delivery = Delivery {
        id: "d-1".to_owned(),
        kind: DeliveryKind::Notification,
        attempt: 1,
        body: r#"{"say":"客户等了三天"}"#.to_owned(),
    };
    let mut answer = |need: Need| match need {
        Need::Mac(_) => Answer::Mac(vec![7; 32]),
        Need::Encrypt(cipher) => Answer::Encrypted(cipher.data),
        Need::Decrypt(cipher) => Answer::Decrypted(cipher.data),
        Need::Fetch(_) => Answer::Fetched(Response { status: 204, headers: vec![], body: vec![] }),
    };
    tell("webhook, three steps", || webhook.deliver(&delivery, &mut answer));
    Ok(())
}

fn tell<T: Debug>(what: &str, mut call: impl FnMut() -> T) {
    println!("{what}: {:?}", call());
    let mut rounds: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let started = Clock::now();
            (0..CALLS).for_each(|_| drop(black_box(call())));
            started.elapsed().as_secs_f64() * 1e6 / f64::from(CALLS)
        })
        .collect();
    rounds.sort_by(f64::total_cmp);
    println!("  {:.1} ({:.1})", rounds[ROUNDS / 2], rounds[ROUNDS - 1]);
}
