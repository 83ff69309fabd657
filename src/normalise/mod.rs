//! A parsed entry in our own terms: text without markup, absolute URLs, UTC dates, sanitised HTML.
