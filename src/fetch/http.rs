//! The seam between the engine and the network.

use std::future::Future;
use std::pin::Pin;

use crate::model::outcome::{FetchReport, FetchRequest};

/// A future in a box: what lets the trait be used as `dyn Http`.
pub type FetchFuture<'a> = Pin<Box<dyn Future<Output = FetchReport> + Send + 'a>>;

/// Asks an upstream once.
pub trait Http: Send + Sync + 'static {
    /// Sends `request`, follows redirects and reads the body. Ends within `request.timeout`;
    /// dropping the future ends the exchange at once.
    ///
    /// A large body keeps its share of the memory limit until the last clone of its bytes is
    /// dropped: drop it once it is decoded, and before the same poll fetches again.
    fn fetch(&self, request: FetchRequest) -> FetchFuture<'_>;
}
