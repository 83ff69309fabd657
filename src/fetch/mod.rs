//! One request for one feed: conditional, limited, guarded.
