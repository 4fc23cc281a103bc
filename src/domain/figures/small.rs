//! Counts of few people, where figures are published: nobody is to be recognised by them. Counts under five are kept
//! together with others or hidden, and so is as much besides as it takes that none of them follows from the totals and the
//! rest. Those who run the community see every count as it is.

/// A count of fewer people than this is not published on its own.
pub const FEW: i64 = 5;

fn is_few(count: i64) -> bool {
    (1..FEW).contains(&count)
}

/// Which parts of a whole are published together, under no name of their own, when the whole is published as well: those of
/// few people, and of the others the smallest until at least two are together and they are not few. Empty when each part can
/// stand by itself. When even all together are few, the whole must not be published either.
pub fn together(parts: &[i64]) -> Vec<usize> {
    let mut merged: Vec<usize> = (0..parts.len()).filter(|at| is_few(parts[*at])).collect();
    if merged.is_empty() {
        return merged;
    }
    let mut others: Vec<usize> = (0..parts.len()).filter(|at| parts[*at] >= FEW).collect();
    others.sort_by_key(|at| (parts[*at], *at));
    for other in others {
        let people: i64 = merged.iter().map(|at| parts[*at]).sum();
        if merged.len() > 1 && people >= FEW {
            break;
        }
        merged.push(other);
    }
    merged.sort_unstable();
    merged
}

/// Which cells of a table of counts are hidden, and which of its totals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hidden {
    /// By row and column; behind the last column the row's total, and below the last row the column's.
    cells: Vec<Vec<bool>>,
}

impl Hidden {
    /// Whether a cell is hidden.
    pub fn cell(&self, row: usize, column: usize) -> bool {
        self.cells[row][column]
    }

    /// Whether a row's total is hidden.
    pub fn row_total(&self, row: usize) -> bool {
        self.cells[row].last().copied().unwrap_or(false)
    }

    /// Whether a column's total is hidden.
    pub fn column_total(&self, column: usize) -> bool {
        self.cells.last().is_some_and(|last| last[column])
    }

    /// Whether the total of everything is hidden.
    pub fn total(&self) -> bool {
        let last = self.cells.last().and_then(|last| last.last());
        last.copied().unwrap_or(false)
    }
}

/// What is hidden of a table whose totals are published beside it: counts of few people, totals of few people, and as much
/// besides as it takes that no hidden count can be worked out. `counts` has rows of one length.
///
/// Each row with its total, and each column with its own, is an equation; a hidden cell is in one of a row and one of a column, so
/// hidden cells are the edges between them. One follows from the others exactly when no circle of hidden cells goes through it.
/// None that is hidden is zero, so that along a circle every count could as well be one more or one less.
pub fn hidden(counts: &[Vec<i64>]) -> Hidden {
    let mut whole: Vec<Vec<i64>> = counts
        .iter()
        .map(|row| {
            let total = row.iter().sum();
            row.iter().copied().chain([total]).collect()
        })
        .collect();
    let width = counts.first().map_or(0, Vec::len) + 1;
    let totals = (0..width).map(|column| whole.iter().map(|row| row[column]).sum());
    let totals = totals.collect();
    whole.push(totals);
    let mut cells: Vec<Vec<bool>> = whole
        .iter()
        .map(|row| row.iter().map(|count| is_few(*count)).collect())
        .collect();
    while let Some((row, column)) = next_to_hide(&whole, &cells) {
        cells[row][column] = true;
    }
    Hidden { cells }
}

/// What is hidden next, while a hidden cell follows from what is shown: the smallest that closes a circle through one, else
/// the smallest in the row or the column of one. Totals come last, as they say most.
fn next_to_hide(whole: &[Vec<i64>], cells: &[Vec<bool>]) -> Option<(usize, usize)> {
    let (height, width) = (cells.len(), cells.first().map_or(0, Vec::len));
    let everywhere = (0..height).flat_map(|row| (0..width).map(move |column| (row, column)));
    let cost = |(row, column): &(usize, usize)| {
        let total = usize::from(*row + 1 == height) + usize::from(*column + 1 == width);
        (total, whole[*row][*column], *row, *column)
    };
    let mut beside = None;
    let known = everywhere
        .clone()
        .filter(|(row, column)| cells[*row][*column] && !is_on_circle(cells, *row, *column));
    for (row, column) in known {
        let open = || {
            let open = everywhere.clone();
            open.filter(|(r, c)| !cells[*r][*c] && whole[*r][*c] > 0)
        };
        let closes = |(r, c): &(usize, usize)| {
            let mut more = cells.to_vec();
            more[*r][*c] = true;
            is_on_circle(&more, row, column)
        };
        if let Some(found) = open().filter(closes).min_by_key(cost) {
            return Some(found);
        }
        let near = open().filter(|(r, c)| *r == row || *c == column);
        beside = beside.or(near.min_by_key(cost));
    }
    beside
}

