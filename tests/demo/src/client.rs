//! What the demo says to the server, over HTTP like anybody else.

use std::io::BufReader;

use serde_json::{Value, json};
use ureq::{Agent, Body, http::Response};

use crate::failure::Failure;

/// Bearers of tokens: one for each person or machine that acts.
#[derive(Clone)]
pub(crate) struct Client {
    agent: Agent,
    address: String,
    token: String,
}

impl Client {
    /// Somebody with this token.
    pub(crate) fn new(address: &str, token: &str) -> Self {
        let agent = Agent::config_builder().http_status_as_error(false).build().new_agent();
        Client { agent, address: address.to_owned(), token: token.to_owned() }
    }

    /// Reads.
    pub(crate) fn get(&self, path: &str) -> Result<Value, Failure> {
        let request = self.agent.get(self.url(path)).header("authorization", self.bearer());
        self.answer(path, request.call())
    }

    /// Sends JSON.
    pub(crate) fn post(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        self.send(path, "application/json", &body.to_string())
    }

    /// Finds a customer by a telephone number.
    pub(crate) fn find(&self, phone: &str) -> Result<Value, Failure> {
        self.post("/v1/customers/find", &json!({"keys": [{"kind": "phone", "value": phone}]}))
    }

    /// Sends CloudEvents; the answer holds what was decided about them.
    pub(crate) fn events(&self, events: &[Value]) -> Result<Value, Failure> {
        let body = Value::from(events.to_vec()).to_string();
        self.send("/v1/events?wait=decided", "application/cloudevents-batch+json", &body)
    }

    /// Sends a message in a channel's own format.
    pub(crate) fn message(&self, connector: &str, body: &str) -> Result<Value, Failure> {
        self.send(&format!("/v1/messages/{connector}"), "application/json", body)
    }

    /// Follows what is decided from now on.
    pub(crate) fn stream(&self) -> Result<BufReader<ureq::BodyReader<'static>>, Failure> {
        let path = "/v1/stream";
        let request = self.agent.get(self.url(path)).header("authorization", self.bearer());
        let response = request.call().map_err(|error| Failure::Reach(self.address.clone(), error.to_string()))?;
        if response.status() != 200 {
            return self.answer(path, Ok(response)).map(|_| Err(Failure::other("the stream", "another answer")))?;
        }
        Ok(BufReader::new(response.into_body().into_reader()))
    }

    fn send(&self, path: &str, content_type: &str, body: &str) -> Result<Value, Failure> {
        let request = self.agent.post(self.url(path)).header("authorization", self.bearer());
        self.answer(path, request.header("content-type", content_type).send(body))
    }

    fn answer(&self, path: &str, response: Result<Response<Body>, ureq::Error>) -> Result<Value, Failure> {
        let reach = |error: ureq::Error| Failure::Reach(self.address.clone(), error.to_string());
        let mut response = response.map_err(reach)?;
        let status = response.status().as_u16();
        let body = response.body_mut().read_to_string().map_err(reach)?;
        if !(200..300).contains(&status) {
            return Err(Failure::Answer { path: path.to_owned(), status, body });
        }
        serde_json::from_str(&body).map_err(|error| Failure::other("JSON in an answer", error))
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn bearer(&self) -> String {
        format!("Bearer {}", self.token)
    }
}
