//! Charts as SVG, drawn by a library; colours are those of the style sheet, in light and dark. Each stands beside a table that
//! says the same, which is its text alternative.

use plotters::prelude::*;

/// Colours that the style sheet takes the place of.
const ONE: RGBColor = RGBColor(1, 1, 1);
const TWO: RGBColor = RGBColor(2, 2, 2);
const INK: RGBColor = RGBColor(3, 3, 3);
const GRID: RGBColor = RGBColor(4, 4, 4);

/// A chart, or nothing where there is nothing to draw.
pub(super) type Drawn = Option<String>;

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// Two lines over the same points, the first one thick: labels, first and second values.
pub(super) fn lines(points: &[(String, i64, i64)], id: &str) -> Drawn {
    if points.len() < 2 {
        return None;
    }
    // A telephone has one of its own: in the wide one nobody could read a date there.
    let wide = drawn(id, draw_lines(points, (880, 300), 9))?;
    let narrow = drawn(id, draw_lines(points, (400, 260), 4))?;
    let wide = wide.replacen("class=\"chart\"", "class=\"chart for-wide\"", 1);
    let narrow = narrow.replacen("class=\"chart\"", "class=\"chart for-narrow\"", 1);
    Some(format!("{wide}\n{narrow}"))
}

/// Bars, one below the other, each with its label and number.
pub(super) fn bars(values: &[(String, i64)], id: &str) -> Drawn {
    if values.iter().all(|(_, value)| *value == 0) {
        return None;
    }
    drawn(id, draw_bars(values))
}

fn drawn(id: &str, svg: Result<String, Failed>) -> Drawn {
    match svg {
        Ok(svg) => Some(in_our_colours(&svg, id)),
        Err(error) => {
            tracing::warn!(%error, "a chart could not be drawn");
            None
        }
    }
}

/// The drawing with classes where it has the colours above, described by the element `id`.
fn in_our_colours(svg: &str, id: &str) -> String {
    let start = svg.find("<svg").unwrap_or(0);
    let mut text = svg[start..].replacen(
        "<svg ",
        &format!("<svg role=\"img\" aria-labelledby=\"{id}\" class=\"chart\" "),
        1,
    );
    for (number, name) in [("01", "one"), ("02", "two"), ("03", "ink"), ("04", "grid")] {
        let hex = format!("#{number}{number}{number}");
        text = text.replace(
            &format!("fill=\"{hex}\""),
            &format!("class=\"fill-{name}\""),
        );
        text = text.replace(
            &format!("stroke=\"{hex}\""),
            &format!("class=\"line-{name}\""),
        );
    }
    text
}

/// Text that means nothing in SVG, and not too long.
fn plain(label: &str, most: usize) -> String {
    let fine = |c: &char| !matches!(c, '<' | '>' | '&' | '"' | '\'') && !c.is_control();
    let mut short: String = label.chars().filter(fine).take(most).collect();
    if label.chars().count() > most {
        short.push('…');
    }
    short
}

