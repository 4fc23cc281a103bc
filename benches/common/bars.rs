//! Figures beside their bars.

/// A figure beside its bar.
pub fn against(name: &str, figure: f64, bar: f64, at_most: bool) {
    let (sign, met) = if at_most {
        ("at most", figure <= bar)
    } else {
        ("at least", figure >= bar)
    };
    let verdict = if met { "met" } else { "MISSED" };
    println!("  {name:<34} {figure:>9.2}   bar: {sign} {bar}, {verdict}");
}
