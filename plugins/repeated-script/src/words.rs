//! A text as a sequence of tokens, each with a weight for how much it says.
//!
//! English gives one token a word, Chinese one a character. Courtesies give none: neither alone nor
//! in front of a script do they change what was said. All figures give the same token.

/// A word or character: its hash, with its weight in the two lowest bits and whether it denies in the next.
pub(crate) type Token = u32;

const WEIGHT_BITS: u32 = 0b011;
const DENIAL_BIT: u32 = 0b100;
const CLASS_BITS: u32 = WEIGHT_BITS | DENIAL_BIT;
const COURTESY: u32 = 0;
/// Grammar: it is in every sentence.
pub(crate) const PLAIN: u32 = 1;
/// A Chinese character is about half a word.
const HALF_WORD: u32 = WEIGHTY_MIN;
/// What weighs less is grammar.
pub(crate) const WEIGHTY_MIN: u32 = 2;
const WORD: u32 = 3;
const DENIAL: u32 = PLAIN | DENIAL_BIT;

pub(crate) fn weight(token: Token) -> u32 {
    token & WEIGHT_BITS
}

/// Whether the token turns a yes into a no.
pub(crate) fn denies(token: Token) -> bool {
    token & DENIAL_BIT != 0
}

/// What a reader of the text hears about, in the order of the text.
pub(crate) enum Heard {
    Token(Token),
    /// A figure, by a hash of its own: all figures are one token.
    Figure(u32),
    /// A sentence ended: where (after its mark), and whether it was brought to its end.
    End {
        at: usize,
        complete: bool,
    },
}

/// Reads a text; `hear` is told tokens and sentence ends, and at last the end of the text.
pub(crate) fn read(text: &str, hear: &mut impl FnMut(Heard)) {
    let mut reader = Reader { text, at: 0, held: None };
    while reader.at < text.len() {
        reader.step(hear);
    }
    reader.release(hear);
    hear(Heard::End { at: text.len(), complete: false });
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// The Chinese character just read: the next one decides whether it belongs to a courtesy.
    held: Option<Held>,
}

struct Held {
    char: char,
    courtesy: bool,
}

impl Reader<'_> {
    fn step(&mut self, hear: &mut impl FnMut(Heard)) {
        let byte = self.text.as_bytes()[self.at];
        match KINDS[byte as usize] {
            Kind::Letter | Kind::Figure => {
                self.release(hear);
                self.word(hear);
            }
            Kind::Silent => {
                self.release(hear);
                self.at += 1;
            }
            Kind::Mark | Kind::Wide => {
                // Only these need the whole character; `at` always stands at the start of one.
                let Some(char) = self.text[self.at..].chars().next() else { return };
                let before = self.at;
                self.at += char.len_utf8();
                if is_ideograph(char) {
                    self.ideograph(char, hear);
                } else {
                    self.release(hear);
                    self.mark(char, before, hear);
                }
            }
        }
    }

    fn word(&mut self, hear: &mut impl FnMut(Heard)) {
        let bytes = self.text.as_bytes();
        let number = bytes[self.at].is_ascii_digit();
        let mut hash = HASH_SEED;
        while let Some(&byte) = bytes.get(self.at) {
            match KINDS[byte as usize] {
                // The bit makes letters small and leaves figures as they are.
                Kind::Letter | Kind::Figure => hash = hashed(hash, (byte | 0x20) as u32),
                Kind::Silent | Kind::Mark if byte == b'\'' || number && self.is_between_figures(byte) => {}
                Kind::Silent | Kind::Mark | Kind::Wide => break,
            }
            self.at += 1;
        }
        if number {
            hear(Heard::Figure(finished(hash)));
            return hear(Heard::Token(NUMBER));
        }
        let token = classed(finished(hash), WORD);
        if weight(token) != COURTESY {
            hear(Heard::Token(token));
        }
    }

    fn is_between_figures(&self, byte: u8) -> bool {
        let followed = || self.text.as_bytes().get(self.at + 1).is_some_and(u8::is_ascii_digit);
        matches!(byte, b'.' | b',' | b':' | b'-') && followed()
    }

    fn ideograph(&mut self, char: char, hear: &mut impl FnMut(Heard)) {
        let mut courtesy = false;
        if let Some(held) = &mut self.held {
            courtesy = is_courtesy_pair(held.char, char);
            held.courtesy |= courtesy;
        }
        self.release(hear);
        self.held = Some(Held { char, courtesy });
    }

    fn release(&mut self, hear: &mut impl FnMut(Heard)) {
        if self.held.is_none() {
            return;
        }
        if let Some(held) = self.held.take().filter(|held| !held.courtesy) {
            hear(Heard::Token(classed(finished(hashed(HASH_SEED, held.char as u32)), HALF_WORD)));
        }
    }

    fn mark(&mut self, char: char, before: usize, hear: &mut impl FnMut(Heard)) {
        let bytes = self.text.as_bytes();
        let complete = match char {
            '!' | '?' | '。' | '！' | '？' | '；' | '\n' => true,
            '…' => false,
            '.' => {
                if bytes.get(self.at) == Some(&b'.') {
                    self.at += bytes[self.at..].iter().take_while(|byte| **byte == b'.').count();
                    false
                } else if self.is_abbreviation(before) || bytes.get(self.at).is_some_and(u8::is_ascii_alphanumeric) {
                    return;
                } else {
                    true
                }
            }
            _ => return,
        };
        hear(Heard::End { at: self.at, complete });
    }

    /// `Dr.`, `a.m.`: a point after one or two letters ends no sentence.
    fn is_abbreviation(&self, point: usize) -> bool {
        let letters = self.text.as_bytes()[..point].iter().rev().take_while(|byte| byte.is_ascii_alphabetic()).count();
        (1..=2).contains(&letters)
    }
}

