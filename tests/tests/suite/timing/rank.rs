//! What the paired measurements amount to: Wilcoxon's signed ranks, and Holm's correction for many tests.

/// The probability of ranks at least as uneven, on either side, if neither of the two took longer: Wilcoxon's test with the
/// normal approximation and the correction for ties, which is good from some twenty pairs on.
pub fn wilcoxon(differences: &[f64]) -> f64 {
    let mut sizes: Vec<(f64, bool)> =
        differences.iter().filter(|one| **one != 0.0).map(|one| (one.abs(), *one > 0.0)).collect();
    sizes.sort_by(|one, other| one.0.total_cmp(&other.0));
    let pairs = sizes.len() as f64;
    let (mut positive, mut ties) = (0.0, 0.0);
    let mut rank = 0;
    for equal in sizes.chunk_by(|one, other| one.0 == other.0) {
        let many = equal.len() as f64;
        let mean = rank as f64 + (many + 1.0) / 2.0;
        positive += mean * equal.iter().filter(|(_, positive)| *positive).count() as f64;
        ties += many.powi(3) - many;
        rank += equal.len();
    }
    let expected = pairs * (pairs + 1.0) / 4.0;
    let variance = pairs * (pairs + 1.0) * (2.0 * pairs + 1.0) / 24.0 - ties / 48.0;
    if variance <= 0.0 {
        return 1.0;
    }
    erfc((positive - expected).abs() / variance.sqrt() / std::f64::consts::SQRT_2)
}

/// Holm's correction: each probability as if it had been the only test, in the order given.
pub fn holm(probabilities: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..probabilities.len()).collect();
    order.sort_by(|one, other| probabilities[*one].total_cmp(&probabilities[*other]));
    let mut corrected = vec![1.0; probabilities.len()];
    let mut least: f64 = 0.0;
    for (at, test) in order.into_iter().enumerate() {
        least = least.max(probabilities[test] * (probabilities.len() - at) as f64).min(1.0);
        corrected[test] = least;
    }
    corrected
}

/// The complementary error function of a number that is not negative, to some 1e-7 of its value: the fit by Chebyshev
/// polynomials of Press et al., Numerical Recipes, 6.2.
fn erfc(x: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.5 * x);
    let terms = [
        0.170_872_77,
        -0.822_152_23,
        1.488_515_87,
        -1.135_203_98,
        0.278_868_07,
        -0.186_288_06,
        0.096_784_18,
        0.374_091_96,
        1.000_023_68,
        -1.265_512_23,
    ];
    t * (terms.iter().fold(0.0, |sum, term| sum * t + term) - x * x).exp()
}

#[test]
fn known_values() {
    // Of the standard normal distribution: 5 % lie beyond 1.959964 on either side, 0.1 % beyond 3.290527.
    assert!((erfc(1.959_964 / std::f64::consts::SQRT_2) - 0.05).abs() < 1e-6);
    assert!((erfc(3.290_527 / std::f64::consts::SQRT_2) - 0.001).abs() < 1e-7);
    assert!((erfc(0.0) - 1.0).abs() < 1e-6);
    // One to ten, all positive: the sum of ranks is 55, 27.5 expected, variance 96.25.
    let all: Vec<f64> = (1..=10).map(f64::from).collect();
    assert!((wilcoxon(&all) - 0.005_062).abs() < 1e-5, "{}", wilcoxon(&all));
    let even: Vec<f64> = (1..=100).map(|at| if at % 4 < 2 { f64::from(at) } else { -f64::from(at) }).collect();
    assert!(wilcoxon(&even) > 0.8, "{}", wilcoxon(&even));
    assert_eq!(holm(&[0.01, 0.04, 0.03]), [0.03, 0.06, 0.06]);
}
