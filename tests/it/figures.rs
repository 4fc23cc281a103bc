//! Figures: kept by month as things happen, counted anew from the records, shown, frozen, and explained.

mod model;
mod program;
mod shown;
