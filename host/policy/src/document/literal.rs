//! Where a byte of a TOML string stands in the file: escapes, line ends and delimiters take more room there.

/// The offset, from the opening quote, of the byte at `offset` of the string's value.
pub(super) fn offset_in_source(literal: &str, value: &str, offset: usize) -> usize {
    let (delimiter, escapes) = match literal {
        _ if literal.starts_with("\"\"\"") => (3, true),
        _ if literal.starts_with("'''") => (3, false),
        _ if literal.starts_with('"') => (1, true),
        _ if literal.starts_with('\'') => (1, false),
        _ => return 0,
    };
    let mut place = delimiter;
    if delimiter == 3 {
        let rest = &literal[place..];
        place += if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with('\n')) };
    }
    for (at, letter) in value.char_indices() {
        place = skip_what_is_not_said(literal, place, letter, escapes);
        if at >= offset {
            return place;
        }
        place += width(&literal[place..], letter, escapes);
    }
    place
}

/// Skips a backslash at the end of a line with the white space after it, and a carriage return that was dropped.
fn skip_what_is_not_said(literal: &str, mut place: usize, letter: char, escapes: bool) -> usize {
    loop {
        let rest = &literal[place..];
        if letter != '\r' && rest.starts_with("\r\n") {
            place += 1;
        } else if escapes && rest.starts_with('\\') && ends_line(&rest[1..]) {
            place += 1 + rest[1..].len() - rest[1..].trim_start().len();
        } else {
            return place;
        }
    }
}

fn ends_line(rest: &str) -> bool {
    rest.trim_start_matches([' ', '\t']).starts_with(['\n', '\r'])
}

/// How many bytes of the file spell this letter.
fn width(rest: &str, letter: char, escapes: bool) -> usize {
    if !(escapes && rest.starts_with('\\')) {
        return letter.len_utf8();
    }
    match rest[1..].chars().next() {
        Some('x') => 4,
        Some('u') => 6,
        Some('U') => 10,
        Some(escaped) => 1 + escaped.len_utf8(),
        None => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::offset_in_source;

    #[test]
    fn escapes_and_line_ends_are_minded() {
        // The literal, the letter looked for in its value, and where it stands in the literal.
        let cases = [
            (r#""abX""#, 3),
            (r#""a\"\"X""#, 6),
            (r#""\u4e2dX""#, 7),
            (r#""\U00004e2d中X""#, 14),
            (r"'a\X'", 3),
            ("\"\"\"\n  X\"\"\"", 6),
            ("\"\"\"a \\\n   X\"\"\"", 10),
            ("'''\r\na\r\nX'''", 8),
        ];
        for (literal, expected) in cases {
            let document = format!("v = {literal}");
            let table: toml::Table = document.parse().unwrap();
            let value = table["v"].as_str().unwrap();
            let offset = value.find('X').unwrap();
            assert_eq!(offset_in_source(literal, value, offset), expected, "{literal}");
            assert_eq!(&literal[expected..=expected], "X");
        }
    }
}
