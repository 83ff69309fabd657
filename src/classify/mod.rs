//! Which regions an entry belongs to, and why.
