//! Turns the code lists in `codes/*.csv` into enumerations, so that a vocabulary is data and still checked by the compiler.

use std::{env, fmt::Write as _, fs, path::Path};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    println!("cargo:rerun-if-changed=codes");
    let mut code = String::new();
    let mut all = Vec::new();
    let mut files: Vec<_> = fs::read_dir("codes")?.collect::<Result<Vec<_>, _>>()?;
    files.sort_by_key(|file| file.file_name());
    for file in files {
        let path = file.path();
        let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
        match (path.extension().and_then(|ending| ending.to_str()), name.as_str()) {
            (Some("csv"), "country") => countries(&path, &mut code)?,
            (Some("csv"), _) => {
                code_list(&path, &name, &mut code)?;
                all.push(format!("({name:?}, <{} as Code>::VALUES)", pascal(&name)));
            }
            _ => {}
        }
    }
    writeln!(
        code,
        "/// The names of all code lists with their values.\npub static ALL_LISTS: &[(&str, &[CodeValue])] = &[{}];",
        all.join(", ")
    )?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("codes.rs"), code)?;
    Ok(())
}

fn code_list(path: &Path, list: &str, code: &mut String) -> Result<(), Failure> {
    let rows = rows(path)?;
    let name = pascal(list);
    writeln!(code, "code_list! {{\n    /// Code list `{list}`.\n    {name}, {list:?} {{")?;
    for row in rows {
        let [number, value, label, definition, source] = row.as_slice() else {
            return Err(format!("{}: a row must have five columns: {row:?}", path.display()).into());
        };
        let number: i16 = number.parse()?;
        if !(0..=62).contains(&number) {
            return Err(format!("{}: number {number} does not fit a set of 63", path.display()).into());
        }
        writeln!(
            code,
            "        #[doc = {:?}] {} = {number}, {value:?}, {:?}, {label:?}, {definition:?}, {source:?};",
            format!("{label}. {definition} Source: {source}."),
            variant(value),
            screaming(value)
        )?;
    }
    writeln!(code, "    }}\n}}")?;
    Ok(())
}

fn countries(path: &Path, code: &mut String) -> Result<(), Failure> {
    writeln!(
        code,
        "/// ISO 3166-1 countries, sorted by alpha-2 code, and `ZZ` for records that no mission holds.\npub static COUNTRIES: &[Country] = &["
    )?;
    for row in rows(path)? {
        let [alpha2, alpha3, name, region, office, zone] = row.as_slice() else {
            return Err(format!("{}: a row must have six columns: {row:?}", path.display()).into());
        };
        let region = if region.is_empty() { "None".to_owned() } else { format!("Some(UnRegion::{region})") };
        writeln!(
            code,
            "    Country {{ alpha2: *b{alpha2:?}, alpha3: {alpha3:?}, name: {name:?}, un_region: {region}, regional_office: {office:?}, time_zone: {zone:?} }},"
        )?;
    }
    writeln!(code, "];")?;
    Ok(())
}

fn rows(path: &Path) -> Result<Vec<Vec<String>>, Failure> {
    let mut reader = csv::Reader::from_path(path)?;
    reader.records().map(|record| Ok(record?.iter().map(str::to_owned).collect())).collect()
}

fn pascal(snake: &str) -> String {
    snake.split('_').map(|word| word[..1].to_uppercase() + &word[1..]).collect()
}

/// `A_AgricultureForestryAndFishing` becomes `AgricultureForestryAndFishing`: the ISIC letter is kept in the value only.
fn variant(value: &str) -> String {
    match value.split_once('_') {
        Some((letter, rest)) if letter.len() == 1 => rest.to_owned(),
        _ => value.to_owned(),
    }
}

/// The GraphQL name: `PhysicalThreats` becomes `PHYSICAL_THREATS`, `NGO` stays `NGO`, `Age0To8` becomes `AGE_0_TO_8`.
fn screaming(value: &str) -> String {
    let letters: Vec<char> = variant(value).chars().collect();
    let mut name = String::new();
    for (at, &letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| letters[before]);
        let after = letters.get(at + 1);
        let starts_word = match before {
            None | Some('_') => false,
            Some(before) => {
                (letter.is_uppercase()
                    && (before.is_lowercase()
                        || before.is_ascii_digit()
                        || after.is_some_and(|after| after.is_lowercase())))
                    || (letter.is_ascii_digit() && !before.is_ascii_digit())
            }
        };
        if starts_word {
            name.push('_');
        }
        name.push(letter.to_ascii_uppercase());
    }
    name
}
