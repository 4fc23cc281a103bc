//! Reads the floors table of `ARCHITECTURE.md`, so that the page and the check cannot part.

use std::collections::BTreeMap;

/// What one room may import.
#[derive(Debug)]
enum May {
    Everything,
    Only(Vec<String>),
}

/// The rooms of `src/` by name: floor and permissions.
#[derive(Debug)]
pub struct Floors {
    rooms: BTreeMap<String, (u32, May)>,
}

impl Floors {
    /// Reads the first table under the heading "Floors": floor, rooms, a description, and what
    /// may be imported (names in backticks, "everything" or "nothing").
    pub fn read(page: &str) -> Result<Self, String> {
        let mut rooms = BTreeMap::new();
        let rows = page
            .lines()
            .skip_while(|line| *line != "## Floors")
            .skip(1)
            .take_while(|line| !line.starts_with('#'))
            .filter(|line| line.starts_with('|'))
            .skip(2);
        for row in rows {
            let cells: Vec<_> = row.trim_matches('|').split('|').map(str::trim).collect();
            let [floor, names, _, may] = cells[..] else {
                return Err(format!("not four cells: {row}"));
            };
            let floor = floor.parse().map_err(|_| format!("no floor: {row}"))?;
            for room in ticked(names) {
                let may = match may {
                    "everything" => May::Everything,
                    "nothing" => May::Only(Vec::new()),
                    named => May::Only(ticked(named)),
                };
                rooms.insert(room, (floor, may));
            }
        }
        let floors = Self { rooms };
        floors.check()?;
        Ok(floors)
    }

    /// A table that lets somebody climb is a mistake in the table.
    fn check(&self) -> Result<(), String> {
        if self.rooms.is_empty() {
            return Err("there is no table under `## Floors`".into());
        }
        for (room, (floor, may)) in &self.rooms {
            let May::Only(names) = may else { continue };
            for name in names {
                match self.rooms.get(name) {
                    None => return Err(format!("`{room}` may import `{name}`, which is no room")),
                    Some((other, _)) if other >= floor => {
                        return Err(format!("`{name}` is not on a floor below `{room}`"));
                    }
                    Some(_) => {}
                }
            }
        }
        Ok(())
    }

    /// The floor of a room.
    pub fn floor(&self, room: &str) -> Option<u32> {
        self.rooms.get(room).map(|(floor, _)| *floor)
    }

    /// Why `from` may not import `to`, or nothing when it may.
    pub fn objection(&self, from: &str, to: &str) -> Option<String> {
        let Some((floor, may)) = self.rooms.get(from) else {
            return Some(format!("`{from}` has no row in the floors table"));
        };
        if from == to {
            return None;
        }
        let Some((other, _)) = self.rooms.get(to) else {
            return Some(format!("`{to}` has no row in the floors table"));
        };
        match may {
            May::Everything => None,
            May::Only(names) if names.iter().any(|name| name == to) => None,
            May::Only(names) => Some(format!(
                "`{from}` (floor {floor}) may import {}, not `{to}` (floor {other})",
                if names.is_empty() {
                    "nothing of ours".to_owned()
                } else {
                    names.join(", ")
                },
            )),
        }
    }
}

/// The names in backticks, without their ending.
fn ticked(cell: &str) -> Vec<String> {
    cell.split('`')
        .skip(1)
        .step_by(2)
        .map(|name| {
            name.trim_end_matches(".rs")
                .trim_end_matches("/*")
                .trim_end_matches('/')
                .to_owned()
        })
        .collect()
}

#[test]
fn a_table_that_climbs_is_refused() {
    let page = |may: &str| {
        format!(
            "## Floors\n\n| f | r | is | may |\n|---|---|---|---|\n\
             | 2 | `chat/` | x | {may} |\n| 2 | `storage/` | x | `domain` |\n\
             | 1 | `domain/` | x | nothing |\n"
        )
    };
    assert!(Floors::read(&page("`domain`")).is_ok());
    assert!(Floors::read(&page("`storage`")).is_err());
    assert!(Floors::read(&page("`cellar`")).is_err());
    assert!(Floors::read("## Floors\n").is_err());
}
