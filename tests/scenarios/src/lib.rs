//! Whole conversations through the whole house: the stories stand in `stories/`, what must come of them in `tests/`.
//! Here is what every test through the real binary needs: where it is, and that it is built.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
};

/// The repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The `plaint` of the profile these tests were built in, built when first asked for.
pub fn plaint() -> &'static Path {
    static PLAINT: OnceLock<PathBuf> = OnceLock::new();
    PLAINT.get_or_init(|| {
        let own = std::env::current_exe().expect("where this test is");
        let profile = own.parent().and_then(Path::parent).expect("target/<profile>/deps/<test>");
        let release = profile.ends_with("release").then_some("--release");
        let target = profile.parent().expect("target");
        cargo(
            ["build", "-q", "--workspace", "--all-targets", "--target-dir"]
                .map(OsStr::new)
                .into_iter()
                .chain([target.as_os_str()])
                .chain(release.map(OsStr::new)),
        );
        profile.join(format!("plaint{}", std::env::consts::EXE_SUFFIX))
    })
}

/// The folder of the plugins, built when first asked for.
pub fn plugins() -> &'static Path {
    static PLUGINS: OnceLock<PathBuf> = OnceLock::new();
    PLUGINS.get_or_init(|| {
        cargo(["run", "-q", "-p", "xtask", "--", "plugins"].map(OsStr::new).into_iter());
        root().join("target/plugins")
    })
}

fn cargo<'a>(arguments: impl Iterator<Item = &'a OsStr>) {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    // What cargo says to a test of the package it is in; a build script that looks at it would be run again each time.
    let of_package = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    for name in names.filter(|name| of_package(name)) {
        command.env_remove(name);
    }
    let done = command.args(arguments).current_dir(root()).stdin(Stdio::null()).output();
    let done = done.expect("cargo starts");
    assert!(done.status.success(), "cargo: {}", String::from_utf8_lossy(&done.stderr));
}
