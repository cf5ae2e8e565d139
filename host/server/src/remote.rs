//! A server that runs, asked from the command line: with a token, over its own doors. It knows no command.

use clap::Args;
use policy::Lang;
use serde_json::Value;

use crate::lang::pick;

/// Which server, and the right to ask it.
#[derive(Args)]
pub(crate) struct Remote {
    /// The server's address.
    #[arg(long, global = true, value_name = "URL", env = "PLAINT_SERVER", default_value = "http://127.0.0.1:7400")]
    server: String,
    /// An operator's token of the tenant.
    #[arg(long, global = true, value_name = "TOKEN", env = "PLAINT_TOKEN", hide_env_values = true)]
    token: Option<String>,
}

impl Remote {
    /// What stands at a path.
    ///
    /// # Errors
    /// A sentence for a person.
    pub(crate) fn get(&self, path: &str, lang: Lang) -> Result<Value, String> {
        let request = self.agent().get(self.at(path)).header("accept-language", language(lang));
        let request = request.header("authorization", self.bearer(lang)?);
        self.answer(request.call(), lang)
    }

    /// What a server answers to something sent.
    ///
    /// # Errors
    /// A sentence for a person.
    pub(crate) fn post(&self, path: &str, body: &Value, lang: Lang) -> Result<Value, String> {
        let request = self.agent().post(self.at(path)).header("accept-language", language(lang));
        let request = request.header("authorization", self.bearer(lang)?).header("content-type", "application/json");
        self.answer(request.send(body.to_string()), lang)
    }

    fn agent(&self) -> ureq::Agent {
        ureq::Agent::config_builder().http_status_as_error(false).build().into()
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.server.trim_end_matches('/'))
    }

    fn bearer(&self, lang: Lang) -> Result<String, String> {
        let en =
            "an operator's token is needed: give it with --token or as PLAINT_TOKEN (`plaint token create` makes one)";
        let zh = "需要运维令牌:请用 --token 或环境变量 PLAINT_TOKEN 提供(可用 `plaint token create` 创建)";
        let token = self.token.as_deref().ok_or_else(|| pick(lang, zh, en).to_owned())?;
        Ok(format!("Bearer {token}"))
    }

    fn answer(
        &self,
        answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
        lang: Lang,
    ) -> Result<Value, String> {
        let mut answer = answer.map_err(|error| {
            let en = "the server at {server} does not answer: {error}; start it with `plaint serve`, or name it with --server";
            let zh = "服务器 {server} 没有响应:{error};请先用 `plaint serve` 启动,或用 --server 指明地址";
            pick(lang, zh, en).replace("{server}", &self.server).replace("{error}", &error.to_string())
        })?;
        let status = answer.status();
        let text = answer.body_mut().read_to_string().map_err(|error| error.to_string())?;
        let said: Value = serde_json::from_str(&text).unwrap_or(Value::String(text));
        if status.is_success() { Ok(said) } else { Err(problem(status.as_u16(), &said)) }
    }
}

/// A problem of the server, as a person reads it: title, then what it says more.
fn problem(status: u16, said: &Value) -> String {
    let text = |name: &str| said.get(name).and_then(Value::as_str);
    match (text("title"), text("detail")) {
        (Some(title), Some(detail)) => format!("{title}: {detail}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => format!("HTTP {status}: {said}"),
    }
}

fn language(lang: Lang) -> &'static str {
    pick(lang, "zh", "en")
}