fn is_ideograph(char: char) -> bool {
    matches!(char, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}')
}

/// What a byte can begin.
#[derive(Clone, Copy)]
enum Kind {
    Letter,
    Figure,
    /// A mark that may end a sentence.
    Mark,
    /// Anything else of ASCII.
    Silent,
    /// The first byte of a longer character.
    Wide,
}

static KINDS: [Kind; 256] = {
    let mut kinds = [Kind::Silent; 256];
    let mut byte = 0;
    while byte < 256 {
        kinds[byte] = match byte as u8 {
            b'a'..=b'z' | b'A'..=b'Z' => Kind::Letter,
            b'0'..=b'9' => Kind::Figure,
            b'.' | b'!' | b'?' | b'\n' => Kind::Mark,
            0x80.. => Kind::Wide,
            _ => Kind::Silent,
        };
        byte += 1;
    }
    kinds
};

const HASH_SEED: u64 = 0;
const NUMBER: Token = (finished(hashed(HASH_SEED, '#' as u32)) & !CLASS_BITS) | PLAIN;

/// Takes in one character: two operations, for it is done for every byte of the window.
const fn hashed(hash: u64, char: u32) -> u64 {
    hash.rotate_left(7) ^ char as u64
}

/// Spreads what was taken in over the whole token.
const fn finished(hash: u64) -> u32 {
    (hash.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32
}

/// The token of a hash; words that the lists do not know weigh `usual`.
fn classed(hash: u32, usual: u32) -> Token {
    (hash & !CLASS_BITS) | class(hash).unwrap_or(usual)
}

fn is_courtesy_pair(first: char, second: char) -> bool {
    class(finished(hashed(hashed(HASH_SEED, first as u32), second as u32))) == Some(COURTESY)
}

fn class(hash: u32) -> Option<u32> {
    let key = hash & !CLASS_BITS;
    let mut slot = slot_of(key);
    loop {
        match CLASSES[slot] {
            EMPTY => return None,
            entry if entry & !CLASS_BITS == key => return Some(entry & CLASS_BITS),
            _ => slot = (slot + 1) % SLOTS,
        }
    }
}

const SLOTS: usize = 1024;
/// No class uses this bit pattern alone: a key of 0 would, and no listed word hashes to it (checked when built).
const EMPTY: u32 = 0;

const fn slot_of(key: u32) -> usize {
    (key >> 8) as usize % SLOTS
}

/// The lists below, hashed when the plugin is compiled.
static CLASSES: [u32; SLOTS] = {
    let mut table = [EMPTY; SLOTS];
    table = listed(table, PLAIN_WORDS, PLAIN);
    table = listed(table, DENIAL_WORDS, DENIAL);
    table = listed(table, COURTESY_WORDS, COURTESY);
    table = listed(table, PLAIN_IDEOGRAPHS, PLAIN);
    table = listed(table, DENIAL_IDEOGRAPHS, DENIAL);
    listed(table, COURTESY_PAIRS, COURTESY)
};

const fn listed(mut table: [u32; SLOTS], list: &str, class: u32) -> [u32; SLOTS] {
    let bytes = list.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let mut hash = HASH_SEED;
        while at < bytes.len() && bytes[at] != b' ' && bytes[at] != b'\n' {
            // The lists hold ASCII letters and ideographs of three bytes, nothing else.
            if bytes[at] < 0x80 {
                hash = hashed(hash, bytes[at] as u32);
                at += 1;
            } else {
                let high = (bytes[at] as u32 & 0x0f) << 12;
                hash = hashed(hash, high | (bytes[at + 1] as u32 & 0x3f) << 6 | (bytes[at + 2] as u32 & 0x3f));
                at += 3;
            }
        }
        if hash != HASH_SEED {
            table = entered(table, (finished(hash) & !CLASS_BITS) | class);
        }
        at += 1;
    }
    table
}

