//! What people read of an alert: words in two languages with places for values.

use engine::{
    condition::{Condition, Variable},
    rule::{On, Piece, Say},
};

use super::Reading;
use crate::{
    condition::{Site, names_at, where_offered},
    document::Text,
    fields::Fields,
    format::Table,
    lang::Both,
    limits::SAY_CHARS_MAX,
    nearest::Nearest,
    param::Lookup,
    problem::ProblemKind,
};

impl Reading<'_> {
    pub(super) fn say(&mut self, on: On) -> Option<Say> {
        let fields = Fields::open(self.fields.get("say")?, Table::Say, self.problems)?;
        let zh = fields.text("zh", self.problems).and_then(|text| self.pieces(&text, on));
        let en = fields.text("en", self.problems).and_then(|text| self.pieces(&text, on));
        Some(Say { zh: zh?, en: en? })
    }

    /// Words and places; `{{` and `}}` are braces themselves.
    fn pieces(&mut self, text: &Text, on: On) -> Option<Vec<Piece>> {
        let what = Both { zh: "预警文本", en: "what an alert says" };
        if text.text.trim().is_empty() {
            self.problems.add(text.spot.problem(&ProblemKind::Empty { what }));
        } else if text.text.chars().count() > SAY_CHARS_MAX {
            self.problems.add(text.spot.problem(&ProblemKind::TooLong { what, max: SAY_CHARS_MAX }));
        }
        let (mut pieces, mut words, mut place) = (Vec::new(), String::new(), 0);
        while let Some(letter) = text.text[place..].chars().next() {
            let rest = &text.text[place..];
            if rest.starts_with("{{") || rest.starts_with("}}") {
                words.push(letter);
                place += 2;
            } else if let Some(name) = hole(rest) {
                pieces.extend((!words.is_empty()).then(|| Piece::Words(std::mem::take(&mut words))));
                let hole = Text { text: name.trim().to_owned(), spot: text.at(place + 1) };
                pieces.extend(self.piece(&hole, on));
                place += name.len() + 2;
            } else if letter == '{' || letter == '}' {
                self.problems.add(text.at(place).problem(&ProblemKind::SayBrace {}));
                return None;
            } else {
                words.push(letter);
                place += letter.len_utf8();
            }
        }
        pieces.extend((!words.is_empty()).then_some(Piece::Words(words)));
        Some(pieces)
    }

    /// The value that goes into a place.
    fn piece(&mut self, hole: &Text, on: On) -> Option<Piece> {
        let site = Site::Say(on);
        let name = hole.text.clone();
        let problem = match (name.split_once('.'), Variable::named(&name)) {
            (None, _) if name == "score" && self.fields.get("plugin").is_some() => return Some(Piece::Score),
            (Some(("because", key)), _) if self.fields.get("plugin").is_some() && !key.is_empty() => {
                return Some(Piece::Because(key.to_owned()));
            }
            (None, _) if name == "score" => {
                ProblemKind::OnlyWith { key: "{score}", needs: Both { zh: " `plugin` ", en: "`plugin`" } }
            }
            (Some(("because", _)), _) => {
                ProblemKind::OnlyWith { key: "{because.…}", needs: Both { zh: " `plugin` ", en: "`plugin`" } }
            }
            (Some(("param", param)), _) => match self.params.find(param) {
                Lookup::Known(_, choice) => {
                    self.used.insert(param.to_owned());
                    return Some(Piece::Value(Condition::Param(param.into(), Box::new(choice.clone()))));
                }
                Lookup::Unknown(nearest) => ProblemKind::UnknownParam { name: param.to_owned(), nearest },
                Lookup::Unsaid => return None,
            },
            (_, Some(variable)) if variable.facts().personal => ProblemKind::Personal { name },
            (_, Some(variable)) if site.offers(variable.facts().group) => {
                return Some(Piece::Value(Condition::Variable(variable)));
            }
            (_, Some(variable)) => {
                let where_offered = where_offered(variable.facts().group);
                ProblemKind::NotOffered { name, place: site.label(), where_offered }
            }
            (_, None) => {
                let nearest = Nearest::of_dotted(&name, names_at(site));
                ProblemKind::SayHole { found: name, nearest }
            }
        };
        self.problems.add(hole.spot.problem(&problem));
        None
    }
}

/// What stands between a brace and its partner, if the text begins so.
fn hole(rest: &str) -> Option<&str> {
    let inside = rest.strip_prefix('{')?;
    let end = inside.find(['{', '}'])?;
    inside[end..].starts_with('}').then(|| &inside[..end])
}
