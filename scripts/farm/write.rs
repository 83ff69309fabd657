//! A feed's entries as a document: RSS 2.0, RSS 1.0 (RDF), Atom 1.0 or JSON Feed 1.1.

use std::fmt::{Arguments, Write};

use jiff::Timestamp;
use quick_xml::escape::escape;
use serde_json::json;

use crate::listing::{Entry, Format, Kind, Recipe};

/// A document and what a server says of it.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) content_type: &'static str,
    pub(crate) body: Vec<u8>,
}

/// Writes `entries` of `feed`, which came from `url`.
pub(crate) fn write(recipe: &Recipe, feed: usize, entries: &[Entry], url: &str) -> Written {
    let kind = recipe.kind(feed);
    let page = Page {
        recipe,
        kind,
        feed,
        entries,
        url,
        out: String::new(),
    };
    let content_type = match (kind.format, kind.is_cyrillic) {
        (Format::Json, _) => "application/feed+json",
        (Format::Rss, true) => "text/xml; charset=windows-1251",
        // Only the document itself says its character set.
        (Format::Atom | Format::Rdf, true) => "application/xml",
        (Format::Rss, false) => "application/rss+xml; charset=utf-8",
        (Format::Atom, false) => "application/atom+xml; charset=utf-8",
        (Format::Rdf, false) => "application/rdf+xml",
    };
    let text = page.write();
    let body = if kind.is_cyrillic {
        encoding_rs::WINDOWS_1251.encode(&text).0.into_owned()
    } else {
        text.into_bytes()
    };
    Written { content_type, body }
}

struct Page<'a> {
    recipe: &'a Recipe,
    kind: Kind,
    feed: usize,
    entries: &'a [Entry],
    url: &'a str,
    out: String,
}

impl Page<'_> {
    fn write(mut self) -> String {
        match self.kind.format {
            Format::Rss => self.rss(),
            Format::Atom => self.atom(),
            Format::Rdf => self.rdf(),
            Format::Json => self.json(),
        }
        self.out
    }

    fn add(&mut self, text: Arguments<'_>) {
        // Writing into a string cannot fail.
        let _ = self.out.write_fmt(text);
    }

    fn title(&self) -> String {
        format!("{} {}", self.kind.language.desk, self.feed)
    }

    fn site(&self) -> String {
        format!("https://outlet{}.example.org/", self.feed)
    }

    fn updated(&self) -> Timestamp {
        let newest = self.entries.iter().map(|entry| entry.published).max();
        newest.unwrap_or(self.recipe.base)
    }

    fn prolog(&mut self) {
        let encoding = if self.kind.is_cyrillic {
            "windows-1251"
        } else {
            "utf-8"
        };
        self.add(format_args!(
            "<?xml version=\"1.0\" encoding=\"{encoding}\"?>\n"
        ));
    }

    fn rss(&mut self) {
        self.prolog();
        let (title, site, url) = (self.title(), self.site(), self.url);
        let (code, updated) = (self.kind.language.code, rfc2822(self.updated()));
        self.add(format_args!(
            "<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
             xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:atom=\"http://www.w3.org/2005/Atom\" \
             xmlns:media=\"http://search.yahoo.com/mrss/\">\n<channel>\n<title>{title}</title>\n\
             <atom:link href=\"{url}\" rel=\"self\" type=\"application/rss+xml\"/>\n\
             <link>{site}</link>\n<description>{title}</description>\n\
             <lastBuildDate>{updated}</lastBuildDate>\n<language>{code}</language>\n"
        ));
        for entry in self.entries {
            self.rss_item(entry);
        }
        self.add(format_args!("</channel>\n</rss>\n"));
    }

    fn rss_item(&mut self, entry: &Entry) {
        let told = self.recipe.told(entry, self.kind.language);
        let (title, link) = (escape(&told.title), escape(&entry.link));
        let (author, guid, date) = (&entry.author, &entry.guid, rfc2822(entry.published));
        self.add(format_args!(
            "<item>\n<title>{title}</title>\n<link>{link}</link>\n\
             <dc:creator><![CDATA[{author}]]></dc:creator>\n<pubDate>{date}</pubDate>\n"
        ));
        for category in &entry.categories {
            self.add(format_args!(
                "<category><![CDATA[{category}]]></category>\n"
            ));
        }
        self.add(format_args!("<guid isPermaLink=\"false\">{guid}</guid>\n"));
        if entry.story.is_multiple_of(3) {
            let story = entry.story;
            self.add(format_args!(
                "<media:content url=\"https://img.example.net/{story:x}.jpg\" medium=\"image\" \
                 width=\"800\" height=\"450\"/>\n"
            ));
        }
        if self.kind.whole_description {
            let html = escape(&told.html);
            self.add(format_args!("<description>{html}</description>\n</item>\n"));
        } else {
            let (summary, html) = (&told.summary, &told.html);
            self.add(format_args!(
                "<description><![CDATA[<p>{summary}</p>]]></description>\n\
                 <content:encoded><![CDATA[{html}]]></content:encoded>\n</item>\n"
            ));
        }
    }

    fn atom(&mut self) {
        self.prolog();
        let (title, site, url) = (self.title(), self.site(), self.url);
        let (code, updated) = (self.kind.language.code, self.updated());
        self.add(format_args!(
            "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{code}\">\n\
             <title>{title}</title>\n<id>{site}</id>\n<link rel=\"self\" href=\"{url}\"/>\n\
             <link rel=\"alternate\" type=\"text/html\" href=\"{site}\"/>\n\
             <updated>{updated}</updated>\n"
        ));
        for entry in self.entries {
            self.atom_entry(entry);
        }
        self.add(format_args!("</feed>\n"));
    }

    fn atom_entry(&mut self, entry: &Entry) {
        let told = self.recipe.told(entry, self.kind.language);
        // Twice: the title is HTML, in XML.
        let (title, link) = (escape(escape(&told.title)), escape(&entry.link));
        let (author, guid, date) = (&entry.author, &entry.guid, entry.published);
        let (summary, html) = (escape(&told.summary), escape(&told.html));
        self.add(format_args!(
            "<entry>\n<title type=\"html\">{title}</title>\n<id>{guid}</id>\n\
             <link rel=\"alternate\" href=\"{link}\"/>\n<published>{date}</published>\n\
             <updated>{date}</updated>\n<author><name>{author}</name></author>\n"
        ));
        for category in &entry.categories {
            self.add(format_args!("<category term=\"{category}\"/>\n"));
        }
        self.add(format_args!(
            "<summary>{summary}</summary>\n<content type=\"html\">{html}</content>\n</entry>\n"
        ));
    }

    fn rdf(&mut self) {
        self.prolog();
        let (title, site) = (self.title(), self.site());
        let code = self.kind.language.code;
        self.add(format_args!(
            "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" \
             xmlns=\"http://purl.org/rss/1.0/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
             xmlns:content=\"http://purl.org/rss/1.0/modules/content/\">\n\
             <channel rdf:about=\"{site}\">\n<title>{title}</title>\n<link>{site}</link>\n\
             <description>{title}</description>\n<dc:language>{code}</dc:language>\n\
             <items><rdf:Seq>\n"
        ));
        for entry in self.entries {
            let guid = &entry.guid;
            self.add(format_args!("<rdf:li rdf:resource=\"{guid}\"/>\n"));
        }
        self.add(format_args!("</rdf:Seq></items>\n</channel>\n"));
        for entry in self.entries {
            self.rdf_item(entry);
        }
        self.add(format_args!("</rdf:RDF>\n"));
    }

    fn rdf_item(&mut self, entry: &Entry) {
        let told = self.recipe.told(entry, self.kind.language);
        let (title, link) = (escape(&told.title), escape(&entry.link));
        let (author, guid, date) = (&entry.author, &entry.guid, entry.published);
        let (summary, html) = (escape(&told.summary), &told.html);
        self.add(format_args!(
            "<item rdf:about=\"{guid}\">\n<title>{title}</title>\n<link>{link}</link>\n\
             <dc:date>{date}</dc:date>\n<dc:creator>{author}</dc:creator>\n\
             <description>{summary}</description>\n\
             <content:encoded><![CDATA[{html}]]></content:encoded>\n</item>\n"
        ));
    }

    fn json(&mut self) {
        let items: Vec<_> = self
            .entries
            .iter()
            .map(|entry| self.json_item(entry))
            .collect();
        let document = json!({
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.title(),
            "home_page_url": self.site(),
            "feed_url": self.url,
            "language": self.kind.language.code,
            "items": items,
        });
        self.out = document.to_string();
    }

    fn json_item(&self, entry: &Entry) -> serde_json::Value {
        let told = self.recipe.told(entry, self.kind.language);
        json!({
            "id": entry.guid,
            "url": entry.link,
            "title": told.title,
            "summary": told.summary,
            "content_html": told.html,
            "date_published": entry.published.to_string(),
            "authors": [{ "name": entry.author }],
            "tags": entry.categories,
        })
    }
}

