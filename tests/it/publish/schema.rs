//! Atom documents against `docs/schema/atom.rnc`, by validators that know nothing of us.
use nuncio::model::rendered::Format;
use nuncio::publish::{ContentDepth, MergedFeed, render};

use super::stories::{bare, hostile, merged_feed, rich};
use crate::support::validators::{jing, xmllint};

#[test]
fn atom_documents_keep_the_schema() {
    let directory = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    let mut write = |name: String, feed: &MergedFeed, stories: &[_]| {
        let file = directory.path().join(name);
        std::fs::write(&file, render(feed, Format::Atom, stories)).unwrap();
        files.push(file);
    };
    let unplaced = MergedFeed::new("all", "]]> <All> \u{1}&");
    write("empty.atom".to_owned(), &unplaced, &[]);
    for depth in [
        ContentDepth::Full,
        ContentDepth::Summary,
        ContentDepth::None,
    ] {
        let placed = MergedFeed {
            depth,
            ..merged_feed()
        };
        let stories = [rich(), bare(), hostile()];
        write(format!("placed-{depth:?}.atom"), &placed, &stories);
        let unplaced = MergedFeed {
            depth,
            ..unplaced.clone()
        };
        write(format!("unplaced-{depth:?}.atom"), &unplaced, &stories);
    }
    assert_eq!(xmllint(&files), "");
    assert_eq!(jing(&files), "");
}

#[test]
fn rss_documents_are_well_formed() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("feed.rss");
    let document = render(&merged_feed(), Format::Rss, &[rich(), bare(), hostile()]);
    std::fs::write(&file, document).unwrap();
    assert_eq!(xmllint(&[file]), "");
}

#[test]
fn the_schema_refuses_what_rfc_4287_refuses() {
    let good = r#"<feed xmlns="http://www.w3.org/2005/Atom"><id>a:b</id><title>t</title><updated>2026-09-21T14:13:20Z</updated><entry><id>a:c</id><title>t</title><updated>2026-09-21T14:13:20Z</updated><link href="c"/></entry></feed>"#;
    let directory = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    for (at, (from, to)) in [
        ("<id>a:c</id>", ""),
        ("<id>a:c</id>", "<id>a:c</id><id>a:c</id>"),
        ("<id>a:c</id>", "<id>c</id>"),
        ("<id>a:c</id>", "<id>a:c d</id>"),
        ("<title>t</title>", ""),
        ("<title>t</title>", "<title type=\"html\"><b>t</b></title>"),
        ("14:13:20Z", "14:13:20"),
        ("T14:13", " 14:13"),
        ("<link href=\"c\"/>", "<link/>"),
        ("<link href=\"c\"/>", "<link href=\"a b\"/>"),
        ("<link href=\"c\"/>", "<link href=\"c\" type=\"html\"/>"),
        ("<link href=\"c\"/>", "<link href=\"c\" length=\"-1\"/>"),
        ("<link href=\"c\"/>", "<author/>"),
        ("<link href=\"c\"/>", "<category label=\"c\"/>"),
        ("<link href=\"c\"/>", "<pubDate/>"),
        ("<entry>", "<entry xml:lang=\"r_u\">"),
        ("<entry>", "<entry lang=\"ru\">"),
        ("</feed>", "<content/></feed>"),
    ]
    .into_iter()
    .enumerate()
    {
        let file = directory.path().join(format!("{at}.atom"));
        let (head, tail) = good.rsplit_once(from).unwrap();
        std::fs::write(&file, format!("{head}{to}{tail}")).unwrap();
        files.push(file);
    }
    let refused = jing(&files);
    for file in &files {
        let name = file.display().to_string();
        assert!(refused.contains(&name), "accepted: {name}");
    }
    let file = directory.path().join("good.atom");
    std::fs::write(&file, good).unwrap();
    assert_eq!(jing(&[file]), "");
}
