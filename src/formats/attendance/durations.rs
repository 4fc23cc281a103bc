//! Durations as reports write them: `548`, `1h 27m 51s`, `1 Std. 27 Min.`, `01:27:51`.

use chrono::TimeDelta;

/// A duration; a bare number is minutes, which headings say.
pub(super) fn duration(cell: &str) -> Option<TimeDelta> {
    let cell = cell.trim();
    if let Ok(minutes) = cell.parse::<u32>() {
        return TimeDelta::try_minutes(i64::from(minutes));
    }
    let parts: Vec<Option<u32>> = cell.split(':').map(|part| part.parse().ok()).collect();
    if let [Some(h), Some(m), Some(s)] = parts[..] {
        return TimeDelta::try_seconds(i64::from(h) * 3600 + i64::from(m) * 60 + i64::from(s));
    }
    let (mut seconds, mut rest, mut any) = (0_i64, cell, false);
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        if !rest[..at]
            .chars()
            .all(|c| c.is_whitespace() || c == ',' || c == '.')
        {
            return None;
        }
        rest = &rest[at..];
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: u32 = rest[..digits].parse().ok()?;
        rest = rest[digits..].trim_start();
        let unit = rest
            .find(|c: char| !c.is_alphabetic())
            .unwrap_or(rest.len());
        let word = rest[..unit].to_lowercase();
        seconds += i64::from(number)
            * match word.as_str() {
                _ if word.starts_with('h') || word.starts_with("st") => 3600,
                _ if word.starts_with('m') => 60,
                _ if word.starts_with('s') => 1,
                _ => return None,
            };
        (rest, any) = (&rest[unit..], true);
    }
    let ended = rest.chars().all(|c| c.is_whitespace() || c == '.');
    (any && ended)
        .then(|| TimeDelta::try_seconds(seconds))
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_in_every_style() {
        for cell in [
            "1h 27m 51s",
            "1 h 27 min 51 s",
            "1 Std. 27 Min. 51 Sek.",
            "01:27:51",
            "87 min 51 s",
        ] {
            assert_eq!(duration(cell), TimeDelta::try_seconds(5271), "{cell}");
        }
        assert_eq!(duration("548"), TimeDelta::try_minutes(548));
        for cell in [
            "",
            "long",
            "5 apples",
            "12 Monkeys Road",
            "-3",
            "4294967296",
        ] {
            assert_eq!(duration(cell), None, "{cell}");
        }
    }
}
