//! What an entry is to what is already known: new, updated, unchanged, or the same story.
