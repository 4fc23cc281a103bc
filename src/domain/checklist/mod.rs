//! Checklists: what is to be done when somebody joins, and what is to be done for a session. One concept for both.
//!
//! A [`Template`] is a named list of items, each with an owner by duty and a [`Due`] that counts from an
//! anchor: the day somebody's list begins, or the session. It is compiled in or stands in the configuration. A
//! [`Checklist`] is one copy of it, made when it is first needed and never changed by a later template; its items
//! are ticked by people, or by the records where an item names the [`Fact`] that settles it.
//!
//! What changes with the records is not stored but worked out when a list is read: due dates from the session as
//! it is now, ticks from facts, owners from who has which part. A moved session and a new host need no
//! second place to be told.

mod due;
mod fact;
mod list;
mod post;
mod reply;
mod settings;
mod template;

pub use due::{Anchor, Due, NotADue};
pub use fact::Fact;
pub use list::{About, Checklist, Entry, Item, List, Owners, Tick};
pub use post::{ChecklistAct, ChecklistPost};
pub use reply::ChecklistReply;
pub use settings::{Conduct, Nudges, Onboarding, RunBook};
pub use template::{BadTemplate, Duty, NotADuty, Subject, Template, TemplateItem, usual};
