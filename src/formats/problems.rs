//! What is wrong with a file: every bad line, named by its number.

use std::fmt;

/// The most problems that are listed; the rest are counted.
pub const LISTED: usize = 100;

/// One thing wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The line of the file, from 1, as an editor shows it.
    pub line: Option<u64>,
    /// The character in that line, from 1.
    pub column: Option<u64>,
    /// What is wrong and what to do, a sentence for the person who brought the file.
    pub reason: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.column) {
            (Some(line), Some(column)) => {
                write!(f, "Line {line}, column {column}: {}", self.reason)
            }
            (Some(line), None) => write!(f, "Line {line}: {}", self.reason),
            _ => f.write_str(&self.reason),
        }
    }
}

/// A file that was refused, with every reason. Nothing of it may be used.
#[derive(Clone, Debug, Default, PartialEq, Eq, thiserror::Error)]
pub struct Refused {
    /// The first [`LISTED`] problems, by line.
    pub problems: Vec<Problem>,
    /// How many problems there are in all.
    pub total: usize,
    /// The file was over a size limit, so that it was not read to its end.
    pub too_large: bool,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            problem.fmt(f)?;
        }
        match self.total - self.problems.len() {
            0 => Ok(()),
            more => write!(f, "\nand {more} more"),
        }
    }
}

impl Refused {
    /// A refusal of the whole file for one reason.
    pub fn whole(reason: impl Into<String>) -> Self {
        Self::at(None, reason)
    }

    /// A refusal for one reason found on `line`.
    pub fn at(line: impl Into<Option<u64>>, reason: impl Into<String>) -> Self {
        let mut problems = Problems::default();
        problems.add(line, reason);
        problems.into_refused()
    }

    /// A refusal because a limit was passed.
    pub fn too_large(line: impl Into<Option<u64>>, reason: impl Into<String>) -> Self {
        Self {
            too_large: true,
            ..Self::at(line, reason)
        }
    }
}

/// Collects problems while a file is read, so that all bad lines are named and not the first.
#[derive(Clone, Debug, Default)]
pub struct Problems {
    found: Vec<Problem>,
    total: usize,
}

impl Problems {
    /// Notes that `line` is wrong.
    pub fn add(&mut self, line: impl Into<Option<u64>>, reason: impl Into<String>) {
        self.push(Problem {
            line: line.into(),
            column: None,
            reason: reason.into(),
        });
    }

    /// Notes a problem.
    pub fn push(&mut self, problem: Problem) {
        self.total += 1;
        // Twice the listing is kept, so that two passes over the lines can be sorted together.
        if self.found.len() < 2 * LISTED {
            self.found.push(problem);
        }
    }

    /// Whether `line` was named already.
    pub fn names(&self, line: u64) -> bool {
        self.found.iter().any(|problem| problem.line == Some(line))
    }

    /// Whether anything is wrong so far.
    pub fn any(&self) -> bool {
        self.total > 0
    }

    /// `value` if nothing is wrong.
    ///
    /// # Errors
    /// [`Refused`] with every problem, by line.
    pub fn finish<T>(self, value: T) -> Result<T, Refused> {
        if self.any() {
            Err(self.into_refused())
        } else {
            Ok(value)
        }
    }

    fn into_refused(mut self) -> Refused {
        self.found
            .sort_by_key(|problem| (problem.line, problem.column));
        self.found.truncate(LISTED);
        Refused {
            problems: self.found,
            total: self.total,
            too_large: false,
        }
    }
}
