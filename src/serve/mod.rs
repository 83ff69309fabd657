//! HTTP: feeds, an index page, health.
