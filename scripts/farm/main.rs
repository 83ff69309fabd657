//! A farm of feeds for load tests: any number of local feeds in mixed formats, languages and
//! character sets, which follow from a seed, grow when told to, and are served on loopback.
//!
//! ```text
//! cargo run --example farm -- --feeds 1000 --out target/farm
//! nuncio run --once --config target/farm/feeds.toml
//! curl -X POST http://127.0.0.1:18900/control/advance/50
//! ```
//!
//! In `--out` it writes `feeds.toml`, and its record, from which anybody can count again what
//! must become of the entries: `entries.jsonl`, every entry of every feed with the version that
//! brought it, its story (outlets that carry one story give it addresses of their own) and
//! whether it matches; with `--record`, `served.jsonl`, every request as it was answered.
//!
//! A body is made when it is first asked for, or with `--prepare` before anything is served, and
//! lies compressed in a file without a name. Memory is about 100 bytes a feed.

mod dice;
mod farm;
mod listing;
mod pack;
mod serve;
mod story;
mod words;
mod write;

use std::fs;
use std::io;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::builder::RangedU64ValueParser;
use clap::{Parser, ValueEnum};
use jiff::Timestamp;

use crate::farm::{Farm, Record};
use crate::listing::{Recipe, own_address};

/// Serves generated feeds on loopback.
#[derive(Debug, Parser)]
struct Arguments {
    /// Feeds, at least one.
    #[arg(long, default_value_t = 1_000, value_parser = RangedU64ValueParser::<usize>::new().range(1..))]
    feeds: usize,
    /// Seed of everything.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// When the newest entries came, the same for the same bytes [default: the last full hour]
    #[arg(long)]
    now: Option<Timestamp>,
    /// Stories about the region, in a thousand.
    #[arg(long, default_value_t = 80)]
    matching: u32,
    /// Most entries that come with one change of a feed.
    #[arg(long, default_value_t = 3)]
    new_max: usize,
    /// Texts and lists as long as real ones, or short.
    #[arg(long, value_enum, default_value = "real")]
    size: Size,
    /// Each feed on a loopback address of its own, or all on 127.0.0.1.
    #[arg(long, value_enum, default_value = "own")]
    hosts: Hosts,
    /// Port of all of them; 0 takes a free one.
    #[arg(long, default_value_t = 18_900)]
    port: u16,
    /// Where feeds.toml and the record of entries are written.
    #[arg(long)]
    out: PathBuf,
    /// Record every request as well.
    #[arg(long)]
    record: bool,
    /// Make all bodies before the first is served.
    #[arg(long)]
    prepare: bool,
    /// TOML that goes above the feeds in feeds.toml, such as a [daemon] table.
    #[arg(long, default_value = "")]
    head: String,
    /// `interval` of every feed in feeds.toml.
    #[arg(long)]
    interval: Option<String>,
}

/// How long texts and lists are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Size {
    Real,
    Small,
}

/// Where feeds are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Hosts {
    Own,
    One,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("farm: {error}"));
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stdout, reason = "a program for the terminal")]
fn say(text: &str) {
    println!("{text}");
}

async fn run(arguments: Arguments) -> io::Result<()> {
    let listener = serve::listen(arguments.port)?;
    let port = listener.local_addr()?.port();
    fs::create_dir_all(&arguments.out)?;
    let farm = Arc::new(sow(&arguments, port)?);
    let feeds_toml = farm.feeds_toml(&arguments.head, arguments.interval.as_deref());
    fs::write(arguments.out.join("feeds.toml"), feeds_toml)?;
    fs::write(arguments.out.join("urls"), farm.urls().join("\n") + "\n")?;
    if arguments.prepare {
        farm.prepare()?;
    }
    let listener = tokio::net::TcpListener::from_std(listener)?;
    say(&format!(
        "{} feeds; control at http://127.0.0.1:{port}/control/",
        arguments.feeds
    ));
    axum::serve(listener, serve::router(farm)).await
}

fn sow(arguments: &Arguments, port: u16) -> io::Result<Farm> {
    let hour_s = 3_600;
    let now = Timestamp::now().as_second();
    let hour = Timestamp::from_second(now - now % hour_s).map_err(io::Error::other)?;
    let recipe = Recipe {
        seed: arguments.seed,
        n_feeds: arguments.feeds,
        matching: arguments.matching,
        is_small: arguments.size == Size::Small,
        new_max: arguments.new_max,
        base: arguments.now.unwrap_or(hour),
    };
    let url = |feed: usize| {
        let host = match arguments.hosts {
            Hosts::Own => own_address(feed),
            Hosts::One => Ipv4Addr::LOCALHOST,
        };
        format!("http://{host}:{port}/feeds/{feed}")
    };
    let urls = (0..arguments.feeds).map(url).collect();
    let record = if arguments.record {
        Record::Answers
    } else {
        Record::Entries
    };
    Farm::new(recipe, urls, &arguments.out, record)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_farm_has_a_feed() {
        let with = |feeds| Arguments::try_parse_from(["farm", "--out", "x", "--feeds", feeds]);
        assert!(with("0").is_err());
        assert_eq!(with("1").unwrap().feeds, 1);
    }
}