const fn entered(mut table: [u32; SLOTS], entry: u32) -> [u32; SLOTS] {
    assert!(entry & !CLASS_BITS != 0, "a listed word hashes to the empty slot's mark");
    let mut slot = slot_of(entry);
    while table[slot] != EMPTY {
        assert!(table[slot] & !CLASS_BITS != entry & !CLASS_BITS, "a word is listed twice");
        slot = (slot + 1) % SLOTS;
    }
    table[slot] = entry;
    table
}

/// Words of grammar, and of courtesies that also stand in plain sentences.
const PLAIN_WORDS: &str = "a about after afternoon again all also am an and any are as at be because been before \
being but by can could course d day did do does evening for from get good got had happy has have he help her here \
him his hold how i id if ill im in into is it its ive just let like ll luck m may me might moment more morning \
most my need nice now of on one or our out over pleasure re right s second shall she should so some such t than \
that thats the their them then there theres these they this those to today too up us ve very want was we well were \
weve what when where which while who whom whose why will with would you youd your youre yours youve";

const DENIAL_WORDS: &str = "arent cannot cant couldnt didnt doesnt dont havent isnt neither no none nor not unable \
unavailable unfortunately without wont wouldnt";

const COURTESY_WORDS: &str = "absolutely alright bye certainly fine glad goodbye great hello hey hi hm hmm kindly \
mhm ok okay oh perfect please sir sorry madam sure thank thanks uh uhhuh um welcome wonderful yeah yep yes";

const PLAIN_IDEOGRAPHS: &str = "的 了 是 在 我 你 您 他 她 它 们 这 那 有 就 也 都 和 与 及 吗 呢 啊 吧 呀 哦 嗯 哈 个 \
要 会 能 可 以 给 到 把 被 让 对 从 为 所 还 再 又 很 最 些 么 什 怎 哪 里 边 上 下 请 将 之 其 而 但 如 果 因 去 来 \
一 得 地 着 过 说 想 帮 看";

const DENIAL_IDEOGRAPHS: &str = "不 没 无 未 别 非";

const COURTESY_PAIRS: &str = "好的 您好 你好 没问 谢谢 感谢 多谢 客气 不客 不用 稍等 请稍 等一 一下 再见 拜拜 早上 上午 下午 晚上 上好 \
午好 抱歉 歉啊 对不 不起 不好 好意 意思 是的 对的 没错 当然 请问 请讲 \
请说 祝您 祝你 您生 你生 活愉 愉快 您旅 你旅 \
旅途 途愉 行愉 玩得 玩的 得开 的开 开心 的愉 得愉 非常 高兴 乐意 效劳";
