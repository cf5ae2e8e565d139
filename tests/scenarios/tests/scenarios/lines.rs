//! Lines that are wrong, one by one: each has its sentence in both languages, and costs nothing but itself.

use plaint_scenarios::plugins;

use crate::house::{Went, appliance, run};

/// A line that is right, before and after the one that is wrong.
const GOOD: &str = r#"{"specversion":"1.0","id":"g1","source":"hotline","type":"plaint.turn.said","subject":"contact/k-1","time":"2024-09-02T10:00:00Z","data":{"speaker":"customer","text":"hello"}}"#;
const GOOD_TOO: &str = r#"{"specversion":"1.0","id":"g2","source":"hotline","type":"plaint.turn.said","subject":"contact/k-1","time":"2024-09-02T10:00:09Z","data":{"speaker":"agent","text":"hello"}}"#;

/// Runs lines from standard input.
pub(crate) fn run_lines(lines: &[u8], more: &[&str]) -> Went {
    let (pack, plugins) = (appliance(), plugins());
    let paths = [pack.to_str().unwrap_or_default(), "--plugins", plugins.to_str().unwrap_or_default()];
    let mut arguments = vec!["run", "--rules"];
    arguments.extend(paths);
    arguments.extend(more);
    run(arguments, lines)
}

/// A bad line stands second of three: exit code 1, its number, its sentence, and two facts.
fn check(line: &[u8], en: &str, zh: &str) {
    let lines = [GOOD.as_bytes(), line, GOOD_TOO.as_bytes(), b""].join(&b'\n');
    for (lang, expected, facts) in
        [("en", format!("line 2: {en}"), "2 facts"), ("zh", format!("第 2 行:{zh}"), "事实 2 条")]
    {
        let went = run_lines(&lines, &["--lang", lang]);
        let line = String::from_utf8_lossy(&line[..line.len().min(200)]);
        assert_eq!(went.code, Some(1), "{line}: {}", went.err);
        assert!(went.err.lines().any(|told| told.starts_with(&expected)), "{line}\n{expected}\n{}", went.err);
        assert!(went.err.contains(facts), "{line}: {}", went.err);
    }
}

