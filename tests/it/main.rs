//! Every story and every check that needs more than one room, in one binary so that it links once.

mod architecture;
mod attendance;
mod cli;
mod commands;
mod config;
mod delivery;
mod demo;
mod digest;
mod export;
mod faults;
mod formats;
mod harness;
mod import;
mod local_chat;
mod opening;
mod outbox;
mod reminder;
mod reports;
mod rsvp;
mod schedule;
mod series;
mod serve;
mod storage;
mod turnout;
