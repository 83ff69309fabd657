//! Numbers that stand for our closed sets on disk: given once, never used again for another.

use crate::model::feed::Tier;
use crate::model::fingerprint::KeyKind;
use crate::model::outcome::{OutcomeKind, PollReason};
use crate::model::region::Field;

/// Both directions from one table: a new variant without a number does not compile.
macro_rules! codes {
    ($write:ident, $read:ident, $type:ident { $($variant:ident = $code:literal),+ $(,)? }) => {
        pub(super) fn $write(value: $type) -> u8 {
            match value {
                $($type::$variant => $code,)+
            }
        }

        pub(super) fn $read(code: u8) -> Result<$type, String> {
            match code {
                $($code => Ok($type::$variant),)+
                _ => Err(format!("{code} is no {} we know", stringify!($type))),
            }
        }
    };
}

codes!(tier_code, tier_of, Tier { Official = 0, Agency = 1, Press = 2, Analysis = 3 });
codes!(key_kind_code, key_kind_of, KeyKind {
    Guid = 0,
    GuidLink = 1,
    Link = 2,
    TitleDate = 3,
    StoryId = 4,
});
codes!(field_code, field_of, Field { Title = 0, Text = 1, Category = 2, Feed = 3 });
codes!(reason_code, reason_of, PollReason {
    First = 0,
    Interval = 1,
    Fresh = 2,
    Ttl = 3,
    UpdatePeriod = 4,
    Skip = 5,
    RetryAfter = 6,
    Backoff = 7,
    Gone = 8,
    Stopped = 9,
    Asked = 10,
});
codes!(outcome_code, outcome_of, OutcomeKind {
    Ok = 0,
    NotModified = 1,
    Gone = 2,
    Throttled = 3,
    HttpStatus = 4,
    Dns = 5,
    Connect = 6,
    Tls = 7,
    Timeout = 8,
    Cut = 9,
    TooLarge = 10,
    Redirect = 11,
    Forbidden = 12,
    Protocol = 13,
    NotAFeed = 14,
    Panic = 15,
    Store = 16,
});
