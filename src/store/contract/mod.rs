//! What every backend must do, in one suite: each property is one function, each backend runs
//! them all by `contract::suite!`.
//!
//! The tests play the committer with the plainest rule there is: one article, told by its
//! address, is one story.

mod bed;
mod commits;
mod feeds;
mod rules;
mod showing;
mod transfer;

pub(crate) use bed::{
    Backend, Bed, ManualClock, ask_of, names, noise, seed, shown_content, shown_ids,
};
pub(crate) use commits::*;
pub(crate) use feeds::*;
pub(crate) use rules::*;
pub(crate) use showing::*;
pub(crate) use transfer::*;

/// Makes one test of each property for the backend that `$backend` gives.
macro_rules! suite {
    ($backend:expr) => {
        $crate::store::contract::suite!($backend;
            a_commit_is_read_back_whole,
            a_stale_fence_writes_nothing,
            a_lease_that_ran_out_goes_to_another,
            what_was_asked_and_written_meanwhile_is_a_conflict,
            a_story_written_meanwhile_is_a_conflict,
            a_stamp_or_key_that_was_given_is_a_conflict,
            three_hundred_commits_at_once_lose_and_double_nothing,
            a_deferred_commit_is_readable_and_becomes_durable_with_the_next,
            everything_is_there_after_reopening,
            long_texts_grow_and_shrink,
            thousands_of_identity_keys_are_found,
            the_earlier_of_two_entries_keeps_a_common_guid,
            closed_is_closed,
            new_feeds_are_due_at_once_and_known_ones_keep_their_state,
            a_renamed_feed_keeps_its_number_and_its_first_id,
            an_id_that_was_given_up_can_be_taken_by_another_feed,
            no_two_feeds_found_stories_under_one_id,
            a_feed_that_comes_back_begins_with_a_backlog,
            another_address_forgets_what_was_learned_of_the_old_one,
            a_moved_feed_is_lost_to_its_holder,
            pauses_of_hosts_survive,
            claims_come_oldest_due_first,
            a_claim_can_be_given_back,
            a_clock_that_was_ahead_stops_nothing,
            a_poll_without_a_document_reads_no_entries,
            one_feed_can_be_claimed_before_its_time,
            entries_are_paged_by_key_and_loaded_with_their_stories,
            what_changed_rules_change_is_committed_whole,
            an_entry_or_story_written_meanwhile_is_a_conflict_of_rules,
            a_merged_feed_is_ordered_and_paged,
            an_announced_edit_moves_a_story_up,
            hidden_stories_and_those_without_a_leader_are_left_out,
            a_new_leader_moves_a_story_among_equals,
            changes_name_the_merged_feeds_they_touch,
            a_changed_card_touches_every_merged_feed,
            stories_are_found_by_id_and_by_any_spelling_of_an_address,
            a_view_has_other_sources_and_names_of_regions,
            an_export_fills_a_fresh_store,
            an_import_matches_feeds_and_regions_by_name,
            an_import_changes_nothing_that_is_here,
            an_import_takes_over_what_was_polled_again,
            an_import_brings_a_story_up_to_what_readers_saw,
            a_long_export_is_put_back_in_several_commits,
            a_taken_key_is_not_taken_again,
            a_damaged_export_changes_nothing,
            what_comes_after_an_import_is_stamped_after_it,
        );
    };
    ($backend:expr; $($property:ident,)+) => {
        $(
            #[tokio::test]
            async fn $property() {
                $crate::store::contract::$property(&$backend).await;
            }
        )+
    };
}

pub(crate) use suite;