fn rfc2822(at: Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

#[cfg(test)]
mod tests {
    use nuncio::{decode, parse};

    use super::*;

    fn recipe() -> Recipe {
        Recipe {
            seed: 9,
            n_feeds: 120,
            matching: 500,
            is_small: true,
            new_max: 3,
            base: "2026-11-24T12:00:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn the_same_seed_writes_the_same_bytes() {
        let bytes = |feed: usize| {
            let recipe = recipe();
            write(
                &recipe,
                feed,
                &recipe.entries(feed, &[3]),
                "http://127.1.0.1/",
            )
            .body
        };
        assert!((0..20).all(|feed| bytes(feed) == bytes(feed)));
        assert_ne!(bytes(1), bytes(2));
    }

    #[test]
    fn every_document_is_read_whole_in_its_own_character_set() {
        let recipe = recipe();
        let mut n_cyrillic = 0;
        for feed in 0..recipe.n_feeds {
            n_cyrillic += usize::from(recipe.kind(feed).is_cyrillic);
            let entries = recipe.entries(feed, &[]);
            let Written { content_type, body } =
                write(&recipe, feed, &entries, "http://127.1.0.1/");
            let text = decode::decode(&body, Some(content_type), None, 10 << 20).unwrap();
            let parsed = parse::parse(&text).unwrap();
            assert_eq!(parsed.entries.len(), entries.len(), "feed {feed}");
            let title = recipe.told(&entries[0], recipe.kind(feed).language).title;
            let read = parsed.entries[0]
                .title
                .as_ref()
                .map(|title| format!("{title:?}"));
            assert!(
                read.unwrap_or_default().contains(&title),
                "feed {feed}: {title}"
            );
        }
        assert!(n_cyrillic > 0, "none is in windows-1251");
    }
}
