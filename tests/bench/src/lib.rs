//! What benches are run on: generated conversations, and the appliance pack with its plugins.

pub mod bare;
pub mod server;

use std::{
    fmt::Write,
    path::{Path, PathBuf},
};

use road::{Overruns, Plugins, Rulebook};
use sandbox::{Limits, Sandbox, Settings};

/// How conversations lie beside each other in a log.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// Contacts that are open at the same time.
    pub open_contacts: u64,
    /// Facts of a contact: it opens, this many less two are said, it closes.
    pub facts_of_a_contact: u64,
}

/// An afternoon of a large hotline.
pub const USUAL: Shape = Shape { open_contacts: 2_000, facts_of_a_contact: 20 };

/// Scripts agents choose from.
const SCRIPTS: [&str; 5] = [
    "非常抱歉给您带来不便,您反映的问题我们已经记录,会有专人尽快与您联系,请您耐心等待。",
    "您好,麻烦您提供一下订单号和产品的序列号,我帮您查询维修记录。",
    "I am sorry for the inconvenience, a technician will call you within two working days.",
    "维修师傅的上门时间系统里还没有安排,我这边帮您催一下。",
    "Could you tell me the model and the date of purchase, please?",
];

/// One line of a log of conversations in the usual shape: the `n`-th fact, in the order it happened.
pub fn line(n: u64, out: &mut String) {
    let (second, millis) = ((n / 1_000) % 86_400, n % 1_000);
    let day = 1 + n / 86_400_000;
    let time = format!("2024-09-{day:02}T{:02}:{:02}:{:02}.{millis:03}Z", second / 3600, second / 60 % 60, second % 60);
    event(n, USUAL, &format!(r#""time":"{time}","#), out);
    out.push('\n');
}

/// The `n`-th event of a log in this shape; `time` is the attribute with the comma behind it, or nothing: it is now.
pub fn event(n: u64, shape: Shape, time: &str, out: &mut String) {
    let Shape { open_contacts, facts_of_a_contact } = shape;
    let round = n / (open_contacts * facts_of_a_contact);
    let contact = round * open_contacts + n % open_contacts;
    let place = n / open_contacts % facts_of_a_contact;
    let (kind, data) = if place == facts_of_a_contact - 1 {
        ("plaint.contact.closed", "{}".to_owned())
    } else {
        fact(n, contact, place)
    };
    let _ = write!(
        out,
        r#"{{"specversion":"1.0","id":"{n}","source":"hotline","type":"{kind}","subject":"contact/k-{contact}",{time}"data":{data}}}"#
    );
}

fn fact(n: u64, contact: u64, place: u64) -> (&'static str, String) {
    if place == 0 {
        let agent = contact % 97;
        return (
            "plaint.contact.opened",
            format!(r#"{{"channel":"phone","agent":"a-{agent}","team":"t-{}"}}"#, agent % 7),
        );
    }
    if place % 2 == 1 {
        let sentiment = f64::from(u32::try_from(n % 17).unwrap_or(0)) / 10.0 - 0.8;
        let data = format!(
            r#"{{"speaker":"customer","text":"冰箱修了{place}次还是不制冷,订单号{n},你们到底谁负责?","sentiment":{sentiment:.1}}}"#
        );
        return ("plaint.turn.said", data);
    }
    // One contact in ten has an agent who says the same thing over and over.
    let script = if contact.is_multiple_of(10) { contact / 10 % 5 } else { (contact + place / 2) % 5 };
    let script = SCRIPTS[usize::try_from(script).unwrap_or(0)];
    ("plaint.turn.said", format!(r#"{{"speaker":"agent","text":"{script}"}}"#))
}

/// The repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The appliance pack, three CEL rules and one that asks a plugin, with the built plugins.
///
/// # Errors
/// When the pack or a plugin cannot be loaded; `cargo xtask plugins` builds them.
pub fn rulebook(threads: usize) -> Result<Rulebook, String> {
    let settings = Settings { judges: threads, cache: None, limits: Limits::default() };
    let sandbox = Sandbox::new(settings).map_err(|error| error.to_string())?;
    let plugins = Plugins::new(sandbox, vec![root().join("target/plugins")]);
    let pack = policy::load(&root().join("rules/appliance")).map_err(|problems| problems.to_string())?;
    plugins.rulebook(pack, Overruns::Fail).map_err(|problems| format!("{problems:?}"))
}
