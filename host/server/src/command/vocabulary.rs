//! `plaint vocabulary`: what conditions can read, and what rules can do.

use policy::Lang;

use super::{Went, print};
use crate::cli;

/// Prints the page, or the schema for editors.
pub(crate) fn vocabulary(arguments: &cli::Vocabulary, lang: Lang) -> Went {
    if arguments.schema {
        let schema = serde_json::to_string_pretty(&policy::schema()).map_err(|error| error.to_string())?;
        return print(&(schema + "\n"));
    }
    print(&policy::vocabulary(lang))
}
