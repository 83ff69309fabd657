//! Stories turned into documents: window, Atom, RSS, JSON Feed.
