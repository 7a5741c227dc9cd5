//! A folder with one thing wrong in it does not load, and names the thing.

use std::path::{Path, PathBuf};

use causeway::access::policy::{Action, Policy};
use causeway_tests::{Result, TempDir};

use super::shipped;

/// A copy of the shipped folder with one file changed.
pub(crate) fn folder(file: &str, change: impl FnOnce(String) -> String) -> Result<TempDir> {
    let copy = TempDir::create()?;
    std::fs::create_dir(copy.path().join("missions"))?;
    let names = ["model.conf", "classes.csv", "roles.csv", "rules.csv"].map(PathBuf::from);
    let overlays = std::fs::read_dir(shipped().join("missions"))?;
    let overlays = overlays.map(|entry| Ok(Path::new("missions").join(entry?.file_name())));
    for name in names.into_iter().map(Ok).chain(overlays) {
        let name: PathBuf = name.map_err(|error: std::io::Error| error)?;
        std::fs::copy(shipped().join(&name), copy.path().join(&name))?;
    }
    let path = copy.path().join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    let changed = change(text.clone());
    assert_ne!(changed, text, "nothing was changed in {file}");
    std::fs::write(path, changed)?;
    Ok(copy)
}

/// The change is refused, and everything in `names` stands in the text.
fn refuses(file: &str, names: &[&str], change: impl FnOnce(String) -> String) -> Result {
    let folder = folder(file, change)?;
    let Err(error) = Policy::load(folder.path()) else {
        return Err(format!("{file} with {names:?} loads").into());
    };
    let text = error.to_string();
    for name in names {
        assert!(text.contains(name), "{name:?} is not named in: {text}");
    }
    Ok(())
}

pub(super) fn line(added: &'static str) -> impl FnOnce(String) -> String {
    move |text| format!("{}\n{added}\n", text.trim_end())
}

fn replaced(from: &'static str, to: &'static str) -> impl FnOnce(String) -> String {
    move |text| text.replacen(from, to, 1)
}

#[test]
fn the_folder_is_what_the_program_was_built_with() -> Result {
    let (folder, built) = (Policy::load(&shipped())?, Policy::shipped()?);
    assert_eq!(folder.files().rules, built.files().rules);
    assert_eq!(folder.files().classes, built.files().classes);
    assert_eq!(folder.files().roles, built.files().roles);
    assert_eq!(folder.files().overlays, built.files().overlays);
    assert_eq!(folder.files().model, built.files().model);
    Ok(())
}

#[test]
fn a_word_that_does_not_exist_is_refused_by_name() -> Result {
    refuses("rules.csv", &["rules.csv", "case_wroker"], line("case_wroker,case.row,read,mission,allow"))?;
    refuses("rules.csv", &["rules.csv", "case.rwo"], line("case_worker,case.rwo,read,mission,allow"))?;
    refuses("rules.csv", &["rules.csv", "raed"], line("case_worker,case.row,raed,mission,allow"))?;
    refuses("rules.csv", &["rules.csv", "misson"], line("case_worker,case.row,read,misson,allow"))?;
    refuses("rules.csv", &["rules.csv", "alow"], line("case_worker,case.row,read,mission,alow"))?;
    refuses("rules.csv", &["rules.csv", "alow"], replaced("mission,allow", "mission,alow"))?;
    refuses("rules.csv", &["Read"], line("case_worker,case.row,Read,mission,allow"))?;
    refuses("rules.csv", &["exakt"], line("case_worker,statistics,count,exakt,allow"))?;
    refuses("rules.csv", &["count", "case.row"], line("case_worker,case.row,count,exact,allow"))?;
    refuses("rules.csv", &["statistics"], line("case_worker,statistics,read,mission,allow"))?;
    // What one may do with a command is no way to a field, and the other way round.
    refuses("rules.csv", &["run and ask"], line("case_worker,command.updateCase,write,own,allow"))?;
    refuses("rules.csv", &["read and write"], line("case_worker,case.row,run,own,allow"))?;
    refuses("rules.csv", &["no such class: command.closeCase"], line("case_worker,command.closeCase,run,own,allow"))?;
    // Every scope at once can be denied, never allowed.
    refuses("rules.csv", &["*"], line("case_worker,case.row,read,*,allow"))?;
    refuses("rules.csv", &["*"], line("case_worker,*,read,mission,deny"))?;
    refuses("roles.csv", &["roles.csv", "planet"], replaced(",mission,", ",planet,"))?;
    refuses("roles.csv", &["twice"], line("case_worker,mission,The same again"))
}

#[test]
fn a_line_with_a_field_too_many_or_too_few_is_refused() -> Result {
    refuses("rules.csv", &["rules.csv"], line("case_worker,case.row,read,mission"))?;
    refuses("rules.csv", &["rules.csv"], line("case_worker,case.row,read,mission,allow,UA"))?;
    refuses("classes.csv", &["classes.csv"], line("Case.status"))?;
    refuses("rules.csv", &["rules.csv"], replaced("role,class,action,scope,effect", "role,class,action,scope,effekt"))
}

