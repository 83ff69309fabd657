//! What elements are called: namespaces by address or usual prefix, names without regard to case.

/// The vocabulary an element belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Space {
    /// The document's own dialect: no namespace, RSS 0.9x–2.0 under any of its addresses.
    Own,
    /// Atom 0.3 or 1.0.
    Atom,
    /// RSS 1.0 content module.
    Content,
    /// Dublin Core elements.
    Dc,
    /// Dublin Core terms.
    DcTerms,
    /// RSS 1.0 syndication module.
    Sy,
    /// RDF itself.
    Rdf,
    /// Media RSS.
    Media,
    /// Podcasts.
    Itunes,
    /// XHTML.
    Xhtml,
    /// Atom threading (RFC 4685).
    Thr,
    /// `FeedBurner` and others that put their own links in the place of the publisher's.
    Tracker,
    /// RSS 1.0 administration module.
    Admin,
    /// Creative Commons, both spellings.
    Cc,
    /// Excerpts, as `WordPress` exports them.
    Excerpt,
    /// What Yandex asks of publishers: the whole text, beside what all readers get.
    Yandex,
    /// PRISM, of journals and reviews.
    Prism,
    /// A vocabulary that is known and says nothing we read.
    Known,
    /// A vocabulary nobody here knows.
    Other,
}

/// Usual prefix, vocabulary, and its addresses without scheme, `www.`, case and final slash or
/// hash: feeds spell them freely.
const SPACES: &[(&str, Space, &[&str])] = &[
    (
        "atom",
        Space::Atom,
        &[
            "w3.org/2005/atom",
            "purl.org/atom/ns",
            "example.com/newformat",
            "example.com/necho",
            "purl.org/echo",
            "uri/of/echo/namespace",
            "purl.org/pie",
        ],
    ),
    ("atom10", Space::Atom, &[]),
    ("atom03", Space::Atom, &[]),
    ("a10", Space::Atom, &[]),
    (
        "rss",
        Space::Own,
        &[
            "purl.org/rss/1.0",
            "my.netscape.com/rdf/simple/0.9",
            "channel.netscape.com/rdf/simple/0.9",
            "purl.org/net/rss1.1",
            "backend.userland.com/rss",
            "backend.userland.com/rss2",
            "backend.userland.com/rss091",
            "backend.userland.com/rss092",
            "blogs.law.harvard.edu/tech/rss",
            "my.netscape.com/publish/formats/rss-0.91.dtd",
            "hacks.benhammersley.com/rss/version",
            "purl.org/rss/2.0",
            "rssboard.org/rss-specification",
            "cyber.law.harvard.edu/rss",
        ],
    ),
    (
        "content",
        Space::Content,
        &["purl.org/rss/1.0/modules/content"],
    ),
    (
        "dc",
        Space::Dc,
        &["purl.org/dc/elements/1.1", "purl.org/dc/elements/1.0"],
    ),
    ("dcterms", Space::DcTerms, &["purl.org/dc/terms"]),
    ("dct", Space::DcTerms, &[]),
    ("sy", Space::Sy, &["purl.org/rss/1.0/modules/syndication"]),
    ("rdf", Space::Rdf, &["w3.org/1999/02/22-rdf-syntax-ns"]),
    (
        "media",
        Space::Media,
        &[
            "search.yahoo.com/mrss",
            "search.yahoo.com/mrss/media",
            "search.yahoo.com/rss",
            "tools.search.yahoo.com/mrss",
        ],
    ),
    (
        "itunes",
        Space::Itunes,
        &[
            "itunes.com/dtds/podcast-1.0.dtd",
            "example.com/dtds/podcast-1.0.dtd",
            "itunes.com/dtds/podcast",
        ],
    ),
    (
        "xhtml",
        Space::Xhtml,
        &[
            "w3.org/1999/xhtml",
            "w3.org/tr/xhtml1/strict",
            "w3.org/tr/rec-html40",
        ],
    ),
    ("html", Space::Xhtml, &[]),
    ("thr", Space::Thr, &["purl.org/syndication/thread/1.0"]),
    (
        "feedburner",
        Space::Tracker,
        &["rssnamespace.org/feedburner/ext/1.0"],
    ),
    ("pheedo", Space::Tracker, &["pheedo.com/namespace/pheedo"]),
    ("admin", Space::Admin, &["webns.net/mvcb"]),
    (
        "cc",
        Space::Cc,
        &["web.resource.org/cc", "creativecommons.org/ns"],
    ),
    (
        "creativecommons",
        Space::Cc,
        &[
            "backend.userland.com/creativecommonsrssmodule",
            "cyber.law.harvard.edu/rss/creativecommonsrssmodule.html",
        ],
    ),
    (
        "excerpt",
        Space::Excerpt,
        &[
            "wordpress.org/export/1.2/excerpt",
            "wordpress.org/export/1.1/excerpt",
            "wordpress.org/export/1.0/excerpt",
        ],
    ),
    ("slash", Space::Known, &["purl.org/rss/1.0/modules/slash"]),
    ("wfw", Space::Known, &["wellformedweb.org/commentapi"]),
    ("georss", Space::Known, &["georss.org/georss"]),
    ("geo", Space::Known, &["w3.org/2003/01/geo/wgs84_pos"]),
    ("gml", Space::Known, &["opengis.net/gml"]),
    ("podcast", Space::Known, &["podcastindex.org/namespace/1.0"]),
    (
        "googleplay",
        Space::Known,
        &["google.com/schemas/play-podcasts/1.0"],
    ),
    (
        "yandex",
        Space::Yandex,
        &["news.yandex.ru", "news.yandex.ru/yandexnews"],
    ),
    ("turbo", Space::Yandex, &["turbo.yandex.ru"]),
    (
        "prism",
        Space::Prism,
        &[
            "prismstandard.org/namespaces/basic/2.0",
            "prismstandard.org/namespaces/basic/2.1",
            "prismstandard.org/namespaces/basic/3.0",
            "prismstandard.org/namespaces/1.2/basic",
            "purl.org/rss/1.0/modules/prism",
        ],
    ),
    (
        "opensearch",
        Space::Known,
        &["a9.com/-/spec/opensearch/1.1"],
    ),
    ("app", Space::Known, &["w3.org/2007/app"]),
    ("gd", Space::Known, &["schemas.google.com/g/2005"]),
    (
        "blogger",
        Space::Known,
        &["schemas.google.com/blogger/2008"],
    ),
    ("yt", Space::Known, &["youtube.com/xml/schemas/2015"]),
    ("psc", Space::Known, &["podlove.org/simple-chapters"]),
    (
        "trackback",
        Space::Known,
        &["madskills.com/public/xml/rss/module/trackback"],
    ),
    ("svg", Space::Known, &["w3.org/2000/svg"]),
    ("math", Space::Known, &["w3.org/1998/math/mathml"]),
];

