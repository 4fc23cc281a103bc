//! Slack, as it is when it answers, is slow, rude, or silent after accepting: stories over a stand-in for its Web API on
//! this machine, with signed requests as Slack sends them.

mod fake;
mod install;
mod people;
mod posting;
mod requests;
mod screens;
mod sockets;
mod stage;