/// Whether the row and the column of a hidden cell hang together by other hidden cells.
fn is_on_circle(cells: &[Vec<bool>], row: usize, column: usize) -> bool {
    let width = cells.first().map_or(0, Vec::len);
    let (mut rows, mut columns) = (vec![false; cells.len()], vec![false; width]);
    let mut ask = vec![row];
    rows[row] = true;
    while let Some(from) = ask.pop() {
        for to in 0..width {
            if !cells[from][to] || columns[to] || (from, to) == (row, column) {
                continue;
            }
            if to == column {
                return true;
            }
            columns[to] = true;
            for next in 0..cells.len() {
                if cells[next][to] && !rows[next] {
                    rows[next] = true;
                    ask.push(next);
                }
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn parts_of_few_people_are_never_alone_and_never_few() {
        assert_eq!(together(&[9, 7, 12]), Vec::<usize>::new());
        assert_eq!(together(&[9, 2, 12]), [0, 1]);
        assert_eq!(together(&[9, 1, 2, 12]), [0, 1, 2]);
        assert_eq!(together(&[9, 4, 0, 3]), [1, 3]);
        assert_eq!(together(&[1, 2]), [0, 1]);
        assert_eq!(together(&[]), Vec::<usize>::new());
    }

    #[test]
    fn what_is_hidden_does_not_follow_from_the_totals() {
        let table = hidden(&[vec![20, 3, 9], vec![30, 8, 7]]);
        let shown: Vec<Vec<bool>> = (0..2)
            .map(|row| (0..3).map(|column| table.cell(row, column)).collect())
            .collect();
        assert_eq!(shown, [[false, true, true], [false, true, true]]);
        assert!(!table.total() && !table.row_total(0) && !table.column_total(1));
        let alone = hidden(&[vec![3]]);
        assert!(alone.cell(0, 0) && alone.row_total(0) && alone.column_total(0) && alone.total());
        assert!(!hidden(&[vec![6, 0], vec![0, 9]]).cell(0, 0));
        assert!(!hidden(&[]).total());
    }

    /// Whether a cell follows from what is shown, by solving the equations of rows and columns modulo a prime.
    fn follows(counts: &[Vec<i64>], table: &Hidden, wanted: (usize, usize)) -> bool {
        const PRIME: i64 = 1_000_003;
        let (height, width) = (counts.len() + 1, counts[0].len() + 1);
        let unknown: Vec<(usize, usize)> = (0..height)
            .flat_map(|row| (0..width).map(move |column| (row, column)))
            .filter(|(row, column)| table.cells[*row][*column])
            .collect();
        let sign = |at: usize, last: usize| if at + 1 == last { PRIME - 1 } else { 1 };
        let by_row = (0..height).map(|row| {
            let cell = |(r, c): &(usize, usize)| if *r == row { sign(*c, width) } else { 0 };
            unknown.iter().map(cell).collect::<Vec<i64>>()
        });
        let by_column = (0..width).map(|column| {
            let cell = |(r, c): &(usize, usize)| if *c == column { sign(*r, height) } else { 0 };
            unknown.iter().map(cell).collect::<Vec<i64>>()
        });
        let mut equations: Vec<Vec<i64>> = by_row.chain(by_column).collect();
        let mut rank = rank_of(&mut equations.clone(), PRIME);
        let place = unknown.iter().position(|cell| *cell == wanted).unwrap();
        let mut unit = vec![0; unknown.len()];
        unit[place] = 1;
        equations.push(unit);
        rank -= rank_of(&mut equations, PRIME);
        rank == 0
    }

    fn rank_of(rows: &mut [Vec<i64>], prime: i64) -> i64 {
        let (mut rank, width) = (0, rows.first().map_or(0, Vec::len));
        for column in 0..width {
            let Some(pivot) = (rank..rows.len()).find(|row| rows[*row][column] % prime != 0) else {
                continue;
            };
            rows.swap(rank, pivot);
            let inverse = power(rows[rank][column], prime - 2, prime);
            let pivot = rows[rank].clone();
            for (place, row) in rows.iter_mut().enumerate() {
                let by = row[column] * inverse % prime;
                if place == rank || by == 0 {
                    continue;
                }
                for (value, other) in row.iter_mut().zip(&pivot) {
                    *value = (*value - by * other % prime).rem_euclid(prime);
                }
            }
            rank += 1;
        }
        rank as i64
    }

    fn power(mut base: i64, mut exponent: i64, prime: i64) -> i64 {
        let mut result = 1;
        base = base.rem_euclid(prime);
        while exponent > 0 {
            if exponent & 1 == 1 {
                result = result * base % prime;
            }
            base = base * base % prime;
            exponent >>= 1;
        }
        result
    }

    fn count() -> impl Strategy<Value = i64> {
        prop_oneof![Just(0i64), 1i64..5, 5i64..12, 5i64..500]
    }

    proptest! {
        #[test]
        fn parts_that_are_shown_are_not_few_and_those_together_do_not_follow(parts in prop::collection::vec(count(), 0..12)) {
            let merged = together(&parts);
            for (at, part) in parts.iter().enumerate() {
                prop_assert!(merged.contains(&at) || !is_few(*part));
            }
            let people: i64 = merged.iter().map(|at| parts[*at]).sum();
            let others = parts.iter().filter(|part| **part > 0).count();
            if !merged.is_empty() && others > 1 {
                prop_assert!(merged.len() > 1);
            }
            let all: i64 = parts.iter().sum();
            prop_assert!(merged.is_empty() || people >= FEW || people == all);
        }

        #[test]
        fn no_count_of_few_people_is_shown_or_follows(
            counts in (1usize..6).prop_flat_map(|width| prop::collection::vec(prop::collection::vec(count(), width), 1..6))
        ) {
            let table = hidden(&counts);
            for row in 0..table.cells.len() {
                for column in 0..table.cells[row].len() {
                    if table.cells[row][column] {
                        prop_assert!(!follows(&counts, &table, (row, column)), "{counts:?} {row} {column}");
                    }
                }
            }
            for (row, counts) in counts.iter().enumerate() {
                prop_assert!(table.row_total(row) || !is_few(counts.iter().sum()));
                for (column, count) in counts.iter().enumerate() {
                    prop_assert!(table.cell(row, column) || !is_few(*count));
                }
            }
        }
    }
}
