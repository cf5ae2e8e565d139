//! The two languages everything people read is written in.

/// A language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    /// Chinese.
    Zh,
    /// English.
    En,
}

/// One of two texts.
pub fn pick<'t>(lang: Lang, zh: &'t str, en: &'t str) -> &'t str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

/// What can be said in both languages.
pub(crate) trait Said {
    fn said(&self, lang: Lang) -> String;
}

/// A text written in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Both {
    pub(crate) zh: &'static str,
    pub(crate) en: &'static str,
}

impl Both {
    pub(crate) const NOTHING: Both = Both { zh: "", en: "" };
}

impl Said for Both {
    fn said(&self, lang: Lang) -> String {
        match lang {
            Lang::Zh => self.zh,
            Lang::En => self.en,
        }
        .to_owned()
    }
}

impl Said for String {
    fn said(&self, _: Lang) -> String {
        self.clone()
    }
}

impl Said for &'static str {
    fn said(&self, _: Lang) -> String {
        (*self).to_owned()
    }
}

impl Said for char {
    fn said(&self, _: Lang) -> String {
        self.to_string()
    }
}

impl Said for usize {
    fn said(&self, _: Lang) -> String {
        self.to_string()
    }
}
