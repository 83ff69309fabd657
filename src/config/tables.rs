//! `[store]`, `[publish]` and `[filter]`.

use std::time::Duration;

use crate::config::nearest::did_you_mean;
use crate::config::resolved::{ContentShown, Publish, StoreConfig};
use crate::config::walk::{Complaint, Reader, find_word};
use crate::model::feed::DedupScope;
use crate::model::rendered::Format;

const DAY: Duration = Duration::from_hours(24);

/// Words for how much of a text is shown.
pub(super) const CONTENT: [(&str, ContentShown); 3] = [
    ("full", ContentShown::Full),
    ("summary", ContentShown::Summary),
    ("none", ContentShown::None),
];

/// Words for how far entries are compared.
pub(super) const DEDUP: [(&str, DedupScope); 2] =
    [("off", DedupScope::Off), ("url", DedupScope::Url)];

/// Reads `[store]`.
pub(super) fn read_store(reader: &mut Reader<'_, '_, '_>) -> StoreConfig {
    reader.parsed("backend", |text| match text {
        "sled" => Ok(()),
        "postgres" | "postgresql" => Err(later(
            "`postgres`",
            "leave `backend` out: the store is sled",
        )),
        other => Err(Complaint::new(
            format!("`{other}` is no backend"),
            did_you_mean(other, ["sled"]),
        )),
    });
    StoreConfig {
        cache_bytes: reader.size("cache", 16 << 20, 1 << 20..=64 << 30),
        checkpoint: reader.duration(
            "checkpoint",
            Duration::from_hours(1),
            Duration::from_secs(1)..=7 * DAY,
        ),
        free_min_bytes: reader.size("free-min", 200 << 20, 0..=1 << 40),
    }
}

/// Reads `[publish]` and, for what it holds of it, `[filter]`.
pub(super) fn read_publish(
    publish: &mut Reader<'_, '_, '_>,
    (backlog, dedup): (Duration, DedupScope),
) -> Publish {
    Publish {
        entries: publish.count("entries", 200, 1..=10_000),
        window: publish.duration("window", 2 * DAY, Duration::ZERO..=90 * DAY),
        content: publish.word("content", &CONTENT).unwrap_or_default(),
        formats: read_formats(publish),
        backlog,
        dedup,
    }
}

/// Reads of `[filter]` what is no condition: backlog and the default of `dedup`.
pub(super) fn read_filter(reader: &mut Reader<'_, '_, '_>) -> (Duration, DedupScope) {
    let backlog = reader.duration("backlog", 2 * DAY, Duration::ZERO..=365 * DAY);
    (backlog, read_dedup(reader).unwrap_or_default())
}

/// Reads `dedup`, here or of one feed.
pub(super) fn read_dedup(reader: &mut Reader<'_, '_, '_>) -> Option<DedupScope> {
    reader.parsed("dedup", |text| match text {
        "story" => Err(later("`story`", "write dedup = \"url\"")),
        word => find_word("dedup", word, &DEDUP),
    })
}

fn read_formats(reader: &mut Reader<'_, '_, '_>) -> Vec<Format> {
    let words = Format::ALL.map(|format| (format.extension(), format));
    let mut formats = Vec::new();
    for text in reader.texts("formats") {
        let format = find_word("format", text.text, &words);
        let Some(format) = reader.accept(text.span.clone(), format) else {
            continue;
        };
        if formats.contains(&format) {
            let message = format!("`{}` stands here twice", text.text);
            reader
                .report
                .at(text.span, Complaint::new(message, "take one out"));
            continue;
        }
        formats.push(format);
    }
    if !formats.is_empty() {
        return formats;
    }
    if let Some((toml::de::DeValue::Array(items), span)) = reader.value("formats")
        && items.is_empty()
    {
        reader.report.at(
            span,
            Complaint::new(
                "`formats` is empty",
                "leave it out for all, or name at least one",
            ),
        );
    }
    Format::ALL.to_vec()
}

/// A value that a later version will read.
pub(super) fn later(what: &str, hint: &str) -> Complaint {
    Complaint::new(format!("{what} is not known to this version yet"), hint)
}
