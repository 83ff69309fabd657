//! A body's bytes turned into text: inflated, UTF-8, kind sniffed.
