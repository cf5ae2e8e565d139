//! A connection that is kept alive: HTTP as lean as it can be, so that the generator leaves the cores to the server.

use std::{
    error::Error,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
};

/// See the module.
pub(crate) struct Connection {
    head: String,
    reader: BufReader<TcpStream>,
    body: Vec<u8>,
}

impl Connection {
    /// Opens one for events, whose answers tell what was decided.
    pub(crate) fn open(address: &str, token: &str, content_type: &str) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        let head = format!(
            "POST /v1/events?wait=decided HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\
             content-type: {content_type}\r\ncontent-length: "
        );
        Ok(Connection { head, reader: BufReader::new(stream), body: Vec::new() })
    }

    /// Sends events and waits until they are decided.
    pub(crate) fn send(&mut self, events: &str) -> Result<(), Box<dyn Error + Send + Sync>> {
        let request = format!("{}{}\r\n\r\n{events}", self.head, events.len());
        self.reader.get_mut().write_all(request.as_bytes())?;
        let status = self.answer()?;
        if status == 200 { Ok(()) } else { Err(format!("{status}: {}", String::from_utf8_lossy(&self.body)).into()) }
    }

    fn answer(&mut self) -> Result<u16, Box<dyn Error + Send + Sync>> {
        let mut line = String::new();
        self.reader.read_line(&mut line)?;
        let status = line.split(' ').nth(1).unwrap_or_default().parse()?;
        let mut length = 0;
        loop {
            line.clear();
            self.reader.read_line(&mut line)?;
            let Some((name, value)) = line.split_once(':') else { break };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse()?;
            }
        }
        self.body.resize(length, 0);
        self.reader.read_exact(&mut self.body)?;
        Ok(status)
    }
}
