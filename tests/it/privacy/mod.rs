//! What is held on somebody, and what becomes of it.

mod columns;
mod files;
mod forgotten;
mod life;
