//! `plaint token`: make, list and revoke the tokens of a data folder.

use std::process::ExitCode;

use policy::Lang;

use super::{Went, print};
use crate::{
    cli::{Token, TokenAction},
    config::tenant_name,
    lang::pick,
    tokens::{self, Tokens, Wanted},
};

/// Does one of the three.
pub(crate) fn token(arguments: &Token, lang: Lang) -> Went {
    match &arguments.action {
        TokenAction::Create(create) => {
            tenant_name(&create.tenant, lang)?;
            let (person, name) = (create.person.as_deref(), create.name.as_deref());
            let wanted = Wanted { tenant: &create.tenant, role: create.role, person, name };
            let secret = Tokens::of(&create.data).create(&wanted).map_err(|error| error.to_string())?;
            print(&(secret + "\n"))
        }
        TokenAction::List(list) => {
            let tokens = Tokens::of(&list.data).list().map_err(|error| error.to_string())?;
            print(&tokens.iter().map(line).collect::<String>())
        }
        TokenAction::Revoke(revoke) => {
            if Tokens::of(&revoke.data).revoke(&revoke.id).map_err(|error| error.to_string())? {
                return Ok(ExitCode::SUCCESS);
            }
            let text = pick(lang, "没有编号为 {id} 的令牌;请用 `plaint token list` 查看", NO_SUCH);
            Err(text.replace("{id}", &revoke.id))
        }
    }
}

const NO_SUCH: &str = "there is no token {id}; `plaint token list` shows them";

fn line(token: &tokens::Token) -> String {
    let or_dash = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let (role, person, name) = (token.role.word(), or_dash(&token.person), or_dash(&token.name));
    format!("{}  {}  {}  {role}  {person}  {name}\n", token.id, token.created, token.tenant)
}
