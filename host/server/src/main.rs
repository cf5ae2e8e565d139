//! The `plaint` binary: reads the command line, runs one command, says how it went.

mod chance;
mod cipher;
mod cli;
mod command;
mod config;
mod counted;
mod deliver;
mod exchange;
mod http;
mod installation;
mod lang;
mod mac;
mod pages;
mod people;
mod plugins;
mod quarantine;
mod refused;
mod remote;
mod tell;
mod tenant;
mod tokens;
mod used;
mod webhook;

use std::{io::Write, process::ExitCode};

use clap::Parser;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let lang = cli.lang.and_then(lang::Named::people).unwrap_or_else(lang::of_locale);
    let result = match cli.command {
        cli::Command::Run(arguments) => command::run(arguments, lang),
        cli::Command::Serve(arguments) => command::serve(&arguments, lang),
        cli::Command::Token(arguments) => command::token(&arguments, lang),
        cli::Command::Connector(arguments) => command::connector(&arguments, lang),
        cli::Command::Check(arguments) => command::check(&arguments, lang),
        cli::Command::Test(arguments) => command::test(&arguments, lang),
        cli::Command::Policy(arguments) => command::policy(&arguments, lang),
        cli::Command::Vocabulary(arguments) => command::vocabulary(&arguments, lang),
        cli::Command::Plugin(arguments) => command::plugin(&arguments, cli.lang, lang),
        cli::Command::Verify(arguments) => command::verify(&arguments, lang),
    };
    match result {
        Ok(code) => code,
        Err(problem) => {
            // Nobody is left to hear it when standard error is gone too.
            let _ = writeln!(std::io::stderr(), "plaint: {problem}");
            ExitCode::FAILURE
        }
    }
}
