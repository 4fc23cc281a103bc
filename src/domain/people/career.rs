//! How far somebody is in their career: one of a few stages, so that a count never groups by free text.

use crate::words_enum;

words_enum! {
    /// A stage.
    CareerStage {
        /// Studies, a doctorate included.
        Student = "student",
        /// The first years after it.
        Early = "early career",
        /// Leads work of their own.
        Middle = "mid career",
        /// Leads others: professors, heads, directors.
        Senior = "senior",
    }
}

/// The text is no stage.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is no career stage: write student, early, mid or senior")]
pub struct NotAStage(String);

impl CareerStage {
    /// Reads a stage as people write it: `PhD`, `early-career`, `mid`, `professor`.
    ///
    /// # Errors
    /// [`NotAStage`].
    pub fn parse(typed: &str) -> Result<Self, NotAStage> {
        let folded: String = typed
            .to_lowercase()
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !matches!(*word, "" | "career" | "stage" | "researcher"))
            .collect::<Vec<_>>()
            .join(" ");
        Ok(match folded.as_str() {
            "student" | "phd" | "phd student" | "doctoral" | "doctoral student" | "masters"
            | "undergraduate" => Self::Student,
            "early" | "ecr" | "postdoc" | "post doc" | "postdoctoral" | "junior" => Self::Early,
            "mid" | "middle" | "mcr" => Self::Middle,
            "senior" | "late" | "established" | "professor" | "prof" | "director" | "lead" => {
                Self::Senior
            }
            _ => return Err(NotAStage(typed.trim().chars().take(40).collect())),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_are_read_as_people_write_them() {
        for stage in CareerStage::ALL {
            assert_eq!(CareerStage::parse(stage.as_str()), Ok(*stage));
        }
        assert_eq!(CareerStage::parse("PhD student"), Ok(CareerStage::Student));
        assert_eq!(
            CareerStage::parse("Early-Career Researcher"),
            Ok(CareerStage::Early)
        );
        assert!(CareerStage::parse("retired").is_err());
    }
}