/// A turn with one attribute replaced.
fn with(find: &str, replace: &str) -> Vec<u8> {
    let changed = GOOD.replace(find, replace).replace(r#""id":"g1""#, r#""id":"b""#);
    assert_ne!(changed, GOOD.replace(r#""id":"g1""#, r#""id":"b""#), "{find} is not in the line");
    changed.into_bytes()
}

#[test]
fn what_is_no_event() {
    check(b"{\"specversion\":", "not JSON: EOF while parsing", "不是 JSON:EOF while parsing");
    check(b"[1, 2]", "not a JSON object; expected a CloudEvent", "不是 JSON 对象;应为 CloudEvent");
    check(b"\"hello\"", "not a JSON object", "不是 JSON 对象");
    check(
        b"{\"id\":\"\xff\"}",
        "not UTF-8 at byte 7; save the file as UTF-8",
        "第 7 字节不是 UTF-8;请把文件存为 UTF-8",
    );
    check(
        &with("\"1.0\"", "\"0.3\""),
        "specversion is \"0.3\"; expected \"1.0\"",
        "specversion 为 \"0.3\";应为 \"1.0\"",
    );
    check(&with("\"specversion\":\"1.0\",", ""), "`specversion` is missing or empty", "缺少 `specversion` 或其为空");
}

#[test]
fn attributes_that_are_missing_or_of_another_form() {
    let no_id = GOOD.replace(r#""id":"g1","#, "");
    check(no_id.as_bytes(), "`id` is missing or empty; every event needs one", "缺少 `id` 或其为空");
    check(GOOD.replace("\"g1\"", "\"\"").as_bytes(), "`id` is missing or empty", "缺少 `id` 或其为空");
    check(GOOD.replace("\"g1\"", "7").as_bytes(), "`id`: expected a text", "`id`:expected a text");
    check(&with("\"hotline\"", "\"\""), "`source` is missing or empty", "缺少 `source` 或其为空");
    check(
        &with("\"contact/k-1\"", "\"k-1\""),
        "subject is `k-1`; expected `contact/<",
        "subject 为 `k-1`;应为 `contact/<",
    );
    check(&with("{\"speaker\"", "{\"speeker\""), "`data`: missing field `speaker`", "`data`:missing field `speaker`");
    check(
        &with("\"customer\"", "\"nobody\""),
        "`data.speaker`: unknown variant `nobody`",
        "`data.speaker`:unknown variant",
    );
    check(
        &with("\"text\":\"hello\"", "\"text\":7"),
        "`data.text`: invalid type: integer `7`",
        "`data.text`:invalid type",
    );
    check(
        &with("\"hello\"}", "\"hello\",\"revision\":-1}"),
        "`data.revision`: expected a whole",
        "`data.revision`:expected",
    );
    check(
        &with("{\"speaker\":\"customer\",\"text\":\"hello\"}", "[]"),
        "`data`: expected an object",
        "`data`:expected an",
    );
}

#[test]
fn types_that_are_not_for_a_source_to_tell() {
    check(
        &with("plaint.turn.said", "plaint.alert.raised"),
        "`plaint.alert.raised` is a decision; only plaint makes decisions",
        "`plaint.alert.raised` 是决定;决定只由 plaint 作出",
    );
    check(
        &with("plaint.turn.said", "plaint.turn.siad"),
        "unknown type `plaint.turn.siad`; did you mean `plaint.turn.said`?",
        "未知类型 `plaint.turn.siad`;是否想写 `plaint.turn.said`?",
    );
    check(
        &with("plaint.turn.said", "plaint.weather.changed.today"),
        "unknown type `plaint.weather",
        "未知类型 `plaint.weather",
    );
}

#[test]
fn times_that_cannot_be() {
    let time = "2024-09-02T10:00:00Z";
    check(&with(time, "yesterday"), "time is `yesterday`; expected RFC 3339", "time 为 `yesterday`;应为 RFC 3339");
    check(&with(&format!("\"{time}\""), "1725242400"), "time is `1725242400`; expected", "time 为 `1725242400`;应为");
    for year in ["1989", "2101"] {
        check(
            &with(time, &format!("{year}-09-02T10:00:00Z")),
            &format!("time is {year}-09-02T10:00:00Z; expected a time between 1990 and 2100"),
            &format!("time 为 {year}-09-02T10:00:00Z;应在 1990 年至 2100 年之间"),
        );
    }
}

#[test]
fn a_time_far_ahead_is_taken_in_and_told() {
    let line = String::from_utf8(with("2024-09-02T10:00:00Z", "2099-09-02T10:00:00Z")).expect("UTF-8");
    let lines = [GOOD, &line, GOOD_TOO, ""].join("\n");
    let en = run_lines(lines.as_bytes(), &["--lang", "en"]);
    assert_eq!(en.code, Some(0), "{}", en.err);
    assert!(en.err.contains("line 2: time leaps to 2099-09-02T10:00:00Z, more than a year behind"), "{}", en.err);
    assert!(en.err.contains("3 facts"), "{}", en.err);
    let zh = run_lines(lines.as_bytes(), &["--lang", "zh"]);
    assert!(zh.err.contains("第 2 行:时间跳到 2099-09-02T10:00:00Z,比前一事件晚一年以上"), "{}", zh.err);
}

#[test]
fn lines_that_are_too_large() {
    let large = |bytes: usize| with("hello", &"长".repeat(bytes / 3));
    check(&large(50_000_000), "50000", "有 50000");
    check(&large(1_100_000), "1100", "有 1100");
    let unknown = format!("{{\"note\":\"{}\",\"speaker\"", "x".repeat(20_000));
    check(&with("{\"speaker\"", &unknown), "20016 bytes of fields plaint does not know", "未知字段共 20016 字节");
}

#[test]
fn a_flood_of_bad_lines_is_counted_and_not_all_told() {
    let lines = "nonsense\n".repeat(150);
    let went = run_lines(lines.as_bytes(), &["--lang", "en"]);
    assert_eq!(went.code, Some(1));
    assert_eq!(went.err.lines().filter(|line| line.starts_with("line ")).count(), 100);
    assert!(went.err.contains("150 bad lines · 50 of them not listed"), "{}", went.err);
}
