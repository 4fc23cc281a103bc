//! Floor 2. The database: one SQL text for SQLite and PostgreSQL, one writer that commits in
//! groups, several readers. Imports only `domain/`.
//!
//! Nobody above this folder sees a driver. An action is a closure over [`Tx`]:
//!
//! ```ignore
//! db.write(|tx| Box::pin(async move {
//!     tx.run("UPDATE sessions SET title = $2 WHERE id = $1", params![id, title]).await?;
//!     Ok::<_, StorageError>(())
//! })).await?;
//! ```
//!
//! What the SQL may use is listed in `migrations/README.md`.

#[macro_use] // first, for stored_text!
mod value;

#[macro_use] // for invited!
pub mod invited;

pub mod accounts;
pub mod acknowledgements;
pub mod agenda;
pub mod appearances;
pub mod arrivals;
pub mod attendance;
pub mod audience;
pub mod backup;
pub mod balance;
pub mod calendar_links;
pub mod cards;
pub mod casts;
pub mod changes;
pub mod checklists;
pub mod clashes;
pub mod communities;
mod connect;
pub mod consents;
mod db;
pub mod directory;
pub mod drafts;
mod engine;
mod error;
pub mod export;
pub mod figures;
pub mod identities;
pub mod invitations;
pub mod ledger;
mod lock;
pub mod measures;
pub mod members;
mod migrate;
pub mod preferences;
pub mod presence;
pub mod privacy;
pub mod questions;
mod readers;
pub mod registrations;
pub mod rehearsal;
pub mod retention;
pub mod reviews;
pub mod roles;
mod row;
pub mod rsvps;
pub mod season;
pub mod series;
pub mod sessions;
pub mod sign_ins;
pub mod signed_in;
pub mod speaking;
mod tx;
pub mod waivers;
pub mod wordings;
mod writer;

pub mod import;
pub mod inbox;
pub mod installations;
pub mod leases;
pub mod outbox;
pub mod settings;
pub mod who;

pub use db::{Db, Options};
pub use error::{OpenError, StorageError};
pub use futures_util::future::BoxFuture;
pub use lock::{HeldBy, Hold, read_holder};
pub use row::Row;
pub use tx::Tx;
pub use value::{Cell, FromValue, ToValue, Value};
pub use writer::Written;
