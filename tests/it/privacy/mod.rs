//! What is held on somebody, and what becomes of it.

mod columns;
mod consent;
mod files;
mod forgotten;
mod life;
mod retention;
