//! `nuncio parse`: what documents are read as, as JSON that other programs judge.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::daemon::Home;

const FEED: &str = r#"<rss version="2.0"><channel><title>A &amp;amp; B</title><link>/site</link>
<language>ru</language><item><title>Послы</title><link>a?b=1&amp;c=2</link><guid>7</guid>
<pubDate>Thu, 13 Aug 2026 09:23:17 +0500</pubDate><author>x@example.org (Press)</author>
<category>c</category><enclosure url="/f.mp3" type="audio/mpeg" length="5"/></item>
<item><title>js</title><link>javascript:x</link><pubDate>soon</pubDate></item></channel></rss>"#;

/// The answers, one a line, and the exit code.
fn parse(home: &Home, args: &[&str]) -> (Vec<Value>, Option<i32>, String) {
    let output = home.run(&[&["parse"], args].concat(), &[]);
    let lines = String::from_utf8(output.stdout).unwrap();
    let mut answers: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    for answer in &mut answers {
        let millis = answer.as_object_mut().unwrap().remove("millis").unwrap();
        assert!(millis.as_f64().unwrap() < 5_000.0, "{answer}");
    }
    let complaint = String::from_utf8(output.stderr).unwrap();
    (answers, output.status.code(), complaint)
}

fn home(files: &[(&str, &[u8])]) -> Home {
    let home = Home::new("no configuration is read");
    for (name, bytes) in files {
        fs::write(home.path(name), bytes).unwrap();
    }
    home
}

#[test]
fn a_document_is_one_line_of_json() {
    let home = home(&[("a.xml", FEED.as_bytes())]);
    let args = ["--base-url", "https://example.org/news/feed.xml", "a.xml"];
    let (mut answers, code, _) = parse(&home, &args);
    assert_eq!(code, Some(0));
    for pointer in ["/feed", "/entries/0", "/entries/1"] {
        let part = answers[0].pointer_mut(pointer).unwrap();
        let links = part.as_object_mut().unwrap().remove("links").unwrap();
        for link in links.as_array().unwrap() {
            let href = link["href"].as_str().unwrap();
            assert!(href.starts_with("https://example.org/"), "{href}");
        }
    }
    let nobody: [Value; 0] = [];
    assert_eq!(
        answers,
        [json!({
            "file": "a.xml",
            "ok": true,
            "error": null,
            "panic": false,
            "format": "RSS",
            "repairs": [
                "bad-date: 1 dates could not be read, the first is \"soon\"",
                "bad-link: \"javascript:x\" is no http(s) address",
            ],
            "feed": {
                "id": null,
                "title": "A &amp; B",
                "title_type": "text/html",
                "description": null,
                "description_type": null,
                "link": "https://example.org/site",
                "published": null,
                "updated": null,
                "language": "ru",
                "authors": nobody,
                "categories": nobody,
                "rights": null,
                "generator": null,
            },
            "entries": [
                {
                    "id": "7",
                    "title": "Послы",
                    "title_type": "text/plain",
                    "link": "https://example.org/news/a?b=1&c=2",
                    "published": "2026-08-13T04:23:17Z",
                    "updated": null,
                    "summary": null,
                    "summary_type": null,
                    "content": null,
                    "content_type": null,
                    "authors": [{"name": "Press", "email": "x@example.org", "uri": null}],
                    "categories": [{"term": "c", "scheme": null, "label": null}],
                    "enclosures": [{
                        "url": "https://example.org/f.mp3",
                        "type": "audio/mpeg",
                        "length": "5",
                    }],
                },
                {
                    "id": null,
                    "title": "js",
                    "title_type": "text/plain",
                    "link": null,
                    "published": null,
                    "updated": null,
                    "summary": null,
                    "summary_type": null,
                    "content": null,
                    "content_type": null,
                    "authors": nobody,
                    "categories": nobody,
                    "enclosures": nobody,
                },
            ],
        })]
    );
}

#[test]
fn without_an_address_what_is_relative_stays_as_written() {
    let home = home(&[("a.xml", FEED.as_bytes())]);
    let links = |answers: &[Value]| {
        let answer = &answers[0];
        [
            answer["feed"]["link"].clone(),
            answer["entries"][0]["link"].clone(),
        ]
    };
    let (answers, _, _) = parse(&home, &["a.xml"]);
    assert_eq!(links(&answers), [json!("/site"), json!("a?b=1&c=2")]);
    let (answers, code, _) = parse(&home, &["--base-url", "no address", "a.xml"]);
    assert_eq!(links(&answers), [json!("/site"), json!("a?b=1&c=2")]);
    assert_eq!(code, Some(0));
    let repairs = answers[0]["repairs"].to_string();
    assert!(repairs.contains("bad-address"), "{repairs}");
}

