//! `plaint vocabulary`: what conditions can read, and what rules can do.

use policy::Lang;

use super::{Went, print};

/// Prints the page.
pub(crate) fn vocabulary(lang: Lang) -> Went {
    print(&policy::vocabulary(lang))
}
