//! The `nuncio` program.

fn main() {}
