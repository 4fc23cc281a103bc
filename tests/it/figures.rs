//! Figures: kept by month as things happen, counted anew from the records, shown, frozen, and explained.

mod frozen;
mod model;
mod program;
mod reported;
mod shown;
