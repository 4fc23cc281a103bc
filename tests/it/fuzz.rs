//! Whatever is typed or brought: an answer, of a size that the input and the limits bound. `CONVENE_FUZZ_CASES` tries more
//! of it (`CONVENE_FUZZ_CASES=100000 cargo test --release --test it fuzz`).

mod files;
mod imports;
mod lines;
mod rules;

use std::sync::mpsc;
use std::time::Duration;

use proptest::prelude::*;

/// Whoever has not answered by then never will: the size of everything here is a few kilobytes.
const PATIENCE: Duration = Duration::from_secs(60);

/// How much is tried.
fn config(usual: u32) -> ProptestConfig {
    let cases = std::env::var("CONVENE_FUZZ_CASES").ok();
    let cases = cases.and_then(|cases| cases.parse().ok()).unwrap_or(usual);
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(cases)
    }
}

/// What `answer` comes to; a panic when it comes to none.
fn answered<T: Send + 'static>(answer: impl FnOnce() -> T + Send + 'static) -> T {
    let (to, from) = mpsc::channel();
    let at_work = std::thread::spawn(move || to.send(answer()));
    match from.recv_timeout(PATIENCE) {
        Ok(answer) => answer,
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("there is no answer"),
        Err(mpsc::RecvTimeoutError::Disconnected) => match at_work.join() {
            Err(fell) => std::panic::resume_unwind(fell),
            Ok(_) => unreachable!("it ended without an answer"),
        },
    }
}
