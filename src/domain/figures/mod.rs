//! The ledger of figures: what is counted, over which days, for whom, resting on how many records, and what
//! is not known. A figure that was frozen never changes; one that was reported without evidence stands beside the
//! others and is never added to them.
//!
//! Days are those on the wall of each session, as it was announced: a session in New York on 31 May is in May also
//! for readers in Auckland. Who belongs where is what is on record of a person now, so that a correction reaches
//! every figure, and attendances and people are split alike and add up; what was said before somebody moved is kept
//! by freezing it.

pub mod catalogue;
pub mod count;
pub mod facet;
pub mod figure;
pub mod period;
pub mod reported;
pub mod small;
pub mod snapshot;
pub mod told;

pub use catalogue::Name;
pub use count::{Presence, Sums};
pub use facet::{Facet, Group, Partners};
pub use figure::{By, Countries, Detail, Figure, MonthCount, Share};
pub use period::{Month, Parts, Period};
pub use reported::Reported;
pub use snapshot::{Frozen, Held, Snapshot};
pub use told::FiguresReply;
