//! What systemd is told (`sd_notify(3)`); nothing happens where nobody listens.

use sd_notify::NotifyState;
use tracing::warn;

/// The daemon polls and serves; `status` is what `systemctl status` shows.
pub fn ready(status: &str) {
    tell(&[NotifyState::Ready, NotifyState::Status(status)]);
}

/// Something worth showing in `systemctl status`.
pub fn status(status: &str) {
    tell(&[NotifyState::Status(status)]);
}

/// A reload begins; [`ready`] ends it. Both states go in one datagram, as `Type=notify-reload`
/// wants them.
pub fn reloading() {
    match NotifyState::monotonic_usec_now() {
        Ok(now) => tell(&[NotifyState::Reloading, now]),
        Err(error) => warn!(%error, "could not read the monotonic clock for systemd"),
    }
}

/// The daemon is on its way down.
pub fn stopping() {
    tell(&[NotifyState::Stopping, NotifyState::Status("stopping")]);
}

/// Polling made progress since the last time.
pub fn alive() {
    tell(&[NotifyState::Watchdog]);
}

fn tell(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        warn!(%error, "could not notify systemd");
    }
}
