//! The commands: all that changes records, each with its name. Who may run one is policy, as who may see a column is. A command
//! that is not here cannot be run, and one that no class governs stops the start.

/// Something that changes records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Command {
    /// Registers an individual, a case and consents.
    RegisterCase,
    /// Changes a case and its individual, and adds to the consent ledger.
    UpdateCase,
    /// Makes or changes an organisation of the directory.
    SaveOrganisation,
    /// Brings in published research data.
    ImportCtdc,
    /// Fills an empty database with made-up cases.
    LoadDemo,
    /// Sets up a mission.
    SetUpMission,
    /// Changes a mission's settings.
    SetMission,
    /// Lets nobody read or write a mission.
    SuspendMission,
    /// Lets a suspended mission be read and written again.
    ResumeMission,
}

/// What is to be known of a command.
struct About {
    name: &'static str,
    object: Option<&'static str>,
    object_type: &'static str,
    kind: &'static str,
    sets: &'static [&'static str],
}

impl Command {
    /// Every command.
    pub const ALL: [Self; 9] = [
        Self::RegisterCase,
        Self::UpdateCase,
        Self::SaveOrganisation,
        Self::ImportCtdc,
        Self::LoadDemo,
        Self::SetUpMission,
        Self::SetMission,
        Self::SuspendMission,
        Self::ResumeMission,
    ];

    /// Those that change a case that exists.
    pub const CHANGING_A_CASE: [Self; 1] = [Self::UpdateCase];

    /// The name in the audit: `register_case`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.about().name
    }

    /// The policy object that governs it: `command.registerCase`. None for commands of the operator, who runs them on the machine
    /// itself, and to whom policy gives nothing.
    #[must_use]
    pub const fn object(self) -> Option<&'static str> {
        self.about().object
    }

    /// The GraphQL type of what it changes.
    #[must_use]
    pub const fn object_type(self) -> &'static str {
        self.about().object_type
    }

    /// What becomes of that by it, as the change log says it.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        self.about().kind
    }

    /// Fields that it fills by itself where nobody says anything of them. They are written under the right to run it; what
    /// somebody says needs the right to write the field.
    #[must_use]
    pub const fn sets(self) -> &'static [&'static str] {
        self.about().sets
    }

    const fn about(self) -> About {
        match self {
            Self::RegisterCase => About {
                name: "register_case",
                object: Some("command.registerCase"),
                object_type: "Case",
                kind: "registered",
                sets: &["Case.caseNumber", "Case.owner", "Case.registeredOn", "Case.status", "Consent.decidedOn"],
            },
            Self::UpdateCase => About {
                name: "update_case",
                object: Some("command.updateCase"),
                object_type: "Case",
                kind: "updated",
                sets: &["Consent.decidedOn"],
            },
            Self::SaveOrganisation => About {
                name: "save_organisation",
                object: Some("command.saveOrganisation"),
                object_type: "Organisation",
                kind: "saved",
                sets: &[],
            },
            Self::ImportCtdc => About::of_operator("import_ctdc", "Case", "imported"),
            Self::LoadDemo => About::of_operator("load_demo", "Case", "imported"),
            Self::SetUpMission => About::of_operator("set_up_mission", "Mission", "registered"),
            Self::SetMission => About::of_operator("set_mission", "Mission", "updated"),
            Self::SuspendMission => About::of_operator("suspend_mission", "Mission", "updated"),
            Self::ResumeMission => About::of_operator("resume_mission", "Mission", "updated"),
        }
    }
}

impl About {
    const fn of_operator(name: &'static str, object_type: &'static str, kind: &'static str) -> Self {
        Self { name, object: None, object_type, kind, sets: &[] }
    }
}
