//! The demo's own feed reader: it asks for the merged feeds as any reader does, with the
//! validators it was given, and keeps what it got.

use std::collections::{BTreeMap, HashSet};
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use serde::Deserialize;
use url::Url;

use crate::app::commands::demo::settings::REGIONS;
use crate::app::error::AppError;
use crate::fetch::{Http, HttpClient};
use crate::model::outcome::{FetchOutcome, FetchRequest, Validators};
use crate::model::region::ALL;
use crate::model::rendered::Format;

/// Limit for one request on this machine.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Documents by path.
pub(super) type Documents = BTreeMap<String, Bytes>;

/// A story as the merged feed `all` shows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct ShownStory {
    /// Its id.
    pub(super) id: String,
    /// Its title.
    pub(super) title: String,
    /// Its address.
    pub(super) link: String,
    /// Id of the feed whose text is shown.
    pub(super) source: String,
    /// Regions it is shown in.
    pub(super) regions: Vec<String>,
    /// Sources in all.
    pub(super) n_sources: usize,
}

/// Asks for the merged feeds of one daemon.
pub(super) struct Reader {
    http: HttpClient,
    base: Url,
    validators: BTreeMap<String, Validators>,
    documents: Documents,
    doubled: Vec<String>,
}

impl Reader {
    /// A reader of the daemon at `address` that has read nothing yet.
    ///
    /// # Errors
    /// Where the address is none.
    pub(super) fn new(http: HttpClient, address: SocketAddr) -> Result<Self, AppError> {
        let base = Url::parse(&format!("http://{address}/"))
            .map_err(|error| AppError::Failed(format!("{address} is no address: {error}")))?;
        Ok(Self {
            http,
            base,
            validators: BTreeMap::new(),
            documents: Documents::new(),
            doubled: Vec::new(),
        })
    }

    /// Asks for every merged feed in every format. One that is not there yet is left out.
    pub(super) async fn look(&mut self) {
        for name in REGIONS.iter().copied().chain([ALL]) {
            for format in Format::ALL {
                self.ask(name, format).await;
            }
        }
    }

    async fn ask(&mut self, name: &str, format: Format) {
        let path = path(name, format);
        let Ok(url) = self.base.join(&path) else {
            return;
        };
        let request = FetchRequest {
            url,
            validators: self.validators.get(&path).cloned(),
            user_agent: None,
            // What is compared is the document, not one of its codings.
            headers: vec![("accept-encoding".to_owned(), "identity".to_owned())],
            timeout: TIMEOUT,
            allow_private: true,
        };
        if let FetchOutcome::Modified(body) = self.http.fetch(request).await.outcome {
            if format == Format::Json {
                let twice = doubled(&body.bytes).into_iter();
                self.doubled
                    .extend(twice.map(|title| format!("{path}: {title}")));
            }
            self.validators.insert(path.clone(), body.validators);
            self.documents.insert(path, body.bytes);
        }
    }

    /// What was read last.
    pub(super) fn documents(&self) -> &Documents {
        &self.documents
    }

    /// Stories that stood twice in a version that was read.
    pub(super) fn doubled(&self) -> &[String] {
        &self.doubled
    }

    /// Stories of the merged feed `all`, as last read.
    pub(super) fn stories(&self) -> Vec<ShownStory> {
        self.stories_of(ALL)
    }

    /// Regions whose merged feed does not show what `all` shows of them. One may be a publication
    /// ahead of another, but only for as long as commits follow one another.
    pub(super) fn astray(&self) -> Vec<&'static str> {
        let all = self.stories();
        let is_astray = |region: &&str| {
            let is_in = |story: &&ShownStory| story.regions.iter().any(|it| it == region);
            !all.iter().filter(is_in).eq(&self.stories_of(region))
        };
        REGIONS.into_iter().filter(is_astray).collect()
    }

    fn stories_of(&self, name: &str) -> Vec<ShownStory> {
        let document = self.documents.get(&path(name, Format::Json));
        document.map(|bytes| stories(bytes)).unwrap_or_default()
    }
}

/// Path of a merged feed's document.
pub(super) fn path(name: &str, format: Format) -> String {
    format!("feeds/{name}.{}", format.extension())
}

fn stories(json: &[u8]) -> Vec<ShownStory> {
    let document: Document = serde_json::from_slice(json).unwrap_or_default();
    document.items.into_iter().map(ShownStory::from).collect()
}

/// Titles of stories that stand twice in one document.
fn doubled(document: &[u8]) -> Vec<String> {
    let mut ids = HashSet::new();
    let twice = |story: &ShownStory| !ids.insert(story.id.clone());
    let stories = stories(document).into_iter().filter(twice);
    stories.map(|story| story.title).collect()
}

#[derive(Deserialize, Default)]
struct Document {
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    id: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    url: String,
    #[serde(rename = "_nuncio")]
    extension: Extension,
}

#[derive(Deserialize)]
struct Extension {
    source: Source,
    regions: Vec<String>,
    #[serde(default)]
    also: Vec<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Source {
    id: String,
}

impl From<Item> for ShownStory {
    fn from(item: Item) -> Self {
        Self {
            id: item.id,
            title: item.title,
            link: item.url,
            source: item.extension.source.id,
            regions: item.extension.regions,
            n_sources: 1 + item.extension.also.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_story_that_stands_twice_is_seen() {
        let item = r#"{"id":"a","title":"T","_nuncio":{"source":{"id":"x"},"regions":[]}}"#;
        let document = |items: &str| format!(r#"{{"items":[{items}]}}"#).into_bytes();
        assert!(doubled(&document(item)).is_empty());
        let twice = doubled(&document(&format!("{item},{item}")));
        assert_eq!(twice, ["T"]);
    }
}
