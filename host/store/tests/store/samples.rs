//! Every schema of every fact type: one sample each, as it stands in the log, read by the program of today.
//!
//! A sample is never edited. Whoever adds a schema adds `samples/<type>.<schema>.json`.

use std::{collections::BTreeMap, fs, path::Path};

use engine::{
    fact::{Fact, FactKind, Position, data},
    time::Instant,
};
use serde_json::{Map, Value};
use store::{Appended, Draft};

use crate::house::{append, behind, on_disk};

struct Sample {
    kind: FactKind,
    schema: u32,
    open: Value,
    sealed: Value,
}

fn samples() -> Vec<Sample> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let mut paths: Vec<_> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read = |path: &std::path::PathBuf| {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let (kind, schema) = name.rsplit_once('.').unwrap();
        let mut parts: Map<String, Value> = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        Sample {
            kind: FactKind::named(kind).unwrap_or_else(|| panic!("{kind} is no type")),
            schema: schema.parse().unwrap(),
            open: parts.remove("open").unwrap(),
            sealed: parts.remove("sealed").unwrap(),
        }
    };
    paths.iter().map(read).collect()
}

fn draft(sample: &Sample) -> Draft {
    let fields = |part: &Value| part.get("data").and_then(Value::as_object).cloned().unwrap_or_default();
    let mut fields_all = fields(&sample.open);
    fields_all.extend(fields(&sample.sealed));
    let text = |part: &Value, name: &str| part[name].as_str().unwrap().to_owned();
    Draft {
        at: Instant(1_725_242_400_000),
        time: Some(Instant(1_725_242_399_000)),
        source: text(&sample.open, "source"),
        id: text(&sample.sealed, "id"),
        revision: sample.open["revision"].as_u64().unwrap_or(0) as u32,
        subject: text(&sample.sealed, "subject"),
        marks: sample.open.get("marks").map(|marks| serde_json::from_value(marks.clone()).unwrap()).unwrap_or_default(),
        body: data::read(sample.kind, Value::Object(fields_all)).unwrap(),
        extra: sample.sealed.get("extra").and_then(Value::as_object).cloned().unwrap_or_default(),
    }
}

#[test]
fn every_sample_reads_as_the_fact_it_is() {
    let (dir, store) = on_disk();
    let samples = samples();
    let insert = "INSERT INTO facts (position, key, at, time, type, schema, subject, open, sealed, key_id, chain)
        VALUES (?1, zeroblob(16), 1725242400000, 1725242399000, ?2, ?3, zeroblob(16), ?4, ?5, 1, zeroblob(32))";
    let conn = behind(dir.path());
    for (position, sample) in (1_i64..).zip(&samples) {
        let (open, sealed) = (sample.open.to_string(), sample.sealed.to_string().into_bytes());
        conn.execute(insert, (position, sample.kind.name(), sample.schema, open, sealed)).unwrap();
    }
    let facts = store.read(Position(1), samples.len()).unwrap();
    let newest = newest(&samples);
    for ((sample, fact), position) in samples.iter().zip(facts).zip(1..) {
        assert_eq!((fact.position, fact.body.kind()), (Position(position), sample.kind));
        if sample.schema == newest[&sample.kind] {
            assert_eq!(fact, draft(sample).into_fact(Position(position)));
        }
    }
}

#[test]
fn every_type_is_written_as_its_newest_sample() {
    let (dir, mut store) = on_disk();
    let samples = samples();
    let newest = newest(&samples);
    assert_eq!(newest.keys().copied().collect::<Vec<_>>(), {
        let mut all = FactKind::ALL.to_vec();
        all.sort();
        all
    });
    let samples: Vec<_> = samples.into_iter().filter(|sample| sample.schema == newest[&sample.kind]).collect();
    let drafts: Vec<_> = samples.iter().map(draft).collect();
    let answers = append(&mut store, &drafts).unwrap();
    assert!(answers.iter().all(|answer| matches!(answer, Appended::New(_))));
    let expected: Vec<Fact> = drafts.iter().cloned().zip(1..).map(|(draft, n)| draft.into_fact(Position(n))).collect();
    assert_eq!(store.read(Position(1), 100).unwrap(), expected);
    assert_eq!(append(&mut store, &drafts).unwrap().len(), drafts.len());
    assert_eq!(store.appended().0, drafts.len() as u64);
    let conn = behind(dir.path());
    for (sample, position) in samples.iter().zip(1_i64..) {
        let sql = "SELECT type, schema, open, sealed, subject FROM facts WHERE position = ?1";
        let row: (String, u32, String, Vec<u8>, Vec<u8>) = conn
            .query_row(sql, [position], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))
            .unwrap();
        let parse = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).unwrap();
        assert_eq!((row.0.as_str(), row.1), (sample.kind.name(), sample.schema));
        assert_eq!((parse(row.2.as_bytes()), parse(&row.3)), (sample.open.clone(), sample.sealed.clone()));
        assert_eq!(row.4, expected[position as usize - 1].subject_id().0);
    }
}

fn newest(samples: &[Sample]) -> BTreeMap<FactKind, u32> {
    let mut newest = BTreeMap::new();
    for sample in samples {
        let schema = newest.entry(sample.kind).or_insert(0);
        *schema = sample.schema.max(*schema);
    }
    newest
}
