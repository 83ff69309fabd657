//! Whatever was polled: an export fills a fresh store so that no reader sees a difference.

use std::time::Duration;

use proptest::prelude::*;

use super::Place;
use crate::store::contract::{Backend, Bed, ManualClock, seen};

proptest! {
    // Each case opens two stores; the space is small and the cases are random each time.
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn an_export_shows_the_same_in_a_fresh_store(
        polls in prop::collection::vec(
            (0_usize..4, prop::collection::vec(0_u64..30, 0..8), 1_usize..3),
            1..8,
        ),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let place = Place::new();
            let bed = Bed::new(&place, "old", 4).await;
            for (feed, mut articles, region) in polls {
                articles.sort_unstable();
                articles.dedup();
                bed.poll(feed, &articles, region).await;
                bed.clock.advance(Duration::from_secs(7));
            }
            let export = bed.export().await;
            let fresh = place.open("fresh", ManualClock::new()).await;
            fresh.import_stories(&export).await.unwrap();
            let fresh = Bed::on(fresh, ManualClock::new(), 4).await;
            for region in 0..3 {
                let (old, new) = (bed.newest(region).await, fresh.newest(region).await);
                assert_eq!(seen(&new), seen(&old));
            }
        });
    }
}
