//! What somebody who checks an installation is told.

/// What was found, in sentences without their full stop.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// What is as it should be.
    pub good: Vec<String>,
    /// What would not work, with the remedy.
    pub bad: Vec<String>,
    /// What works and should be otherwise.
    pub notes: Vec<String>,
}

impl Findings {
    /// With everything that `other` found.
    pub fn add(&mut self, other: Self) {
        self.good.extend(other.good);
        self.bad.extend(other.bad);
        self.notes.extend(other.notes);
    }
}