/// The vocabulary of a namespace's address, where it is known.
pub(super) fn space_at(address: &str) -> Option<Space> {
    let address = address.trim();
    let address = address
        .split_once("://")
        .map_or(address, |(_, rest)| rest)
        .trim_end_matches(['/', '#']);
    let address = match address.get(..4) {
        Some(head) if head.eq_ignore_ascii_case("www.") => address.get(4..)?,
        _ => address,
    };
    SPACES
        .iter()
        .find(|(_, _, known)| {
            known
                .iter()
                .any(|known| known.eq_ignore_ascii_case(address))
        })
        .map(|(_, space, _)| *space)
}

/// The vocabulary a prefix usually stands for.
pub(super) fn space_of_prefix(prefix: &str) -> Space {
    SPACES
        .iter()
        .find(|(known, _, _)| known.eq_ignore_ascii_case(prefix))
        .map_or(Space::Other, |(_, space, _)| *space)
}

/// Local names that mean something to us, sorted.
const LOCALS: &[&str] = &[
    "about",
    "abstract",
    "alternative",
    "author",
    "body",
    "category",
    "channel",
    "comments",
    "content",
    "contributor",
    "copyright",
    "coverdate",
    "created",
    "creator",
    "credit",
    "date",
    "datecreated",
    "datemodified",
    "day",
    "description",
    "div",
    "docs",
    "email",
    "enclosure",
    "encoded",
    "entry",
    "feed",
    "full-text",
    "fullitem",
    "fulltext",
    "generator",
    "generatoragent",
    "group",
    "guid",
    "homepage",
    "hour",
    "icon",
    "id",
    "image",
    "in-reply-to",
    "info",
    "issued",
    "item",
    "items",
    "keywords",
    "language",
    "lastbuilddate",
    "lastmodified",
    "lastupdated",
    "license",
    "link",
    "logo",
    "managingeditor",
    "modificationdate",
    "modified",
    "name",
    "origlink",
    "owner",
    "pub_date",
    "pubdate",
    "publicationdate",
    "publishdate",
    "published",
    "publisheddate",
    "publisher",
    "rdf",
    "rights",
    "rss",
    "skipdays",
    "skiphours",
    "source",
    "subject",
    "subtitle",
    "summary",
    "tagline",
    "tags",
    "text",
    "textinput",
    "thumbnail",
    "title",
    "ttl",
    "updated",
    "updatefrequency",
    "updateperiod",
    "uri",
    "url",
    "webmaster",
];

const LOCAL_MAX_BYTES: usize = 16;

/// The lower-case spelling of a local name that means something to us, else nothing.
pub(super) fn known_local(local: &str) -> &'static str {
    let mut lower = [0_u8; LOCAL_MAX_BYTES];
    let Some(lower) = lower.get_mut(..local.len()) else {
        return "";
    };
    lower.copy_from_slice(local.as_bytes());
    lower.make_ascii_lowercase();
    let found = LOCALS.binary_search_by(|known| known.as_bytes().cmp(lower));
    found
        .ok()
        .and_then(|at| LOCALS.get(at))
        .copied()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_recognised_however_spelt() {
        for (address, expected) in [
            ("http://www.w3.org/2005/Atom", Some(Space::Atom)),
            (" https://w3.org/2005/atom/ ", Some(Space::Atom)),
            ("http://purl.org/atom/ns#", Some(Space::Atom)),
            ("http://purl.org/rss/1.0/", Some(Space::Own)),
            ("http://search.yahoo.com/mrss", Some(Space::Media)),
            ("http://example.org/", None),
            ("", None),
            ("www", None),
        ] {
            assert_eq!(space_at(address), expected, "{address}");
        }
        assert_eq!(space_of_prefix("DC"), Space::Dc);
        assert_eq!(space_of_prefix("own"), Space::Other);
    }

    #[test]
    fn names_are_known_in_any_case() {
        assert!(LOCALS.is_sorted());
        assert!(LOCALS.iter().all(|local| local.len() <= LOCAL_MAX_BYTES));
        assert_eq!(known_local("pubDate"), "pubdate");
        assert_eq!(known_local("ÄÖ"), "");
        assert_eq!(known_local("averyveryverylongname"), "");
    }
}
