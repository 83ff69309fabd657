//! The least a poll can cost: a reqwest client that asks for every URL of a file, 64 at a time,
//! drops the bodies, and remembers the tags for the next run. What nuncio is measured beside.
//!
//! ```text
//! cargo run --release --example bare -- target/farm/urls target/farm/tags
//! ```

use std::collections::HashMap;
use std::error::Error;
use std::fs;
use std::process::ExitCode;

use futures_util::StreamExt;
use futures_util::stream;
use reqwest::Client;
use reqwest::header::{ACCEPT_ENCODING, ETAG, IF_NONE_MATCH};

/// Requests at a time, as many as nuncio makes.
const REQUESTS: usize = 64;

/// One answer: status, bytes of the body as it came, tag.
type Answer = (u16, usize, Option<String>);

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(said) => {
            say(&said);
            ExitCode::SUCCESS
        }
        Err(error) => {
            say(&format!("bare: {error}"));
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stdout, reason = "a program for the terminal")]
fn say(text: &str) {
    println!("{text}");
}

async fn run() -> Result<String, Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(urls), Some(tags)) = (arguments.next(), arguments.next()) else {
        return Err("usage: bare URLS TAGS".into());
    };
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = Client::builder().user_agent("bare").build()?;
    let known: HashMap<String, String> = fs::read_to_string(&tags)
        .unwrap_or_default()
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(url, tag)| (url.to_owned(), tag.to_owned()))
        .collect();
    let list = fs::read_to_string(urls)?;
    let answers: Vec<(&str, Result<Answer, reqwest::Error>)> = stream::iter(list.lines())
        .map(|url| {
            let asking = ask(&client, url, known.get(url));
            async move { (url, asking.await) }
        })
        .buffer_unordered(REQUESTS)
        .collect()
        .await;
    let (mut n_ok, mut n_known, mut n_failed, mut n_bytes) = (0, 0, 0, 0);
    let mut lines = String::new();
    for (url, answer) in answers {
        match answer {
            Ok((200, bytes, tag)) => {
                (n_ok, n_bytes) = (n_ok + 1, n_bytes + bytes);
                lines += &tag.map_or(String::new(), |tag| url.to_owned() + " " + &tag + "\n");
            }
            Ok((304, ..)) => n_known += 1,
            Ok(_) | Err(_) => n_failed += 1,
        }
    }
    if !lines.is_empty() {
        fs::write(tags, lines)?;
    }
    Ok(format!(
        "{n_ok} × 200, {n_known} × 304, {n_failed} failed, {n_bytes} bytes"
    ))
}

async fn ask(client: &Client, url: &str, tag: Option<&String>) -> Result<Answer, reqwest::Error> {
    let mut request = client.get(url).header(ACCEPT_ENCODING, "gzip");
    if let Some(tag) = tag {
        request = request.header(IF_NONE_MATCH, tag);
    }
    let response = request.send().await?;
    let status = response.status().as_u16();
    let tag = response
        .headers()
        .get(ETAG)
        .and_then(|tag| tag.to_str().ok());
    let tag = tag.map(str::to_owned);
    Ok((status, response.bytes().await?.len(), tag))
}
