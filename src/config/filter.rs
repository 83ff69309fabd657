//! What an entry must pass: `[filter]`, and `filter = { … }` of one feed.

use toml::de::DeValue;

use crate::config::keys;
use crate::config::names::Names;
use crate::config::regions::{MIN_MAX, read_selectors};
use crate::config::walk::{Complaint, Limits, Reader, Span, wrong_type};
use crate::model::rules::{Datelines, FieldWeights, Filter};
use crate::model::weight::Thousandths;

/// Largest factor of a field.
const FACTOR_MAX: Thousandths = Thousandths(100_000);

/// What `datelines` may say.
pub(super) const DATELINES: [(&str, Datelines); 3] = [
    ("ignore", Datelines::Ignore),
    ("weigh", Datelines::Weigh),
    ("count", Datelines::Count),
];

/// Reads the conditions of `[filter]`.
pub(super) fn read(reader: &mut Reader<'_, '_, '_>, names: &Names<'_>) -> Filter {
    let filter = read_over(reader, names, &Filter::default());
    for key in ["any", "all", "none"] {
        if let Some((DeValue::Array(items), span)) = reader.value(key)
            && items.is_empty()
        {
            let message = format!("`{key}` is empty, so it asks for nothing");
            let hint = "name a region, a country (\"KZ\") or a \"@group\", or leave it out";
            reader.report.at(span, Complaint::new(message, hint));
        }
    }
    check(reader, &filter);
    filter
}

/// Reads the filter of one feed: what it gives replaces, key by key, what `[filter]` says.
pub(super) fn read_of_feed(
    value: &DeValue<'_>,
    span: Span,
    reader: &mut Reader<'_, '_, '_>,
    names: &Names<'_>,
    general: &Filter,
) -> Option<Filter> {
    let hint = "write filter = \"off\" to announce all of this feed, or filter = { about = 0 }";
    let DeValue::Table(table) = value else {
        let complaint = match value {
            DeValue::String(text) => Complaint::new(format!("`{text}` is no filter"), hint),
            value => wrong_type("filter", value, "\"off\" or a table", hint),
        };
        reader.report.at(span, complaint);
        return None;
    };
    if table.is_empty() {
        let complaint = Complaint::new("this filter says nothing", hint);
        reader.report.at(span, complaint);
        return None;
    }
    let mut reader = Reader::new(table, span, &keys::FEED_FILTER, reader.report);
    let filter = read_over(&mut reader, names, general);
    check(&mut reader, &filter);
    Some(filter)
}

fn read_over(reader: &mut Reader<'_, '_, '_>, names: &Names<'_>, general: &Filter) -> Filter {
    let mut selectors = |key: &str, general: &[_]| {
        if reader.value(key).is_some() {
            read_selectors(reader, key, names)
        } else {
            general.to_vec()
        }
    };
    let any = selectors("any", &general.any);
    let all = selectors("all", &general.all);
    let none = selectors("none", &general.none);
    let about = Limits::because(
        Thousandths::ZERO..=Thousandths::ONE,
        "it is a share: 0 is any mention, 0.3 is strict",
    );
    let min = Limits::from(Thousandths::ZERO..=MIN_MAX);
    Filter {
        any,
        all,
        none,
        about: reader.number("about", about).unwrap_or(general.about),
        min: reader.number("min", min).unwrap_or(general.min),
        fields: read_factors(reader, general.fields),
        datelines: reader
            .word("datelines", &DATELINES)
            .unwrap_or(general.datelines),
    }
}

fn read_factors(reader: &mut Reader<'_, '_, '_>, general: FieldWeights) -> FieldWeights {
    let Some((value, span)) = reader.value("fields") else {
        return general;
    };
    let DeValue::Table(table) = value else {
        let hint = "write fields = { title = 2, text = 1, categories = 1.5 }";
        let complaint = wrong_type("fields", value, "a table", hint);
        reader.report.at(span, complaint);
        return general;
    };
    let mut reader = Reader::new(table, span.clone(), &keys::FIELDS, reader.report);
    let limits = || Limits::from(Thousandths::ZERO..=FACTOR_MAX);
    let fields = FieldWeights {
        title: reader.number("title", limits()).unwrap_or(general.title),
        text: reader.number("text", limits()).unwrap_or(general.text),
        categories: reader
            .number("categories", limits())
            .unwrap_or(general.categories),
    };
    if [fields.title, fields.text, fields.categories] == [Thousandths::ZERO; 3] {
        let message = "no part of an entry would count";
        let complaint = Complaint::new(message, "give one of them more than 0");
        reader.report.at(span, complaint);
    }
    fields
}

/// A filter that asks for what it forbids lets nothing through.
fn check(reader: &mut Reader<'_, '_, '_>, filter: &Filter) {
    let forbids = |asked: &&_| filter.none.contains(asked);
    let asked = filter.all.iter().find(forbids);
    let asked = asked.or_else(|| {
        // Of several that would do, one that is allowed is enough.
        let all_forbidden = filter.any.iter().all(|it| forbids(&it));
        filter.any.first().filter(|_| all_forbidden)
    });
    if let Some(asked) = asked {
        let message = format!("`{asked}` is asked for and forbidden, so nothing would pass");
        let span = reader
            .value("none")
            .or_else(|| reader.value("all"))
            .or_else(|| reader.value("any"))
            .map_or_else(|| reader.span.clone(), |(_, span)| span);
        let hint = "take it out of `none`, or out of `any` and `all`";
        reader.report.at(span, Complaint::new(message, hint));
    }
}
