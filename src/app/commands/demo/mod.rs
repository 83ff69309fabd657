//! `demo`: the daemon shown at work, on sample feeds of our own.
//!
//! A local server ([`server`]) serves feeds that we wrote ([`samples`]), and with each round of
//! their [`timeline`] something new stands in them. The daemon that is shown is the one of
//! `nuncio run`, configured as a user could ([`settings`]), with its store in a directory that is
//! removed at the end ([`stage`]). What it does is told by itself: the records of its polls
//! ([`event`], [`screen`]), the merged feeds it publishes ([`reader`]) and its answers on the
//! control socket. `demo --once` keeps all of that ([`observed`]) and compares it with what is
//! expected ([`expect`], the table in [`expected_data`]).
//!
//! Nothing outside this machine is asked: everything listens on and asks 127.0.0.1.

mod addresses;
mod event;
mod expect;
mod expected_data;
mod home;
mod observed;
mod play;
mod reader;
mod run;
mod samples;
mod screen;
mod server;
mod settings;
mod stage;
mod timeline;

pub use run::run;
