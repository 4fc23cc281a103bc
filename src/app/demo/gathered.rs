//! What the demo's people put down for their two all-hands.

/// What was gathered for a meeting. Who said it is a place among those invited.
pub(super) struct Gathered {
    /// Items of the agenda: who, how many minutes, what.
    pub(super) items: &'static [(usize, i64, &'static str)],
    /// Written updates: who, about what, what is new.
    pub(super) updates: &'static [(usize, &'static str, &'static str)],
    /// Questions: who, whether anonymously, what, and the answer where there is one.
    pub(super) questions: &'static [(usize, bool, &'static str, Option<&'static str>)],
}

/// For the one in June. Nobody got to the question about travel.
pub(super) const JUNE: Gathered = Gathered {
    items: &[
        (4, 40, "Where the shared data will live"),
        (11, 30, "Plans for the second year"),
    ],
    updates: &[
        (
            7,
            "Sensors",
            "The winter buoys are back; two of three have data to the last day",
        ),
        (
            19,
            "Handbook",
            "There is a chapter on visits between the partners",
        ),
    ],
    questions: &[
        (
            23,
            false,
            "Will students have money for travel next year?",
            None,
        ),
        (
            31,
            false,
            "Who signs off a shared data set?",
            Some("The data stewards of both partners; the form is in the handbook."),
        ),
    ],
};

/// For the one to come.
pub(super) const AUTUMN: Gathered = Gathered {
    items: &[
        (5, 30, "Data access for the new cohort"),
        (14, 15, "Where to meet next year"),
    ],
    updates: &[(9, "Methods", "Two papers submitted, one open post")],
    questions: &[(33, true, "Can Mondays have fewer meetings?", None)],
};