#[test]
fn a_column_has_exactly_one_class() -> Result {
    let without = |text: String| {
        text.lines().filter(|line| !line.starts_with("Individual.phone,")).collect::<Vec<_>>().join("\n")
    };
    refuses("classes.csv", &["classes.csv", "Individual.phone", "no class"], without)?;
    refuses("classes.csv", &["Individual.phone", "two classes"], line("Individual.phone,individual.background"))?;
    refuses("classes.csv", &["Individual.fone"], line("Individual.fone,individual.contact"))?;
    refuses("classes.csv", &["NarrativePassage.text[OPEN]", "no class"], replaced("[OPEN]", "[OPENED]"))?;
    // A command has one, too, and no class has both.
    refuses("classes.csv", &["command.updateCase", "no class"], replaced("command.updateCase,command.updateCase", ""))?;
    refuses("classes.csv", &["command.closeCase"], line("command.closeCase,command.updateCase"))?;
    refuses(
        "classes.csv",
        &["commands and fields"],
        replaced("Case.status,case.status", "Case.status,command.updateCase"),
    )?;
    // A class of its own, for which there is no rule.
    refuses(
        "classes.csv",
        &["command.other", "no rule"],
        replaced("updateCase,command.updateCase", "updateCase,command.other"),
    )?;
    refuses(
        "classes.csv",
        &["individual.fone", "no rule"],
        replaced("Individual.phone,individual.contact", "Individual.phone,individual.fone"),
    )
}

#[test]
fn an_overlay_only_tightens() -> Result {
    refuses("missions/UA.csv", &["missions/UA.csv", "deny"], |_| {
        "role,class,action,scope,effect\nmission_analyst,individual.name,read,mission,allow\n".to_owned()
    })?;
    refuses("missions/UA.csv", &["missions/UA.csv", "nobody"], |_| {
        "role,class,action,scope,effect\nnobody,individual.name,read,*,deny\n".to_owned()
    })?;
    refuses("missions/Ukraine.csv", &["Ukraine.csv"], |_| "role,class,action,scope,effect\n".to_owned())?;
    refuses("missions/XX.csv", &["XX.csv"], |_| "role,class,action,scope,effect\n".to_owned())?;
    let good = folder("missions/UA.csv", |_| {
        "role,class,action,scope,effect\ncase_supervisor,individual.name,read,*,deny\n".to_owned()
    })?;
    let policy = Policy::load(good.path())?;
    let class = policy.classes().by_name("individual.name").ok_or("no such class")?;
    let supervisor = ["case_supervisor".to_owned()];
    assert!(policy.compile_now(&supervisor, Some("UA".parse()?))?.scopes(class, Action::Read).is_none());
    assert!(!policy.compile_now(&supervisor, None)?.scopes(class, Action::Read).is_none());
    Ok(())
}

#[test]
fn a_broken_model_is_refused() -> Result {
    refuses("model.conf", &["model.conf"], |_| "nonsense".to_owned())?;
    refuses("model.conf", &["model.conf"], |_| String::new())?;
    refuses("model.conf", &["model.conf"], replaced("g(r.sub, p.sub)", "h(r.sub, p.sub)"))?;
    refuses("model.conf", &["model.conf"], replaced("r.scope", "r.skope"))?;
    refuses("model.conf", &["model.conf"], replaced("[matchers]", "[machters]"))
}

/// A model that loads and decides, only not what the rules mean: the most dangerous kind.
#[test]
fn a_model_that_decides_something_else_is_refused() -> Result {
    // A denial no longer wins.
    refuses("model.conf", &["model.conf"], replaced(" && !some(where (p.eft == deny))", ""))?;
    // The scope, the mission, the class, the action or the role no longer matters.
    refuses("model.conf", &["model.conf"], replaced("(p.scope == r.scope || p.scope == \"*\") && ", ""))?;
    refuses("model.conf", &["model.conf"], replaced("(p.mission == \"*\" || p.mission == r.mission) && ", ""))?;
    refuses("model.conf", &["model.conf"], replaced("r.class == p.class && ", ""))?;
    refuses("model.conf", &["model.conf"], replaced("r.action == p.action && ", ""))?;
    refuses("model.conf", &["model.conf"], replaced(" && g(r.sub, p.sub)", ""))
}

#[test]
fn a_folder_that_is_not_whole_is_refused() -> Result {
    for missing in ["model.conf", "classes.csv", "roles.csv", "rules.csv", "missions"] {
        let copy = folder("rules.csv", |text| text + "\n")?;
        let path = copy.path().join(missing);
        if path.is_dir() {
            std::fs::remove_dir_all(path)?
        } else {
            std::fs::remove_file(path)?
        }
        let Err(error) = Policy::load(copy.path()) else { return Err(format!("it loads without {missing}").into()) };
        assert!(error.to_string().contains(missing), "{error}");
    }
    assert!(Policy::load(Path::new("/nowhere/at/all")).is_err());
    Ok(())
}
