//! The doors over HTTP, through the real binary: every route with good input, bad input, no token, a wrong role and
//! another tenant's token; and what is left of it all after an end of any kind.

mod house;
mod server;

mod access;
mod alerts;
mod cases;
mod configured;
mod connectors;
mod deliveries;
mod dying;
mod ended;
mod events;
mod generations;
mod hooks;
mod killed;
mod messages;
mod plugins;
mod reading;
mod reloads;
mod stream;
