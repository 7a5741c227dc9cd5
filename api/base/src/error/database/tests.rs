//! Each class of codes has one meaning.

use super::{Meaning, of_sqlite, of_sqlstate};

#[test]
fn sqlstate_has_one_meaning_a_class() {
    use Meaning::{Away, BadValue, Contended, Exists, Fault, Held, TakesNoWrites, TooMuch};
    for (meaning, codes) in [
        (Exists, &["23505", "23P01"][..]),
        (BadValue, &["22021", "22P05", "22008", "54000"]),
        (TooMuch, &["57014", "54001"]),
        (Contended, &["40000", "40001", "40002", "40P01", "72000"]),
        (Held, &["55P03", "55006"]),
        (
            Away,
            &[
                "08000", "08001", "08003", "08006", "08P01", "25P03", "25P04", "28000", "28P01", "3D000", "40003",
                "53000", "53200", "53300", "53400", "57000", "57P01", "57P02", "57P03", "57P04", "57P05",
            ],
        ),
        (TakesNoWrites, &["25006", "53100", "58000", "58030", "58P01"]),
        (
            Fault,
            &[
                "03000", "0A000", "21000", "22003", "22P02", "23502", "23503", "23514", "24000", "25P02", "26000",
                "2D000", "3F000", "42501", "42601", "42703", "42P01", "42P05", "44000", "55000", "F0000", "P0001",
                "XX000", "XX001", "XX002", "",
            ],
        ),
    ] {
        for code in codes {
            assert_eq!(of_sqlstate(code), meaning, "{code}");
        }
    }
}

#[test]
fn sqlite_has_one_meaning_a_code() {
    use Meaning::{Away, BadValue, Contended, Exists, Fault, Held, TakesNoWrites, TooMuch};
    for (meaning, codes) in [
        (Exists, &[2067, 1555, 2579][..]),
        (BadValue, &[18]),
        (TooMuch, &[9]),
        (Contended, &[517, 17]),
        (Held, &[5, 261, 773, 6, 262, 518, 15]),
        (Away, &[7, 14, 270, 526]),
        (TakesNoWrites, &[3, 8, 264, 520, 776, 1032, 10, 266, 778, 6410, 13]),
        (Fault, &[1, 2, 4, 11, 12, 19, 275, 787, 1299, 20, 21, 25, 26]),
    ] {
        for code in codes {
            assert_eq!(of_sqlite(*code), meaning, "{code}");
        }
    }
}
