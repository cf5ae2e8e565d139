//! RFC 3339 instants into milliseconds since 1970. Small enough not to bring a calendar along.

const DAY_MS: i64 = 86_400_000;

/// `2024-09-02T10:00:09.5+08:00` in milliseconds; `None` when it is no such instant.
#[must_use]
pub fn to_ms(text: &str) -> Option<i64> {
    let (date, rest) = text.split_once(['T', 't', ' '])?;
    let zone_at = rest.find(['Z', 'z', '+', '-'])?;
    let (clock, zone) = rest.split_at(zone_at);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));

    let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
    let [hour, minute, second] = numbers(clock, ':', [2, 2, 2])?;
    let in_range = (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day);
    // 60 is a leap second; it counts as the second after.
    if !in_range || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let of_day_ms = ((hour * 60 + minute) * 60 + second) * 1000 + milliseconds(fraction)?;
    Some(days_since_1970(year, month, day) * DAY_MS + of_day_ms - offset_ms(zone)?)
}

fn numbers(text: &str, between: char, digits: [usize; 3]) -> Option<[i64; 3]> {
    let mut parts = text.split(between);
    let mut next = |count: usize| {
        let part = parts.next()?;
        let all_digits = part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit());
        if all_digits { part.parse().ok() } else { None }
    };
    let found = [next(digits[0])?, next(digits[1])?, next(digits[2])?];
    parts.next().is_none().then_some(found)
}

fn milliseconds(fraction: &str) -> Option<i64> {
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits = fraction.bytes().chain(std::iter::repeat(b'0')).take(3);
    Some(digits.fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0')))
}

fn offset_ms(zone: &str) -> Option<i64> {
    let sign = match zone.as_bytes().first()? {
        b'Z' | b'z' => return (zone.len() == 1).then_some(0),
        b'-' => -1,
        _plus => 1,
    };
    let [hour, minute, _] = numbers(&format!("{}:00", zone.get(1..)?), ':', [2, 2, 2])?;
    (hour < 24 && minute < 60).then_some(sign * (hour * 60 + minute) * 60_000)
}

fn days_in(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Counts in years that begin in March, so that the leap day comes last.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let of_year = (153 * month + 2) / 5 + day - 1;
    365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<i64>) {
        assert_eq!(to_ms(text), expected, "{text}");
    }

    #[test]
    fn instants() {
        check("1970-01-01T00:00:00Z", Some(0));
        check("2024-09-02T10:00:09+08:00", Some(1_725_242_409_000));
        check("2024-02-29T23:59:60.5Z", Some(1_709_251_200_500));
        check("2000-03-01 00:00:00.1239-00:30", Some(951_870_600_123));
        check("1969-12-31T23:59:59.999Z", Some(-1));
        for wrong in ["", "2024-09-02", "2023-02-29T00:00:00Z", "2024-9-02T10:00:00Z", "2024-09-02T24:00:00Z"] {
            check(wrong, None);
        }
        for wrong in
            ["2024-09-02T10:00:09", "2024-09-02T10:00:09+0800", "2024-09-02T10:00:09.Z", "2024-09-02T10:00:09Zz"]
        {
            check(wrong, None);
        }
    }
}