#[test]
fn addresses_in_markup_are_absolute_too() {
    let feed = "<rss version='2.0'><channel><item><description>&lt;a href='x'>&lt;script>\
                </description></item></channel></rss>";
    let home = home(&[("a.xml", feed.as_bytes())]);
    let (answers, _, _) = parse(&home, &["--base-url", "https://example.org/f/", "a.xml"]);
    let expected = "<a href=\"https://example.org/f/x\"><script>";
    assert_eq!(answers[0]["entries"][0]["summary"], expected);
    let (answers, _, _) = parse(&home, &["a.xml"]);
    assert_eq!(answers[0]["entries"][0]["summary"], "<a href='x'><script>");
}

#[test]
fn the_header_is_believed_as_a_poll_believes_it() {
    let feed = "<rss version='2.0'><channel><item><title>Душанбе</title></item></channel></rss>";
    let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(feed);
    let home = home(&[("a.xml", &bytes)]);
    let args = ["--content-type", "text/xml; charset=windows-1251", "a.xml"];
    let (answers, _, _) = parse(&home, &args);
    assert_eq!(answers[0]["entries"][0]["title"], "Душанбе");
}

#[test]
fn what_is_no_feed_says_so_and_is_no_failure() {
    let deep = format!("<rss><channel>{}", "<media:group>".repeat(200_000));
    let home = home(&[
        (
            "page.html",
            b"<!doctype html><html><body>Hello</body></html>",
        ),
        ("empty", b""),
        ("deep.xml", deep.as_bytes()),
    ]);
    for (file, why) in [
        ("page.html", "an HTML page"),
        ("empty", "empty"),
        ("deep.xml", ""),
    ] {
        let (answers, code, complaint) = parse(&home, &[file]);
        assert_eq!((code, complaint.as_str()), (Some(0), ""), "{file}");
        assert_eq!(answers.len(), 1, "{file}");
        assert_eq!(answers[0]["panic"], false, "{file}");
        if !why.is_empty() {
            assert_eq!(answers[0]["ok"], false, "{file}");
            let error = answers[0]["error"].as_str().unwrap();
            assert!(error.contains(why), "{error}");
        }
    }
}

#[test]
fn a_list_is_answered_line_by_line_in_its_order() {
    let small = "<rss><channel><item><title>x</title></item></channel></rss>";
    let home = home(&[("small.xml", small.as_bytes()), ("a.xml", FEED.as_bytes())]);
    let mut list = String::new();
    let mut expected = Vec::new();
    for n in 0..40 {
        if n % 10 == 7 {
            list.push_str("\t\tmissing.xml\n");
            expected.push(("missing.xml", false, 0));
        } else if n % 3 == 0 {
            list.push_str("text/xml\thttps://example.org/\ta.xml\n");
            expected.push(("a.xml", true, 2));
        } else {
            list.push_str("\t\tsmall.xml\n");
            expected.push(("small.xml", true, 1));
        }
    }
    fs::write(home.path("list"), list).unwrap();
    let (answers, code, _) = parse(&home, &["--batch", "list"]);
    assert_eq!(code, Some(0));
    let got: Vec<(&str, bool, usize)> = answers
        .iter()
        .map(|it| {
            let n_entries = it["entries"].as_array().unwrap().len();
            (it["file"].as_str().unwrap(), it["ok"] == true, n_entries)
        })
        .collect();
    assert_eq!(got, expected);
}

#[test]
fn wrong_usage_is_told_to_the_person() {
    let home = home(&[("list", b"a.xml\n")]);
    for (args, code, said) in [
        (vec!["missing.xml"], 1, "cannot read missing.xml"),
        (
            vec!["--batch", "list"],
            1,
            "line 1 of the list has 1 fields",
        ),
        (vec![], 2, "required"),
        (vec!["--batch", "list", "a.xml"], 2, "cannot be used with"),
    ] {
        let (answers, ended, complaint) = parse(&home, &args);
        assert_eq!(answers, [] as [Value; 0]);
        assert_eq!(ended, Some(code), "{args:?}");
        assert!(complaint.contains(said), "{complaint}");
    }
}

#[test]
fn more_than_a_body_may_be_is_refused() {
    let home = home(&[]);
    let huge = fs::File::create(home.path("huge.xml")).unwrap();
    huge.set_len(3 << 30).unwrap();
    assert!(Path::new(&home.path("huge.xml")).exists());
    let (answers, code, _) = parse(&home, &["huge.xml"]);
    assert_eq!(code, Some(0));
    let error = answers[0]["error"].as_str().unwrap();
    assert!(error.contains("larger than"), "{error}");
}
