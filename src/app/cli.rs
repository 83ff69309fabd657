//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// Polls news feeds and republishes one merged, deduplicated feed per region.
///
/// Without a command it runs the daemon.
#[derive(Debug, Parser)]
#[command(name = "nuncio", version, max_term_width = 100)]
pub struct Cli {
    /// Configuration file [default: feeds.toml in the directory systemd names, else in this one, else /etc/nuncio/feeds.toml]
    #[arg(long, short, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Poll, deduplicate, filter and serve until stopped (the default).
    Run {
        /// Poll everything that is due, publish, print a table, exit.
        #[arg(long)]
        once: bool,
    },
    /// Show the daemon at work on sample feeds of this machine: nothing to set up, nothing left
    /// behind.
    Demo {
        /// Go through it as fast as possible; exit 0 only if all was as expected.
        #[arg(long)]
        once: bool,
        /// Port of the merged feeds, to subscribe to the same address again [default: a free one]
        #[arg(
            long,
            value_name = "PORT",
            default_value_t = 0,
            hide_default_value = true
        )]
        port: u16,
    },
    /// Check the configuration and run its `[[test]]` blocks.
    Check {
        /// Also ask every feed once, without keeping anything; ends with 1 where one that is not
        /// switched off gives no feed.
        #[arg(long)]
        online: bool,
        /// File to check, instead of --config.
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Show the running daemon's feeds: which are ill, since when, and when each is next polled.
    Status {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Say why an entry is in or out: every word found, what it stands for, which rule decided.
    Explain {
        /// A text without markup (its first line is the title), an entry's address, or a story's
        /// id (`urn:uuid:…`).
        #[arg(value_name = "TEXT|URL|ID", required = true)]
        what: Vec<String>,
        /// Judge the text as an entry of this feed: by its filter, language and default country.
        #[arg(long, value_name = "ID")]
        feed: Option<String>,
        /// Language of the text, as a BCP 47 tag.
        #[arg(long, value_name = "TAG")]
        language: Option<String>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Print what a document is read as, as JSON: needs no configuration and no daemon.
    Parse {
        /// Value of the Content-Type header it came with.
        #[arg(long, value_name = "CT")]
        content_type: Option<String>,
        /// Address it came from (Content-Location, if there was one): relative addresses are
        /// relative to it.
        #[arg(long, value_name = "URL")]
        base_url: Option<String>,
        /// Read the documents this file lists instead, on all cores: a line each,
        /// `CT<TAB>URL<TAB>FILE`, of which the first two may be empty.
        #[arg(long, value_name = "LIST", conflicts_with_all = ["file", "content_type", "base_url"])]
        batch: Option<PathBuf>,
        /// The document: a feed as a server sent it.
        #[arg(value_name = "FILE", required_unless_present = "batch")]
        file: Option<PathBuf>,
    },
    /// Say which countries and regions entries name: `{"id","lang","title","text"}` a line on stdin,
    /// without markup: tags and entities are taken for words.
    Classify {
        /// Read and write JSON, one entry a line (the only form there is).
        #[arg(long, required = true)]
        jsonl: bool,
        /// Least share of the place evidence a region must have, 0 to 1; 0 is any mention.
        #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
        about: f64,
        /// Threads [default: as many as cores]
        #[arg(long, value_name = "N")]
        jobs: Option<std::num::NonZeroUsize>,
    },
    /// Say what a changed configuration would let in and out of what the running daemon has
    /// stored; changes nothing.
    Replay {
        /// The changed configuration [default: the daemon's own file, as it is now].
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Make the running daemon read its configuration again; a bad one changes nothing.
    Reload,
    /// Make the running daemon poll one feed now.
    Poll {
        /// The feed's id.
        #[arg(value_name = "FEED")]
        feed: String,
    },
    /// Look at the configuration.
    Config {
        /// What to do with it.
        #[command(subcommand)]
        command: ConfigCommand,
    },
}

/// What to do with the configuration.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print it as it is understood: every default filled in, secrets hidden.
    Print,
}
