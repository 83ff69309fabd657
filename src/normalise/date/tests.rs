//! Dates as they come, and what they are.

use proptest::prelude::*;

use super::names::{self, Meaning};
use super::{Reader, read};
use crate::model::parsed::{FeedFormat, ParsedEntry, ParsedFeed};
use crate::model::time::{Timestamp, Zone};

fn check(reader: &Reader, text: &str, expected: Option<&str>) {
    let read = reader.read(text).map(Timestamp::rfc3339);
    assert_eq!(read.as_deref(), expected, "{text}");
}

/// `text` by itself is `expected`, or no date where that is empty.
fn alone(text: &str, expected: &str) {
    all_alone(&[text], expected);
}

fn all_alone(texts: &[&str], expected: &str) {
    let reader = Reader::default();
    let said = |text: &str| {
        reader
            .read(text)
            .map(Timestamp::rfc3339)
            .unwrap_or_default()
    };
    let wrong: Vec<String> = texts
        .iter()
        .filter(|text| said(text) != expected)
        .map(|text| format!("{:.60} is {:?}, not {expected:?}", text, said(text)))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn feed(dates: &[&str]) -> ParsedFeed {
    ParsedFeed {
        entries: dates
            .iter()
            .map(|date| ParsedEntry {
                published: vec![(*date).to_owned()],
                ..ParsedEntry::default()
            })
            .collect(),
        ..ParsedFeed::empty(FeedFormat::Rss)
    }
}

fn in_language(language: &str, text: &str, expected: &str) {
    let reader = Reader::of(&feed(&[]), Some(language));
    check(&reader, text, (!expected.is_empty()).then_some(expected));
}

#[test]
fn the_standards_are_read() {
    all_alone(
        &[
            "Thu, 13 Aug 2026 04:23:17 GMT",
            "Thu, 13 Aug 2026 07:23:17 +0300",
            "13 Aug 26 04:23:17 UT",
            "2026-08-13T04:23:17Z",
            "2026-08-13T09:53:17+05:30",
            "Thu Aug 13 04:23:17 2026",
            "Thu Aug 13 04:23:17 UTC 2026",
            "1786594997",
            "1786594997000",
            "1786594997000000",
            "1786594997.25",
            "/Date(1786594997000)/",
            "/Date(1786594997000+0300)/",
            "20260813042317",
            "20260813T042317Z",
            "2026-W33-4T04:23:17Z",
            "2026W334T042317Z",
            "2026-225T04:23:17Z",
            "2026225T042317Z",
        ],
        "2026-08-13T04:23:17Z",
    );
    alone("2026-08-13T04:23:17.5Z", "2026-08-13T04:23:17.500Z");
    alone("2026-08-13T04:23:17,5Z", "2026-08-13T04:23:17.500Z");
    alone("2026-08-13T04:23:17.123456789Z", "2026-08-13T04:23:17.123Z");
    alone(
        "2026-08-13T04:23:17.123456789+03:00[Europe/Moscow]",
        "2026-08-13T01:23:17.123Z",
    );
    all_alone(
        &[
            "2026-08-13",
            "20260813",
            "2026-225",
            "2026225",
            "2026-W33-4",
            "2026W334",
        ],
        "2026-08-13T00:00:00Z",
    );
    alone("2026-08-13T04Z", "2026-08-13T04:00:00Z");
    alone("202608130423", "2026-08-13T04:23:00Z");
    alone("2026-W33", "2026-08-10T00:00:00Z");
    alone("2026-08", "2026-08-01T00:00:00Z");
    alone("2026", "2026-01-01T00:00:00Z");
    alone("31 Dec 2026 24:00:00 GMT", "2027-01-01T00:00:00Z");
    alone("31 Dec 2026 23:59:60 GMT", "2027-01-01T00:00:00Z");
    alone("13 Aug 126 04:23:17 GMT", "2026-08-13T04:23:17Z");
}

#[test]
fn usual_damage_is_read() {
    all_alone(
        &[
            " thu, 13 aug 2026 04:23 gmt ",
            "THU, 13 AUG 2026 04:23 GMT",
            "Thursday, 13 August 2026 4:23",
            "Wed, 13 Aug 2026 04:23:00 GMT",
            "Xyz, 13 Aug 2026 04:23:00 GMT",
            "Thu,13 Aug 2026 04:23:00 GMT",
            "Thu 13 Aug, 2026 04:23:00GMT",
            "13-Aug-2026 04:23:00",
            "13-aug-26 04:23:00",
            "13.08.2026 04:23",
            "13.08.26 04:23",
            "13. 08. 2026 04:23",
            "13/08/2026 04:23",
            "08/13/2026 04:23",
            "8/13/2026 4:23:00 AM",
            "2026-08-13 04:23",
            "2026/08/13 04:23:00",
            "2026.08.13 04:23",
            "2026-8-13 4:23",
            "2026-08-13T04:23Z",
            "2026-08-13T04:23:00 +0000",
            "2026-08-13T04:23:00 Z",
            "2026-08-13 04:23:00 UTC",
            "Aug 13, 2026 4:23 AM",
            "Aug 13 2026 04:23",
            "August 13th, 2026, at 04:23am",
            "Thursday, August 13, 2026 - 04:23",
            "04:23, 13 August 2026",
            "04:23 13.08.2026",
            "04:23 | 13.08.2026",
            "13 Aug 2026 4:23 a.m.",
            "13 Aug 2026 4:23 A. M.",
            "Thu, 13 Aug 2026 00:23:00 EDT",
            "Thu, 13 Aug 2026 07:23:00 MSK",
            "Thu, 13 Aug 2026 07:23:00 +3",
            "Thu, 13 Aug 2026 07:23:00 +03",
            "Thu, 13 Aug 2026 07:23:00 +300",
            "Thu, 13 Aug 2026 07:23:00 +03:00",
            "Wed, 12 Aug 2026 23:23:00 -0500",
            "Wed, 12 Aug 2026 23:23:00 \u{2212}0500",
            "Thu, 13 Aug 2026 09:23:00 UTC+5",
            "Thu, 13 Aug 2026 09:23:00 UTC+05:00",
            "Thu, 13 Aug 2026 09:23:00 GMT +0500",
            "Thu, 13 Aug 2026 07:23:00 +0300 (MSK)",
            "Thu Aug 13 2026 07:23:00 GMT+0300 (Moscow Standard Time)",
            "Thu, 13 Aug 2026 04:23:00 (GMT)",
            "Thursday 13th of August 2026 04:23",
            "Thu, 13 Aug 2026 04:23:00 Etc/GMT",
            "Thu, 13 Aug 2026 09:23:00 Asia/Tashkent",
            "Thu, 13 Aug 2026 03:22:00 GMT-01:01",
            "Thu Aug 13 04:23:00 +0000 2026",
            "Thu,13 Aug 2026 13:23:0 GMT+9",
            "Thu, 2026/08/13 00:23:00 EDT",
            "Wed, 12 Aug 2026 23:23:00 ET",
            "2026-augusztus-13T4:23",
            "Mon, 13/08/2026 04:23",
        ],
        "2026-08-13T04:23:00Z",
    );
    alone("Sat Mar  7 04:23:00 UTC 2026", "2026-03-07T04:23:00Z");
    alone("13 Aug 2026 12:05 PM", "2026-08-13T12:05:00Z");
    alone("13 Aug 2026 12:05 am", "2026-08-13T00:05:00Z");
    alone("13 Aug 2026 13:00 PM", "2026-08-13T13:00:00Z");
    alone("13 Aug 2026 4pm", "2026-08-13T16:00:00Z");
    alone("Fri, 03/04/2026 10:00", "2026-04-03T10:00:00Z");
    alone("Wed, 03/04/2026 10:00", "2026-03-04T10:00:00Z");
    alone("03.04.2026 10:00", "2026-04-03T10:00:00Z");
    alone("03/03/2026", "2026-03-03T00:00:00Z");
}

/// 04:23 on 13 August 2026, in words.
const IN_WORDS: &[&str] = &[
    "Чт, 13 авг 2026 07:23:00 +0300",
    "чт, 13 авг. 2026 04:23",
    "13 августа 2026 г., 04:23",
    "13 АВГУСТА 2026 ГОДА 04:23",
    "04:23 13.08.2026 г.",
    "13-го августа 2026 года в 04:23",
    "13 тамыз 2026 04:23",
    "2026 жылғы 13 тамыз, 04:23",
    "2026 ж. 13 тамыз 04:23",
    "сен, 13 тамыз 2026 04:23",
    "бейсенбі, 13 тамыз, 2026 04:23",
    "2026-ж., 13-август, 04:23",
    "13-август 2026-жыл 04:23",
    "2026-yil 13-avgust, 04:23",
    "13 avgust 2026 04:23",
    "2026 йил 13 август, 04:23",
    "13 августи 2026, 04:23",
    "13 awgust 2026 04:23",
    "13 avqust 2026, 04:23",
    "13 серпня 2026 04:23",
    "13 жніўня 2026 04:23",
    "13 Ağustos 2026 Perşembe 04:23",
    "13 AĞUSTOS 2026 04:23",
    "jeudi 13 août 2026 à 04h23",
    "13 aout 2026 04:23",
    "mar. 13 août 2026 04:23",
    "Donnerstag, 13. August 2026, 04:23 Uhr",
    "jueves, 13 de agosto de 2026, 04:23",
    "13 agosto 2026, ore 04.23",
    "13 de agosto de 2026 às 04h23",
    "donderdag 13 augustus 2026 om 04:23",
    "czwartek, 13 sierpnia 2026, godz. 04:23",
    "čtvrtek 13. srpna 2026 v 04:23",
    "13. avgusta 2026. 04:23",
    "13. kolovoza 2026. u 04:23",
    "2026. augusztus 13. 04:23",
    "2026. augusztus 13., csütörtök 04:23",
    "joi, 13 august 2026, 04:23",
    "Πέμπτη, 13 Αυγούστου 2026, 04:23",
    "13 Αυγ 2026 04:23",
    "13 август 2026 г. 04:23",
    "13. august 2026 kl. 04.23",
    "13. elokuuta 2026 klo 04.23",
    "2026 m. rugpjūčio 13 d. 04:23",
    "2026. gada 13. augusts 04:23",
    "13 აგვისტო, 2026 04:23",
    "13 օգոստոսի, 2026 թ. 04:23",
    "2026 оны 8 сарын 13 04:23",
    "2026年8月13日 04:23",
    "2026年8月13日(木) 4時23分",
    "２０２６年８月１３日　４：２３",
    "二〇二六年八月十三日 04:23",
    "2026年8月13日星期四上午4:23",
    "2026年08月13日04時23分",
    "令和8年8月13日 04:23",
    "民國115年8月13日 04:23",
    "2026년 8월 13일 목요일 오전 4:23",
    "2026. 8. 13. 오전 4:23",
    "2026년8월13일 4시 23분",
    "الخميس، 13 أغسطس 2026 04:23",
    "13 آب 2026 - 04:23",
    "١٣ أغسطس ٢٠٢٦ ٠٤:٢٣",
    "13 août 2026 04:23",
    "۲۲ مرداد ۱۴۰۵ ۰۴:۲۳",
    "پنجشنبه ۲۲ مرداد ۱۴۰۵ - ۰۴:۲۳",
    "۱۴۰۵/۰۵/۲۲ ۰۴:۲۳",
    "۲۲ اسد ۱۴۰۵ ۰۴:۲۳",
    "13 اوت 2026 04:23",
    "יום חמישי, 13 באוגוסט 2026, 04:23",
    "गुरुवार, 13 अगस्त 2026 04:23",
    "१३ अगस्त २०२६ ०४:२३",
    "13 اگست 2026 04:23",
    "১৩ আগস্ট ২০২৬ ০৪:২৩",
    "13 สิงหาคม 2569 04:23",
    "13 ส.ค. 2569 04:23",
    "13 ส.ค. 69 04:23",
    "วันพฤหัสบดีที่ ๑๓ สิงหาคม พ.ศ. ๒๕๖๙ เวลา 04:23 น.",
    "13 สิงหาคม 2026 04:23",
    "Thứ Năm, 13 tháng 8, 2026 04:23",
    "ngày 13 tháng 8 năm 2026 04:23",
    "13 Tháng Tám 2026 04:23",
    "Kamis, 13 Agustus 2026 04:23",
    "13 Ogos 2026 04:23",
    "30 صفر 1448 04:23",
    "30/02/1448 هـ 04:23",
];

#[test]
fn dates_are_read_in_words() {
    all_alone(IN_WORDS, "2026-08-13T04:23:00Z");
    for (language, text) in [
        ("fa", "1405/05/22 04:23"),
        ("th", "13/08/2569 04:23"),
        ("ru", "13/08/2026 04:23"),
        ("fr", "Thu, 13 Aug 2026 04:23:00"),
        ("es", "mar 13 ago 2026 04:23"),
        ("ko", "2026/08/13 04:23"),
    ] {
        in_language(language, text, "2026-08-13T04:23:00Z");
    }
    all_alone(
        &[
            "2026年8月13日下午4:23",
            "2026년 8월 13일 오후 4:23",
            "13 августа 2026, 4:23 вечера",
            "13/08/2026 4:23 μ.μ.",
            "13 أغسطس 2026 4:23 م",
            "۲۲ مرداد ۱۴۰۵ ۴:۲۳ ب.ظ",
            "13 de agosto de 2026 4:23 p. m.",
            "13 Ağustos 2026 ÖS 4:23",
            "13/08/2026 4:23 CH",
        ],
        "2026-08-13T16:23:00Z",
    );
}

#[test]
fn a_word_of_two_languages_is_read_in_the_feeds_own() {
    in_language("hr", "13. listopada 2026.", "2026-10-13T00:00:00Z");
    in_language("pl", "13 listopada 2026", "2026-11-13T00:00:00Z");
    alone("13 listopada 2026", "");
    alone("pt., 13 listopada 2026", "2026-11-13T00:00:00Z");
    alone("utorak, 13 listopada 2026", "2026-10-13T00:00:00Z");
    in_language("zh", "2026-08-13 04:23 CST", "2026-08-12T20:23:00Z");
    in_language("he", "2026-08-13 04:23 IST", "2026-08-13T02:23:00Z");
    alone("2026-08-13 04:23 IST", "2026-08-12T22:53:00Z");
}

#[test]
fn what_is_uncertain_is_refused() {
    all_alone(
        &[
            "",
            "now",
            "yesterday",
            "today 04:23",
            "2 hours ago",
            "20 минут назад",
            "Aug 2026",
            "13 Aug",
            "04:23:17",
            "03/04/2026",
            "03-04-05",
            "0001-01-01T00:00:00Z",
            "0000-00-00 00:00:00",
            "9999-12-31T23:59:59Z",
            "Wed, 30 Feb 2026 00:00:00 GMT",
            "2026-13-01",
            "2026-08-99",
            "2026-366",
            "2026-W54-1",
            "2026-W33-8",
            "2026-08-13T25:00:00Z",
            "2026-08-13T04:61:00Z",
            "2026-08-13T24:00:01Z",
            "2026-08-13T04:23:17-99:99",
            "2026-08-13T04:23:17+15:00",
            "2026-08-13T04:23:17+05:60",
            "13 Aug 226 04:23:17 GMT",
            "13 Aug 1969 04:23:17 GMT",
            "13 Aug 65 00:00 GMT",
            "13 Aug 2026 04:23:17 Almaty",
            "13 Aug 2026 04:23:17 XYZ",
            "13 Aug 2026 04:23:17 Europe/Paris",
            "13 Aug 2026 1:2:3:4 GMT",
            "13 zzz 2026 04:23:17 GMT",
            "13 Aug 2026 04:23:17 +zz:00",
            "2026-08-13T04:23:17Textra",
            "22013",
            "013",
            "2026-08-13-01",
            "13 Aug 2026 13:00 AM",
            "13 Aug 2026 00:30 PM",
            "13 Aug 2026 04:23 05:23",
            "13 13 Aug 2026",
            "13 Aug Sep 2026",
            "Thu 2026",
            "1",
            "99999999999999999",
            "-1786594997",
            "5608002608131",
            "2026-08-13T04:23:17Zjunk",
            "13 مرداد 2026",
            "13 Foobar 2026",
            "32 августа 2026",
            "1405/05/22",
            "31 شهریور 1405 25:00",
            "31 بهمن 1405",
            "١٣/٠٨/١٤٤٨",
            "2026年13月1日",
            "Wednesday",
            "::",
            "+0300",
            "(((",
        ],
        "",
    );
    alone(&"1".repeat(300), "");
    alone(&"1 ".repeat(90), "");
    alone(&"янв ".repeat(25), "");
    alone(&"9".repeat(10 << 20), "");
}

#[test]
fn a_feed_tells_the_order_of_day_and_month() {
    let read = |dates: &[&str], language: Option<&str>| -> Option<String> {
        let feed = feed(dates);
        Reader::of(&feed, language)
            .read("03/04/2026")
            .map(Timestamp::rfc3339)
    };
    let april = Some("2026-04-03T00:00:00Z".to_owned());
    let march = Some("2026-03-04T00:00:00Z".to_owned());
    assert_eq!(read(&["03/04/2026"], None), None);
    assert_eq!(read(&["03/04/2026", "28/03/2026"], None), april);
    assert_eq!(read(&["03/04/2026", "03/28/2026"], None), march);
    assert_eq!(
        read(&["03/04/2026", "03/28/2026", "28/03/2026"], None),
        None
    );
    assert_eq!(
        read(&["03/04/2026", "02/04/2026", "01/04/2026"], None),
        april
    );
    assert_eq!(
        read(&["03/04/2026", "03/02/2026", "03/01/2026"], None),
        march
    );
    assert_eq!(read(&["03/04/2026", "05/05/2026"], None), None);
    assert_eq!(read(&["03/04/2026"], Some("ru")), april);
    assert_eq!(read(&["03/04/2026"], Some("en-GB")), april);
    assert_eq!(read(&["03/04/2026"], Some("en-US")), march);
    assert_eq!(read(&["03/04/2026"], Some("en")), None);
    assert_eq!(read(&["03/28/2026"], Some("ru")), march);
    assert_eq!(read(&["Tue, 03/03/2026", "Wed, 04/03/2026"], None), april);

    // Nothing is dated after the feed itself.
    let mut dated = feed(&["03/04/2026", "03/02/2026"]);
    dated.updated = vec!["Wed, 04 Mar 2026 10:00:00 GMT".to_owned()];
    let reader = Reader::of(&dated, None);
    check(&reader, "03/04/2026", march.as_deref());
    assert_eq!(reader.dated("03/04/2026").alone, None);
    assert_eq!(
        Reader::of(&feed(&["03-04-05", "13-04-05"]), None)
            .read("03-04-05")
            .map(Timestamp::rfc3339),
        None
    );
}

#[test]
fn a_feed_tells_the_zone_its_dates_lack() {
    let mut told = feed(&["2026-08-13 10:00", "13.08.2026"]);
    told.updated = vec!["Thu, 13 Aug 2026 12:00:00 +0500".to_owned()];
    let reader = Reader::of(&told, None);
    check(&reader, "2026-08-13 10:00", Some("2026-08-13T05:00:00Z"));
    check(
        &reader,
        "2026-08-13 10:00 GMT",
        Some("2026-08-13T10:00:00Z"),
    );
    // A day without a time is nobody's midnight.
    check(&reader, "13.08.2026", Some("2026-08-13T00:00:00Z"));
    let alone = reader.dated("2026-08-13 10:00").alone;
    assert_eq!(alone, Timestamp::parse_rfc3339("2026-08-13T10:00:00Z"));

    let few = ["2026-08-13 10:00", "2026-08-13T10:00+05:00"];
    let reader = Reader::of(&feed(&few), None);
    check(&reader, "2026-08-13 10:00", Some("2026-08-13T10:00:00Z"));
    let many = [few[0], few[1], few[1], "Чт, 13 авг 2026 10:00 +0500"];
    let reader = Reader::of(&feed(&many), None);
    check(&reader, "2026-08-13 10:00", Some("2026-08-13T05:00:00Z"));

    told.published = vec!["2026-08-13T10:00:00+03:00".to_owned()];
    let reader = Reader::of(&told, None);
    check(&reader, "2026-08-13 10:00", Some("2026-08-13T10:00:00Z"));
}

#[test]
fn a_configured_zone_is_before_a_learned_one_and_behind_the_dates_own() {
    let mut told = feed(&["2026-08-13 10:00"]);
    told.updated = vec!["Thu, 13 Aug 2026 12:00:00 +0500".to_owned()];
    let reader = Reader::of(&told, None).in_zone(Zone::named("Europe/Berlin"));
    check(&reader, "2026-08-13 10:00", Some("2026-08-13T08:00:00Z"));
    check(&reader, "2026-01-13 10:00", Some("2026-01-13T09:00:00Z"));
    check(
        &reader,
        "2026-08-13 10:00 +0500",
        Some("2026-08-13T05:00:00Z"),
    );
    check(&reader, "13.08.2026", Some("2026-08-13T00:00:00Z"));
    let alone = reader.dated("2026-08-13 10:00").alone;
    assert_eq!(alone, Timestamp::parse_rfc3339("2026-08-13T10:00:00Z"));
}

/// Every name of the table, in its own language, is what the table says.
#[test]
fn every_name_is_known_in_its_language() {
    for (words, known) in names::KNOWN.all() {
        for name in known {
            let Meaning::Month(super::calendar::Calendar::Gregorian, month) = name.meaning else {
                continue;
            };
            let reader = Reader::of(&feed(&[]), Some(name.language.tag));
            for text in [
                format!("13 {words} 2026 04:23"),
                format!("2026, {words} 13"),
            ] {
                let date = reader
                    .read(&text)
                    .map(Timestamp::rfc3339)
                    .unwrap_or_default();
                let expected = format!("2026-{month:02}-13");
                let twice = known
                    .iter()
                    .any(|it| it.language == name.language && it.meaning != name.meaning);
                assert!(
                    date.starts_with(&expected) || twice,
                    "{}: {text} is {date}",
                    name.language.tag
                );
            }
        }
    }
}

const SHAPES: &[&str] = &[
    "%a, %d %b %Y %H:%M:%S +0000",
    "%A, %-d %B %Y %H:%M:%S GMT",
    "%Y-%m-%dT%H:%M:%SZ",
    "%Y-%m-%d %H:%M:%S",
    "%Y%m%dT%H%M%SZ",
    "%Y-%jT%H:%M:%S",
    "%G-W%V-%uT%H:%M:%S",
    "%s",
    "%d.%m.%Y %H:%M:%S",
    "%B %-d, %Y %-I:%M:%S %p",
    "%Y年%-m月%-d日 %H:%M:%S",
    "%a %b %e %H:%M:%S UTC %Y",
    "%Y/%m/%d %H:%M:%S",
];

proptest! {
    #[test]
    fn nothing_panics(text in "\\PC{0,60}") {
        let dated = Reader::of(&feed(&[&text]), Some("kk")).dated(&text);
        prop_assert!(dated.at.is_some() || dated.alone.is_none() || !text.is_empty());
    }

    #[test]
    fn what_looks_like_a_date_does_not_panic(
        text in "([0-9]{1,5}|[-+:./, ()]|T|Z|W|Aug|mar|янв|сен|тамыз|年|月|日|am|ч|م|๒๕๖๙|GMT|ب\\.ظ|สิงหาคม|十三){0,14}",
    ) {
        let reader = Reader::of(&feed(&[&text]), Some("fr"));
        let dated = reader.dated(&text);
        for at in [dated.at, dated.alone].into_iter().flatten() {
            prop_assert!((0..4_102_531_200_000).contains(&at.as_millis()), "{text}: {at}");
        }
    }

    #[test]
    fn what_is_written_is_read(seconds in 100_000_000_i64..4_000_000_000, shape in 0..SHAPES.len()) {
        let at = Timestamp::from_seconds(seconds);
        let shape = SHAPES[shape];
        let text = at.to_jiff().strftime(shape).to_string();
        prop_assert_eq!(read(&text), Some(at), "{}", text);
    }

    #[test]
    fn an_offset_moves_the_clock_and_not_the_moment(
        seconds in 100_000_000_i64..4_000_000_000, quarters in -48_i32..=56,
    ) {
        let at = Timestamp::from_seconds(seconds);
        let offset = jiff::tz::Offset::from_seconds(quarters * 900).unwrap();
        let there = at.to_jiff().to_zoned_datetime(offset.to_time_zone());
        for shape in ["%a, %d %b %Y %H:%M:%S %z", "%Y-%m-%dT%H:%M:%S%:z", "%d.%m.%Y %H:%M:%S UTC%:z"] {
            let text = there.strftime(shape).to_string();
            prop_assert_eq!(read(&text), Some(at), "{}", text);
        }
    }
}
