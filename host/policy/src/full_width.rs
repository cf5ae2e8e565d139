//! Full-width signs: what a Chinese keyboard writes where TOML and conditions want ASCII.

/// The ASCII sign a full-width one stands for.
pub(crate) fn ascii_for(letter: char) -> Option<&'static str> {
    const SIGNS: [(&str, &str); 32] = [
        ("＝", "=="),
        ("≥", ">="),
        ("≧", ">="),
        ("≤", "<="),
        ("≦", "<="),
        ("≠", "!="),
        ("“", "'"),
        ("”", "'"),
        ("‘", "'"),
        ("’", "'"),
        ("（", "("),
        ("）", ")"),
        ("【", "["),
        ("】", "]"),
        ("；", ";"),
        ("：", ":"),
        ("！", "!"),
        ("＆", "&"),
        ("｜", "|"),
        ("，", ","),
        ("、", ","),
        ("。", "."),
        ("．", "."),
        ("＞", ">"),
        ("＜", "<"),
        ("＋", "+"),
        ("－", "-"),
        ("×", "*"),
        ("÷", "/"),
        ("？", "?"),
        ("＿", "_"),
        ("　", " "),
    ];
    let mut buffer = [0; 4];
    let letter: &str = letter.encode_utf8(&mut buffer);
    SIGNS.iter().find(|(wide, _)| *wide == letter).map(|(_, ascii)| *ascii)
}

/// The quote that closes this one.
pub(crate) fn close_for(letter: char) -> Option<char> {
    match letter {
        '“' => Some('”'),
        '‘' => Some('’'),
        _ => None,
    }
}
