//! The one grammar of durations: a whole number and one unit, `1500ms 90s 10m 24h 7d`.

use engine::time::Duration;

use crate::limits::DURATION_MAX;

/// Why a text is no duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoDuration {
    /// Not of the grammar.
    Spelling,
    /// `5 working days`: of the grammar, but it needs a calendar.
    WorkingDays,
    /// Longer than anything a rule waits for.
    TooLong,
}

/// Reads a duration.
pub(crate) fn parse(text: &str) -> Result<Duration, NoDuration> {
    let digits = text.len() - text.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
    let (count, unit) = text.split_at(digits);
    let millis = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        " working days" | " working day" if digits > 0 => return Err(NoDuration::WorkingDays),
        _ => return Err(NoDuration::Spelling),
    };
    if digits == 0 {
        return Err(NoDuration::Spelling);
    }
    let length = count.parse::<i64>().ok().and_then(|count| count.checked_mul(millis)).map(Duration);
    length.filter(|length| *length <= DURATION_MAX).ok_or(NoDuration::TooLong)
}

/// The length of time a text spells in that grammar, if it spells one.
pub fn duration(text: &str) -> Option<Duration> {
    parse(text).ok()
}

#[cfg(test)]
mod tests {
    use super::{NoDuration, parse};

    #[test]
    fn one_number_and_one_unit() {
        let cases = [
            ("1500ms", Ok(1_500)),
            ("90s", Ok(90_000)),
            ("10m", Ok(600_000)),
            ("24h", Ok(86_400_000)),
            ("7d", Ok(604_800_000)),
            ("0s", Ok(0)),
            ("1h30m", Err(NoDuration::Spelling)),
            ("1.5h", Err(NoDuration::Spelling)),
            ("-1s", Err(NoDuration::Spelling)),
            ("s", Err(NoDuration::Spelling)),
            ("90", Err(NoDuration::Spelling)),
            ("10 m", Err(NoDuration::Spelling)),
            ("5 working days", Err(NoDuration::WorkingDays)),
            ("99999d", Err(NoDuration::TooLong)),
            ("99999999999999999999d", Err(NoDuration::TooLong)),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text).map(|length| length.0), expected, "{text}");
        }
    }
}
