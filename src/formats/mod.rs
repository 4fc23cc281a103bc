//! Floor 2. Outside files, read and written: tables of members, series and answers, and the
//! attendance reports of video platforms. Bytes in, records out; imports `domain` only.
//!
//! A file is read whole and leniently, and refused whole: every bad line is named, and a record is
//! never guessed from a shifted column. What was changed on the way in is said in `notices`.

pub mod attendance;
pub mod calendar;
pub mod cells;
pub mod dates;
pub mod decode;
pub mod erasures;
pub mod feeds;
pub mod members;
pub mod people_csv;
pub mod problems;
pub mod records;
pub mod rsvps;
pub mod series;
pub mod table;