/// The lines in a drawing of this size, with at most so many labels below them.
fn draw_lines(
    points: &[(String, i64, i64)],
    size: (u32, u32),
    labels: usize,
) -> Result<String, Failed> {
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        let most = points
            .iter()
            .map(|(_, one, two)| *one.max(two))
            .max()
            .unwrap_or(0);
        let top = (most.max(4) as f64) * 1.12;
        let right = points.len() as f64 - 0.6;
        let mut chart = ChartBuilder::on(&root)
            .margin(10)
            .x_label_area_size(34)
            .y_label_area_size(44)
            .build_cartesian_2d(-0.4_f64..right, 0_f64..top)?;
        let label = |x: &f64| {
            let at = x.round();
            let found = (x - at).abs() < 1e-6 && at >= 0.0;
            let found = found.then(|| points.get(at as usize)).flatten();
            found.map_or_else(String::new, |(label, _, _)| plain(label, 12))
        };
        chart
            .configure_mesh()
            .disable_x_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(GRID)
            .axis_style(GRID)
            .x_labels(points.len().min(labels))
            .y_labels(5)
            .x_label_formatter(&label)
            .y_label_formatter(&|y| format!("{y:.0}"))
            .label_style(("sans-serif", 15).into_font().color(&INK))
            .draw()?;
        let of = |pick: fn(&(String, i64, i64)) -> i64| {
            points
                .iter()
                .enumerate()
                .map(move |(at, point)| (at as f64, pick(point) as f64))
        };
        chart.draw_series(LineSeries::new(of(|it| it.2), TWO.stroke_width(2)))?;
        chart.draw_series(LineSeries::new(of(|it| it.1), ONE.stroke_width(3)))?;
        chart.draw_series(of(|it| it.1).map(|point| Circle::new(point, 4, ONE.filled())))?;
        chart.draw_series(of(|it| it.2).map(|point| Circle::new(point, 3, TWO.filled())))?;
        root.present()?;
    }
    Ok(svg)
}

/// How high a bar is with the space around it.
const HIGH: u32 = 30;
/// How wide the drawing is: about as wide as it is shown, so that its letters keep their size.
const WIDE: i32 = 420;
/// How wide a letter of a label is, about.
const LETTER: usize = 9;
/// Most letters of a label.
const LETTERS: usize = 16;

fn draw_bars(values: &[(String, i64)]) -> Result<String, Failed> {
    let mut svg = String::new();
    let height = HIGH * u32::try_from(values.len()).unwrap_or(1).max(1) + 8;
    {
        let root = SVGBackend::with_string(&mut svg, (WIDE.unsigned_abs(), height));
        let root = root.into_drawing_area();
        let letters = values.iter().map(|(label, _)| label.chars().count());
        let letters = letters.max().unwrap_or(0).min(LETTERS + 1);
        let left = i32::try_from(letters * LETTER).unwrap_or(0) + 12;
        // What is left beside the label and the number.
        let longest = f64::from(WIDE - left - 70);
        let most = values
            .iter()
            .map(|(_, value)| *value)
            .max()
            .unwrap_or(1)
            .max(1) as f64;
        let style = ("sans-serif", 15).into_font().color(&INK);
        for (at, (label, value)) in values.iter().enumerate() {
            let top = 4 + HIGH as i32 * i32::try_from(at).unwrap_or(0);
            let long = ((*value as f64 / most) * longest).round() as i32;
            root.draw(&Text::new(
                plain(label, LETTERS),
                (0, top + 6),
                style.clone(),
            ))?;
            let bar = [(left, top + 3), (left + long.max(2), top + 23)];
            root.draw(&Rectangle::new(bar, ONE.filled()))?;
            root.draw(&Text::new(
                crate::words::figures::number(*value),
                (left + long + 9, top + 6),
                style.clone(),
            ))?;
        }
        root.present()?;
    }
    Ok(svg)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_is_in_our_colours_and_takes_no_markup() {
        let points = [
            ("<b>1</b>".to_owned(), 3, 5),
            ("2".to_owned(), 4, 4),
            ("3".to_owned(), 0, 9),
        ];
        let svg = lines(&points, "words").unwrap();
        assert!(
            svg.starts_with("<svg role=\"img\" aria-labelledby=\"words\""),
            "{svg}"
        );
        assert!(
            svg.contains("class=\"line-one\"") && svg.contains("class=\"fill-two\""),
            "{svg}"
        );
        assert!(!svg.contains("<b>") && !svg.contains("style="), "{svg}");
        assert!(
            !svg.contains("#010101") && !svg.contains("#030303"),
            "{svg}"
        );
        assert_eq!(lines(&points[..1], "words"), None);
        assert_eq!(bars(&[("nobody".to_owned(), 0)], "words"), None);
        assert!(
            bars(&[("ALPHA & Co".to_owned(), 12)], "words")
                .unwrap()
                .contains("ALPHA  Co")
        );
    }
}
